/** Checkpoints: made when due by one worker, bounded, never cutting off what is committed late; keys turn, retention and erasure are known. */
import { afterEach, describe, expect, test } from 'vitest';
import { amendCommands } from './checkpoint-service.ts';
import { createTestArchive, createTestKeys } from '../testing/checkpoints.ts';
import { valueOf } from '../testing/database-state.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { createRelayDesk } from '../testing/relaying.ts';
import { openTestDomain, type TestDomain, testConfig, testPorts } from '../testing/test-domain.ts';
import type { DomainConfig } from '../config.ts';
import { createUnitOfWork } from '../persistence/unit-of-work.ts';
import { createStrategyRegistry } from '../strategies/registry.ts';

const DAY = 86_400;
const SETTLED = 1000;
const round = { holder: 'w1', leaseMs: 60_000, everySeconds: 3600 };
let at: TestDomain;
let keys: ReturnType<typeof createTestKeys>;
afterEach(() => at?.close());

async function open(config: Partial<DomainConfig> = {}): Promise<TestDomain> {
  keys = createTestKeys();
  at = await openTestDomain({ config, ports: { checkpointKeys: keys } });
  return at;
}
const receive = (no: string, more: object = {}) =>
  at.domain.inbound.purchase({ ...inbound(no, [receipt('A', 5)]), ...more }, at.call);
const seal = () => at.domain.checkpoints.seal();
const found = async () =>
  (await at.domain.verifyAudit()).findings.map(({ kind, row, detail }) => `${kind} ${row}: ${detail}`);
const sql = (text: string, values: readonly unknown[] = []) => at.dataSource.query(text, [...values]);

