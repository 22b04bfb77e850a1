/** Looks that end before everything was looked at, and rounds that find their work taken. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt, sale } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { batchIdOf, freezing } from '../testing/lock-inputs.ts';
import { interrupting, whileHeld } from '../testing/meanwhile.ts';
import { refusalOf } from '../testing/refusals.ts';
import { takeSnapshot } from '../testing/snapshots.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { engineOf } from '../testing/test-engine.ts';
import { draftNow } from './engine.ts';
import { addLocks } from './lock-loader.ts';

let at: TestDomain;
const { locks, next } = interrupting();
beforeAll(async () => {
  at = await openTestDomain({ ports: { locks } });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5), receipt('B', 5)]), at.call);
});
afterAll(() => at.close());

test('a search of the audit stops after so many commands and goes on where it stopped', async () => {
  const digits = (name: string) => `(SELECT ${Array.from('0123456789').join(' AS v UNION ALL SELECT ')}) AS ${name}`;
  await at.dataSource.query(
    `INSERT INTO command (command_id, procedure_name, actor, request_id, request_hash, request, outcome, recorded_at)
     SELECT CONCAT('01J0000000000000000000', LPAD(a.v * 1000 + b.v * 100 + c.v * 10 + d.v, 4, '0')), 'sku.update', 'many',
       'r', REPEAT('0', 32), '{}', 'done', '2030-01-01 00:00:00'
     FROM ${['a', 'b', 'c', 'd'].map(digits).join(', ')} WHERE a.v < 6`,
  );
  const input = { procedure: 'inbound.purchase', outcome: 'done', limit: 5 } as const;
  const first = await at.domain.audit.search(input);
  expect(first.items).toEqual([]);
  expect(first.nextCursor).not.toBeNull();
  const second = await at.domain.audit.search({ ...input, cursor: first.nextCursor ?? undefined });
  expect(second).toMatchObject({ items: [{ procedure: 'inbound.purchase' }], nextCursor: null });
});

test('two snapshots that differ in their last row alone are compared to the end in one page', async () => {
  const from = await takeSnapshot(at, { name: 'from' });
  await at.domain.inbound.purchase(inbound('PO-B', [receipt('B', 1, { batchNo: 'ZZ' })]), at.call);
  const to = await takeSnapshot(at, { name: 'to' });
  const all = await at.domain.snapshots.compare({ fromId: from.id, toId: to.id, limit: 50 });
  const exact = await at.domain.snapshots.compare({ fromId: from.id, toId: to.id, limit: all.items.length });
  expect(exact).toEqual({ items: all.items, nextCursor: null });
});

test('a job that another worker has ended meanwhile is left alone', async () => {
  const { id } = await at.domain.jobs.verify({}, at.call);
  const change = [`UPDATE job SET state = 'done', ended_at = UTC_TIMESTAMP(6) WHERE job_id = '${id}'`];
  const hold = `SELECT * FROM job WHERE job_id = '${id}'`;
  const round = () => createTestWorker(at.domain, 'w').round();
  expect(await whileHeld(at, { hold, change }, round)).toBe(0);
});

test('a number whose document lies elsewhere is taken for those who name no place', async () => {
  const order = sale('O-1', [{ skuId: 'A', quantity: 1 }]);
  const sold = await at.domain.outbound.sales(order, at.call);
  expect(await at.domain.outbound.sales(order, at.call)).toEqual(sold);
  const north = at.domain.within(['north']);
  expect(await refusalOf(north.outbound.sales(order, at.call))).toMatchObject({ kind: 'duplicate' });
});

test('a lock whose goods lie where nothing was locked sends the unit back to its start', async () => {
  const batchId = await batchIdOf(
    at,
    'A',
    (await at.domain.batches.list({ skuId: 'A', limit: 1 })).items[0]?.batchNo ?? '',
  );
  const { id } = await at.domain.locks.operation(freezing([batchId]), at.call);
  const engine = engineOf(at);
  let starts = 0;
  const work = engine.units.write({ ...at.call, deadlineMs: 2000 }, async (tx) => {
    starts += 1;
    await addLocks(tx, await draftNow(tx, engine), [id]);
  });
  await expect(work).rejects.toThrow(/./);
  expect(starts).toBeGreaterThan(1);
});

test('work for snapshots that somebody else has begun meanwhile is not begun twice', async () => {
  await at.domain.snapshots.create({ name: 'waiting' }, at.call);
  await at.dataSource.query('DELETE FROM job');
  next(() => at.domain.snapshotSchedule.startDue(at.call));
  expect(await at.domain.snapshotSchedule.startDue(at.call)).toEqual({ started: false });
  expect((await at.domain.jobs.list({ kind: 'snapshot', limit: 5 })).items).toHaveLength(1);
});
