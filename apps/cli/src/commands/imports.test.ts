/** The short form of `npm run -s imports`: five thousand rows and one process killed; a hundred thousand take some minutes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command } from '../command.ts';
import { runCommand } from '../run-command.ts';
import { PIECE_CHARACTERS, hashOf, piecesOf } from '../import/csv-file.ts';
import { command as exporting } from './export.ts';
import { command as importing } from './import.ts';
import { command } from './imports.ts';

async function run(what: Command, args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const stderr = { isTTY: false, write: (text: string) => err.push(text) } as unknown as NodeJS.WriteStream;
  const terminal = { stdout: (line: string) => void out.push(line), stderr, signal: new AbortController().signal };
  return { code: await runCommand(what, args, terminal), out, err };
}

test(
  'a file of 5,000 rows is applied once, although the process that imports it is killed',
  { timeout: 180_000 },
  async () => {
    const { code, out } = await run(command, ['--rows', '5000', '--kills', '1', '--json']);
    const said = JSON.parse(out.at(-1) ?? '{}') as Record<string, unknown>;
    expect(said).toMatchObject({
      ...{ command: 'imports', ok: true, killed: 1, applied: 5000, violations: 0 },
      counts: { batches: 5000, documentLines: 5000, units: 226_500, left: 0 },
    });
    expect(code).toBe(0);
  },
);

test('a file comes in pieces that end between two characters, and bytes that are no UTF-8 are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'granary-csv-'));
  try {
    const path = join(folder, 'a.csv');
    const text = `\uFEFF${'x'.repeat(PIECE_CHARACTERS - 2)}😀${'é'.repeat(10)}`;
    await writeFile(path, text);
    const pieces: string[] = [];
    for await (const piece of piecesOf(path)) pieces.push(piece);
    expect(pieces.join('')).toBe(text);
    expect(pieces.map((piece) => piece.isWellFormed())).toEqual([true, true]);
    expect(await hashOf(path)).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(path, Buffer.from([0x73, 0x6b, 0x75, 0xff, 0xfe]));
    await expect(async () => {
      for await (const piece of piecesOf(path)) pieces.push(piece);
    }).rejects.toThrow('not UTF-8');
    expect(await readFile(path)).toHaveLength(5);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['import', importing, '--dry-run'],
  ['export', exporting, '--filter FIELD=VALUE'],
  ['imports', command, '--kills N'],
])('%s tells how it is used', async (_name, what, text) => {
  const { code, out } = await run(what, ['--help']);
  expect([code, out.join('\n')]).toEqual([0, expect.stringContaining(text)]);
});

test('a kind and a list that do not exist are named with those that do', async () => {
  expect(await run(importing, ['sku', 'a.csv'])).toMatchObject({
    code: 2,
    err: [expect.stringContaining('skus, levels')],
  });
  expect(await run(exporting, ['sku'])).toMatchObject({ code: 2, err: [expect.stringContaining('sku.list')] });
});
