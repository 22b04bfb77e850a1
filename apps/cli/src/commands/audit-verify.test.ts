/** `audit key`, `audit checkpoint` and `audit verify` against a database that a test spoils. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '@granary/platform/schema';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runMain } from '../testing/run-main.ts';

const SIGNING = `seal-1:${Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64')}`;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase('checkpoints');
  await migrate({ url: database.url, migrations, log: silentLog });
  folder = await mkdtemp(join(tmpdir(), 'granary-checkpoints-'));
  await query(`INSERT INTO command (command_id, procedure_name, actor, request_id, request_hash, request, outcome, recorded_at)
    VALUES (REPEAT('1', 26), 'sku.update', 'ida', 'r', REPEAT('x', 32), '{}', 'done', '2026-01-01 00:00:00')`);
});
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true });
});

async function query(sql: string): Promise<void> {
  const connection = await createConnection({ uri: database.url });
  await connection.query(sql);
  await connection.end();
}

const run = (settings: Readonly<Record<string, string>>, ...args: string[]) =>
  runMain({ DATABASE_URL: database.url, ...settings }, ['audit', ...args]);

it('seals, verifies by the public half alone, and names what was touched', { timeout: 120_000 }, async () => {
  const signing = { GRANARY_CHECKPOINT_KEY: SIGNING, GRANARY_CHECKPOINT_FOLDER: folder };
  const key = await run(signing, 'key', '--json');
  expect(key).toMatchObject({ code: 0, figures: { ok: true, trusted: expect.stringMatching(/^seal-1:/) as string } });
  const trusting = { GRANARY_CHECKPOINT_TRUSTED: String(key.figures['trusted']), GRANARY_CHECKPOINT_FOLDER: folder };

  const made = await run(signing, 'checkpoint', '--json');
  expect(made).toMatchObject({
    code: 0,
    figures: { ok: true, checkpoints: 1, commands: 1, movements: 0, archived: 1 },
  });
  expect(await readdir(folder)).toEqual(['checkpoint-0000000001.json']);
  const { no, digest } = made.figures['newest'] as { no: number; digest: string };

  const clean = await run(trusting, 'verify', '--expect', `${no}:${digest}`, '--json');
  expect(clean).toMatchObject({ code: 0, figures: { ok: true, checkpoints: 1, commands: 1, findings: [] } });
  await query(`UPDATE command SET actor = 'nobody'`);
  const spoiled = await run(trusting, 'verify');
  expect(spoiled.code).toBe(1);
  expect(spoiled.stdout).toContain(
    `edited  command ${'1'.repeat(26)}: sku.update of nobody does not say what was sealed`,
  );
  const another = await run(trusting, 'verify', '--expect', `2:${digest}`, '--json');
  expect(another).toMatchObject({ code: 1, figures: { findings: [{ kind: 'edited' }, { row: 'checkpoint 2' }] } });
});

it('says what is missing, or was typed wrong', { timeout: 120_000 }, async () => {
  expect(await run({}, 'verify')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('GRANARY_CHECKPOINT_KEY is not set') as string,
  });
  expect((await run({}, 'key')).stderr).toContain('GRANARY_CHECKPOINT_KEY is not set');
  expect((await run({}, 'seal')).stderr).toContain(`There is no 'audit seal'`);
  expect((await run({}, 'verify', '--expect', 'x')).stderr).toContain('--expect must be a number and a digest');
  expect((await run({ GRANARY_CHECKPOINT_KEY: 'x' }, 'verify')).stderr).toContain('key 1 has no id before a colon');
});
