/** The archive of checkpoints as a folder: one file each, written whole and never again, so that it can be copied or mounted write-once. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointArchive } from '@granary/domain/ports/checkpoint-keys';

const NAME = /^checkpoint-(\d{10})\.json$/;
const nameOf = (no: number): string => `checkpoint-${String(no).padStart(10, '0')}.json`;

export function createCheckpointArchive(folder: string): CheckpointArchive {
  return {
    last: async () => {
      const numbers = (await names(folder)).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
      return numbers.reduce((most, number) => Math.max(most, number), 0);
    },
    read: async (no) => await readFile(join(folder, nameOf(no)), 'utf8').catch(unlessMissing),
    write: async (no, text) => {
      await mkdir(folder, { recursive: true });
      // Workers in containers often have the same process id, and may share the folder.
      const unfinished = join(folder, `.${nameOf(no)}.${randomUUID()}`);
      await writeDurably(unfinished, text);
      try {
        // Unlike a rename, a link never replaces what is there.
        await link(unfinished, join(folder, nameOf(no)));
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      } finally {
        await unlink(unfinished);
      }
    },
  };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o640);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function names(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(unlessMissing)) ?? [];
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
