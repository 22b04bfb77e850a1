/** A copy of the sources in a folder of its own, to put defects into: nothing of the repository itself is ever changed. */
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutated, type Mutant } from './mutant.ts';

/** Of the repository; the same from src and from dist. */
export const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** What tests read beside their own package. */
const COPIED = ['packages', 'apps', 'scripts', 'docs', 'tsconfig.base.json', 'package.json', 'pnpm-workspace.yaml'];
/** Linked: too large to copy, and never changed. A package finds the others in them, as they were built. */
const LINKED = new Set(['node_modules', 'dist']);

export interface Tree {
  readonly root: string;
  /** Puts the defect in while `work` runs; undefined when its place is not there exactly once. */
  withMutant<T>(mutant: Mutant, work: () => Promise<T>): Promise<T | undefined>;
  remove(): Promise<void>;
}

export async function copyTree(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'granary-mutants-'));
  for (const name of COPIED) {
    const filter = (path: string) => !LINKED.has(basename(path));
    await cp(join(repository, name), join(root, name), { recursive: true, filter });
  }
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const folder of await packageFolders()) {
    for (const name of LINKED) {
      const target = join(repository, folder, name);
      if (await isThere(target)) await symlink(target, join(root, folder, name));
    }
  }
  return {
    root,
    async withMutant(mutant, work) {
      const path = join(root, mutant.file);
      const text = await readFile(path, 'utf8');
      const changed = mutated(text, mutant);
      if (changed === undefined) return undefined;
      await writeFile(path, changed);
      try {
        return await work();
      } finally {
        await writeFile(path, text);
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function packageFolders(): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const group of ['packages', 'apps'])
    for (const name of await readdir(join(repository, group))) folders.push(join(group, name));
  return folders;
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** The folder of the shared truth vectors, which tests look for beside the repository. */
export const besideRepository = join(dirname(repository), 'shared');