describe('when it is made', () => {
  test('by one worker, when the last is old enough', async () => {
    await open();
    const { checkpoints } = at.domain;
    expect(checkpoints.canSign()).toBe(true);
    expect(await checkpoints.sealDue(round)).toMatchObject({ no: 1, isWhole: true });
    expect(await checkpoints.sealDue(round)).toBeNull();
    at.advance(3601);
    expect(await checkpoints.sealDue(round)).toMatchObject({ no: 2 });
    at.advance(3601);
    expect(await checkpoints.sealDue({ ...round, holder: 'w2' })).toMatchObject({ no: 3 });
    expect(await checkpoints.sealDue({ ...round, holder: 'w1', everySeconds: 0 })).toBeNull();
    expect(await checkpoints.archive()).toBe(0);
    // Behind the newest there is nothing to follow where the keys are others.
    keys.forget('one');
    keys.rotate('two');
    expect(await checkpoints.seal()).toMatchObject({ no: 4 });
  });

  test('behind one that was edited, as if there were none', async () => {
    await open();
    await seal();
    await sql("UPDATE checkpoint SET statement = 'nothing'");
    expect(await found()).toEqual([expect.stringContaining('signature does not fit')]);
    expect(await at.domain.checkpoints.sealDue(round)).toMatchObject({ no: 2 });
  });

  test('by several at once, each has its number', async () => {
    await open();
    const made = await Promise.all([seal(), seal(), seal()]);
    expect(made.map(({ no }) => no).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(await found()).toEqual([]);
  });

  test('without a key there is none, and who asks for one is told', async () => {
    at = await openTestDomain();
    const { audit, checkpoints, verifyAudit } = at.domain;
    expect(checkpoints.canSign()).toBe(false);
    expect(await checkpoints.sealDue(round)).toBeNull();
    await expect(checkpoints.seal()).rejects.toMatchObject({ code: 'INV_010' });
    await expect(verifyAudit()).rejects.toMatchObject({ code: 'INV_010' });
    const { id } = await audit.verify({}, at.call);
    expect(await createTestWorker(at.domain, 'w').finish(id)).toMatchObject({
      state: 'failed',
      error: { code: 'INV_010', hint: expect.stringContaining('GRANARY_CHECKPOINT_KEY') as string },
    });
  });

  test('what does not fit into one goes into the next, at once', async () => {
    await open();
    await receive('P');
    await sql(`INSERT INTO command (command_id, procedure_name, actor, request_id, request_hash, request, outcome, recorded_at)
      WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 110)
      SELECT CONCAT('01AA', LPAD(a.i * 1000 + b.i, 22, '0')), 'sku.update', 'local', 'r', REPEAT('x', 32), '{}', 'done', '2026-01-01 00:00:00'
      FROM n AS a JOIN n AS b WHERE b.i <= 100`);
    at.advance(SETTLED);
    expect(await at.domain.checkpoints.sealDue(round)).toMatchObject({ commands: 10_000, isWhole: false });
    expect(await at.domain.checkpoints.sealDue(round)).toMatchObject({ commands: 1001, isWhole: true });
    expect(await found()).toEqual([]);
  });

  test('a ledger that does not fit goes on where it stopped, and one with a hole up to there', async () => {
    await open();
    await receive('P');
    const copied =
      'batch_id, kind, 0, 0, 0, 0, on_hand, reserved, locked, deficit, command_id, reservation_id, document_id, reason, occurred_at, recorded_at, hash';
    await sql(`INSERT INTO stock_movement WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 150)
      SELECT m.sku_id, m.location_id, a.i * 150 + b.i - 149, ${copied} FROM n AS a JOIN n AS b JOIN stock_movement AS m`);
    await sql('UPDATE stock_level SET version = 22501');
    await sql('DELETE FROM stock_movement WHERE version = 22000');
    await at.domain.inbound.purchase(inbound('B', [receipt('B', 1), receipt('C', 1)]), at.call);
    await sql("DELETE FROM stock_movement WHERE sku_id = 'C'");
    expect(await seal()).toMatchObject({ movements: 20_000, isWhole: false });
    expect(await seal()).toMatchObject({ movements: 2000, isWhole: true });
    expect(await seal()).toMatchObject({ movements: 0, isWhole: true });
    expect(await at.domain.verifyAudit()).toMatchObject({ ok: false, movements: 22_501 });
  });

  test('a clock that was set back seals nothing twice', async () => {
    await open();
    await receive('P');
    at.advance(SETTLED);
    expect(await seal()).toMatchObject({ commands: 1 });
    at.advance(-SETTLED);
    expect(await seal()).toMatchObject({ commands: 0 });
    expect(await found()).toEqual([]);
  });
});

test('a command that is committed late is sealed when nobody can be under way any more, and not missed', async () => {
  await open();
  await receive('P1');
  // The first was recorded before the second and is committed after a checkpoint.
  const late = at.dataSource.createQueryRunner();
  await late.startTransaction();
  await late.query(`INSERT INTO command SELECT REPEAT('0', 26), procedure_name, actor, address, agent, request_id, NULL, request_hash, request,
    outcome, answer, before_json, after_json, recorded_at FROM command LIMIT 1`);
  await receive('P2');
  expect(await seal()).toMatchObject({ commands: 0 });
  await late.commitTransaction();
  await late.release();
  at.advance(SETTLED);
  expect(await seal()).toMatchObject({ commands: 3 });
  expect(await found()).toEqual([]);
});

test('keys turn: what the old one signed stays good while it is known, and is named when it is not', async () => {
  await open();
  await receive('P');
  at.advance(SETTLED);
  await seal();
  keys.rotate('two');
  await seal();
  expect(await found()).toEqual([]);
  keys.forget('one');
  expect(await found()).toEqual(['checkpoint checkpoint 1: is signed with the key "one", which is not known here']);
  // Nothing that is good says where to go on, so all of it is sealed anew.
  await sql('DELETE FROM checkpoint WHERE checkpoint_no = 2');
  expect(await seal()).toMatchObject({ no: 2, commands: 1 });
});

test('a checkpoint that was noted elsewhere is asked for', async () => {
  await open();
  const { no, digest } = await seal();
  const { lacks } = at.domain.checkpoints;
  expect(await lacks({ no, digest })).toEqual([]);
  expect(await lacks({ no, digest: '0' })).toMatchObject([{ row: 'checkpoint 1' }]);
  expect(await lacks({ no: 2, digest })).toMatchObject([{ kind: 'checkpoint', row: 'checkpoint 2' }]);
});

describe('what is taken away on purpose raises no alarm', () => {
  const prune = async () => {
    const { id } = await at.domain.jobs.prune({}, at.call);
    return (await createTestWorker(at.domain, 'pruner').finish(id)).report;
  };

  test('by retention: keys and answers, and then commands; and only in its time', async () => {
    await open({ auditRetentionDays: 30 });
    await receive('P1', { idempotencyKey: 'k1' });
    await receive('P2', { idempotencyKey: 'k2' });
    await createRelayDesk(at).drain();
    at.advance(SETTLED);
    await seal();
    at.advance(8 * DAY);
    expect(await prune()).toMatchObject({ forgotten: 2 });
    await seal();
    expect(await found()).toEqual([]);
    at.advance(23 * DAY);
    expect(await prune()).toMatchObject({ removed: expect.any(Number) as number });
    await seal();
    expect(await at.domain.verifyAudit()).toMatchObject({ ok: true, pruned: 2, findings: [] });
  });

  test('a command that goes before its time is missed, whatever the table of retention says', async () => {
    await open({ auditRetentionDays: 30 });
    await receive('P');
    at.advance(SETTLED);
    await seal();
    await sql(`INSERT INTO retention (name, before_at, after_id) VALUES ('command', '2100-01-01', '')`);
    const id = await valueOf(at.dataSource, 'SELECT command_id FROM command');
    await sql('DELETE FROM command');
    expect(await found()).toEqual([expect.stringContaining(`gone command ${id}`)]);
  });

  test('an amendment says what a command says from now on, and what it said before is no longer good', async () => {
    await open();
    await receive('P');
    at.advance(SETTLED);
    const ports = { ...testPorts(), checkpointKeys: keys };
    const units = createUnitOfWork(at.dataSource, testConfig, ports);
    const strategies = createStrategyRegistry([]);
    const engine = { units, ports, config: testConfig, strategies, recordRefusal: async () => undefined };
    const [row] = await sql('SELECT command_id AS id, agent FROM command');
    const amend = (by = engine) =>
      units.write(at.call, async (tx) => {
        await tx.write(`UPDATE command SET agent = 'erased', request_id = 'erased' WHERE command_id = ?`, [row.id]);
        await amendCommands(tx, by as unknown as Parameters<typeof amendCommands>[1], [row.id]);
      });
    // Before it was sealed, and since.
    await amend();
    await seal();
    await amend();
    await amend();
    expect(await found()).toEqual([]);
    await expect(amend({ ...engine, ports: testPorts() as typeof ports })).rejects.toMatchObject({ code: 'INV_010' });
    await seal();
    expect(await found()).toEqual([]);
    await sql('UPDATE command SET agent = ? WHERE command_id = ?', [row.agent, row.id]);
    expect(await found()).toEqual([expect.stringContaining(`edited command ${row.id}`)]);
    // Who has no key cannot amend.
    await sql(`UPDATE command SET agent = 'mine'`);
    await sql(`UPDATE checkpoint SET commands = REPEAT('A', 88) WHERE kind = 'amendment'`);
    expect((await found()).some((line) => line.startsWith(`edited command ${row.id}`))).toBe(true);
  });
});

test('as a job it goes on where it stopped, and says the same', async () => {
  await open();
  const archive = createTestArchive();
  expect(await archive.last()).toBe(0);
  await receive('P');
  at.advance(SETTLED);
  await seal();
  await sql(`UPDATE stock_movement SET reason = 'x'`);
  const { id } = await at.domain.audit.verify({}, at.call);
  expect(await at.domain.audit.verify({}, at.call)).toEqual({ id, isNew: false });
  const job = await createTestWorker(at.domain, 'w').finish(id);
  expect(job).toMatchObject({ kind: 'audit', state: 'done', total: 1, done: 1, rows: 2, report: { ok: false } });
  expect(job.report).toMatchObject({ findings: [{ kind: 'edited', row: 'movement A / default / 1' }] });
  expect(await valueOf(at.dataSource, `SELECT COUNT(*) FROM command WHERE procedure_name = 'audit.verify'`)).toBe('3');
});
