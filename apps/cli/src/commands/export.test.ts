/** What the export command writes, a filter that the list refuses, and the way back in. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOwnDatabase, type OwnDatabase } from '../fleet/own-database.ts';
import { environment } from '../surroundings.ts';

const program = new URL('../../dist/main.js', import.meta.url).pathname;
let database: OwnDatabase;
let folder: string;
beforeAll(async () => {
  database = await openOwnDatabase('export');
  folder = await mkdtemp(join(tmpdir(), 'granary-export-'));
}, 60_000);
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true });
});

async function cli(...args: readonly string[]) {
  const env = { ...environment(), DATABASE_URL: database.databaseUrl };
  const run = promisify(execFile)(process.execPath, [program, ...args], { env });
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

test('a list goes out, and the same file comes in again without any effect', { timeout: 60_000 }, async () => {
  const path = join(folder, 'skus.csv');
  await writeFile(path, 'skuId,name,spuId\r\nA,=1+1,P\r\nB,"a, b",\r\n');
  const first = await cli('import', 'skus', path);
  expect([first.code, first.stdout.trim()]).toEqual([0, '2 rows: 2 applied, 0 were so already.']);
  const all = await cli('export', 'sku.list');
  expect(all.stdout).toMatch(/^skuId,spuId,name,.*\r\nA,P,'=1\+1,.*\r\nB,,"a, b",.*\r\n$/);
  expect((await cli('export', 'sku.list', '--filter', 'spuId=P')).stdout.split('\r\n')).toHaveLength(3);
  const exported = join(folder, 'out.csv');
  expect((await cli('export', 'sku.list', '--out', exported)).stdout.trim()).toBe(`2 rows written to ${exported}`);
  const again = JSON.parse((await cli('import', 'skus', exported, '--from-export', '--json')).stdout) as object;
  expect(again).toMatchObject({ ok: true, state: 'done', applied: 0, unchanged: 2 });
  const bad = await cli('export', 'sku.list', '--filter', 'nothing=1');
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('nothing')]);
});
