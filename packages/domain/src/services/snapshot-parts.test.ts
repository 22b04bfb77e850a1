/** The rare turns of snapshots: rows beyond one look, levels that stay locked, violations, and heads that somebody else completes or removes. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { countOf, openStranger } from '../testing/database-state.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { interrupting } from '../testing/meanwhile.ts';
import { runSnapshotJob, takeSnapshot } from '../testing/snapshots.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const { locks, next } = interrupting();
beforeAll(async () => {
  at = await openTestDomain({ ports: { locks } });
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5), receipt('B', 5)]), at.call);
});
afterAll(() => at.close());
afterEach(() => vi.restoreAllMocks());

test('two snapshots are compared part by part, however many rows there are', async () => {
  const [from, to] = [await takeSnapshot(at, { name: 'from' }), await takeSnapshot(at, { name: 'to' })];
  expect((await at.domain.snapshots.compare({ fromId: from.id, toId: to.id, limit: 5 })).items).toEqual([]);
  const digit = (name: string) => `(SELECT ${Array.from('0123456789').join(` AS v UNION ALL SELECT `)}) AS ${name}`;
  const rows = `SELECT LPAD(a.v * 1000 + b.v * 100 + c.v * 10 + d.v, 5, 'Z') AS sku FROM
    ${['a', 'b', 'c', 'd'].map(digit).join(', ')} WHERE a.v < 3`;
  const insert = (id: string, onHand: string, where: string) =>
    at.dataSource.query(
      `INSERT INTO stock_snapshot_level (snapshot_id, sku_id, location_id, on_hand, reserved, locked, deficit, version)
       SELECT '${id}', n.sku, 'default', ${onHand}, 0, 0, 0, 1 FROM (${rows}) AS n WHERE ${where}`,
    );
  await insert(from.id, '1', '1 = 1');
  // The last one has changed, and one of the first part is gone.
  await insert(to.id, `IF(n.sku = 'Z2999', 2, 1)`, `n.sku <> 'ZZZZ7'`);
  const told: unknown[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await at.domain.snapshots.compare({ fromId: from.id, toId: to.id, limit: 1, cursor });
    told.push(...page.items.map(({ skuId }) => skuId));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(told).toEqual(['Z2999', 'ZZZZ7']);
});

test('a level that stays locked is named, and the snapshot goes on when it is free', async () => {
  const { id } = await at.domain.snapshots.create({ name: 'patient' }, at.call);
  const stranger = await openStranger(at.url);
  try {
    await stranger.query('START TRANSACTION');
    await stranger.query(`SELECT * FROM stock_level WHERE sku_id = 'A' FOR UPDATE`);
    const real = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
    setTimeout(() => (ahead = 31_000), 300);
    await expect(createTestWorker(at.domain, 'w').round()).rejects.toMatchObject({
      ...{ kind: 'unavailable', message: expect.stringContaining('Level A / default has been locked') },
    });
  } finally {
    await stranger.end();
    vi.restoreAllMocks();
  }
  await runSnapshotJob(at, 'w');
  expect(await at.domain.snapshots.get({ snapshotId: id })).toMatchObject({ state: 'complete' });
});

test('what somebody did to the tables by hand stands in the report of the job', async () => {
  await at.dataSource.query(`UPDATE stock_level SET on_hand = on_hand + 1 WHERE sku_id = 'B'`);
  const lines = Array.from({ length: 300 }, (_, each) => receipt(`M${each}`, 1));
  await at.domain.inbound.purchase(inbound('MANY', lines), at.call);
  await at.domain.snapshots.create({ name: 'off' }, at.call);
  const { report } = await runSnapshotJob(at);
  expect(report).toMatchObject({ violations: [{ row: expect.stringContaining('B') }] });
  await at.dataSource.query(`UPDATE stock_level SET on_hand = on_hand - 1 WHERE sku_id = 'B'`);
});

test('one that was completed by a worker that was given up is told of once', async () => {
  const { id } = await at.domain.snapshots.create({ name: 'raced' }, at.call);
  next(() => at.dataSource.query(`UPDATE stock_snapshot SET state = 'complete' WHERE snapshot_id = ?`, [id]));
  await runSnapshotJob(at);
  expect(await countOf(at.dataSource, `outbox WHERE facts LIKE '%snapshot.completed%${id}%'`)).toBe(0);
});

test('an old one that somebody else removes meanwhile is gone once; without retention none is old', async () => {
  const { id } = await takeSnapshot(at, { name: 'old' });
  at.advance(401 * 86_400);
  await at.domain.snapshots.create({ name: 'young' }, at.call);
  await at.dataSource.query('DELETE FROM stock_snapshot_level WHERE snapshot_id = ?', [id]);
  await at.dataSource.query('DELETE FROM stock_snapshot_batch WHERE snapshot_id = ?', [id]);
  await at.dataSource.query('DELETE FROM stock_snapshot WHERE snapshot_id <> ? AND state = ?', [id, 'complete']);
  const worker = createTestWorker(at.domain, 'w');
  const [job] = (await at.domain.jobs.list({ kind: 'snapshot', limit: 1 })).items;
  let rounds = 0;
  const removing = () => at.dataSource.query('DELETE FROM stock_snapshot WHERE snapshot_id = ?', [id]);
  // The first call of the worker that takes a lock completes the young one.
  next(async () => next(removing));
  while ((await worker.round()) > 0) rounds += 1;
  expect(rounds).toBeGreaterThan(1);
  expect(await at.domain.jobs.get({ id: job?.id ?? '' })).toMatchObject({ state: 'done' });
  expect(await countOf(at.dataSource, `outbox WHERE facts LIKE '%snapshot.removed%${id}%'`)).toBe(0);
});

test('where nothing is ever too old, nothing is removed', async () => {
  const keeping = await openTestDomain({ config: { snapshotRetentionDays: 0 } });
  try {
    await takeSnapshot(keeping, { name: 'first' });
    keeping.advance(5000 * 86_400);
    await takeSnapshot(keeping, { name: 'second' });
    expect((await keeping.domain.snapshots.list({ limit: 5 })).items).toHaveLength(2);
  } finally {
    await keeping.close();
  }
});
