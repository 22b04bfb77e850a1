/** The archive of checkpoints: whole files, in order, never written twice. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCheckpointArchive } from './checkpoint-archive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'granary-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('keeps what it was given first, and knows the last', async () => {
  const archive = createCheckpointArchive(join(folder, 'made', 'by', 'itself'));
  expect([await archive.last(), await archive.read(1)]).toEqual([0, undefined]);
  await archive.write(9, 'nine');
  await archive.write(10, 'ten');
  await archive.write(9, 'another');
  expect([await archive.last(), await archive.read(9), await archive.read(10)]).toEqual([10, 'nine', 'ten']);
  expect((await readdir(join(folder, 'made', 'by', 'itself'))).length).toBe(2);
});

it('is written by several at once, each whole', async () => {
  const archive = createCheckpointArchive(folder);
  await Promise.all(Array.from({ length: 20 }, () => archive.write(1, 'one')));
  expect([await archive.read(1), await readdir(folder)]).toEqual(['one', ['checkpoint-0000000001.json']]);
});

it('leaves alone what else lies there', async () => {
  await writeFile(join(folder, 'notes.txt'), 'x');
  await writeFile(join(folder, '.checkpoint-0000000007.json.12'), 'half');
  expect(await createCheckpointArchive(folder).last()).toBe(0);
});

it('says so when it cannot be read or written', async () => {
  await writeFile(join(folder, 'file'), 'x');
  const archive = createCheckpointArchive(join(folder, 'file'));
  await expect(archive.last()).rejects.toThrow('ENOTDIR');
  await expect(archive.read(1)).rejects.toThrow('ENOTDIR');
  await expect(archive.write(1, 'x')).rejects.toThrow('EEXIST');
});
