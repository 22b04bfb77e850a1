/** The sweep of batches on a real database: what it marks, what it leaves, by which way it finds it, and what that saves. */
import { afterAll, beforeEach, beforeAll, expect, test } from 'vitest';
import type { Instant } from '@granary/contracts/instant';
import { dueBatchesQuery } from '../persistence/batch-life-store.ts';
import { fresh, shelfOf, sweep } from '../testing/batch-inputs.ts';
import { countOf, openStranger, rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { freezing } from '../testing/lock-inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
});
beforeEach(async () => {
  await sweep(at);
});
afterAll(() => closeSound(at));

let shift = 0;
const pass = (seconds: number) => at.advance(((shift += seconds), seconds));
const soon = () => ({ expiresAt: secondsFromNow(shift + 60) });
const statusOf = async (batchId: string) => (await at.domain.batches.get({ batchId })).status;

test('marks what is past its date, wherever it lies, and nothing that is undated, later, empty or frozen', async () => {
  const shelf = await shelfOf(at, {
    due: { quantity: 5, ...soon() },
    held: { quantity: 5, ...soon() },
    undated: 5,
    later: { quantity: 5, expiresAt: secondsFromNow(shift + 86_400) },
    empty: { quantity: 5, ...soon() },
    frozen: { quantity: 5, ...soon() },
  });
  const { skuId } = shelf;
  await at.domain.reservations.reserve(
    hold(skuId, 5, { businessId: fresh('O'), batchIds: [shelf.id('held')] }),
    at.call,
  );
  await at.domain.outbound.damage(
    { documentNo: fresh(), reason: 'broken', lines: [{ skuId, quantity: 5, batchId: shelf.id('empty') }] },
    at.call,
  );
  const lock = await at.domain.locks.operation(freezing([shelf.id('frozen')]), at.call);
  expect(await sweep(at)).toEqual([]);
  pass(120);
  expect((await sweep(at)).toSorted()).toEqual([shelf.id('due'), shelf.id('held')].toSorted());
  expect(await sweep(at), 'once').toEqual([]);
  const statuses = Object.keys(shelf.ids).map(async (number) => [number, await statusOf(shelf.id(number))]);
  expect(Object.fromEntries(await Promise.all(statuses))).toEqual({
    ...{ due: 'expired', held: 'expired', undated: 'available', later: 'available' },
    ...{ empty: 'depleted', frozen: 'frozen' },
  });
  await at.domain.locks.release({ lockId: lock.id, reason: 'over' }, at.call);
  expect(await sweep(at), 'a frozen one after its thaw').toEqual([shelf.id('frozen')]);
  const sent = {
    documentNo: fresh('P'),
    lines: [
      receipt(skuId, 1, {
        batchNo: 'empty',
        expiresAt: (await at.domain.batches.get({ batchId: shelf.id('empty') })).expiresAt ?? '',
      }),
    ],
  };
  await at.domain.inbound.purchase(sent, at.call);
  expect(await sweep(at), 'an empty one once there are goods').toEqual([shelf.id('empty')]);
});

test('available stays as it was, and what is held may still leave', async () => {
  const shelf = await shelfOf(at, { due: { quantity: 5, ...soon() }, good: 7 });
  const made = await at.domain.reservations.reserve(hold(shelf.skuId, 2, fresh('O')), at.call);
  pass(120);
  const read = () =>
    Promise.all(
      [false, true].map((excludeExpired) =>
        at.domain.stock.available({ skuId: shelf.skuId, excludeExpired, includeReserved: false }),
      ),
    );
  const strip = (answers: Awaited<ReturnType<typeof read>>) => answers.map(({ asOf: _asOf, ...answer }) => answer);
  const before = await read();
  expect(before.map((answer) => answer.available)).toEqual([10, 7]);
  await sweep(at);
  expect(strip(await read())).toEqual(strip(before));
  expect(await at.domain.reservations.deduct({ id: made.id }, at.call)).toMatchObject({
    reservations: [{ state: 'fulfilled' }],
  });
});

test('goes on in rounds of the limit', async () => {
  const lines = Array.from({ length: 7 }, (_, each) => receipt(fresh('R'), 1, { batchNo: `r-${each}`, ...soon() }));
  await at.domain.inbound.purchase(inbound(fresh('P'), lines), at.call);
  pass(120);
  const rounds: number[] = [];
  for (let round = 0; round < 4; round += 1)
    rounds.push((await at.domain.batches.expireDue({ limit: 3 }, at.call)).expired);
  expect(rounds).toEqual([3, 3, 1, 0]);
});

test('a level that somebody else has locked is left to the next round, and nobody waits for it', async () => {
  const shelf = await shelfOf(at, { due: { quantity: 5, ...soon() } });
  pass(120);
  const stranger = await openStranger(at.url);
  await stranger.beginTransaction();
  await stranger.query('SELECT 1 FROM stock_level WHERE sku_id = ? FOR UPDATE', [shelf.skuId]);
  expect(await sweep(at)).toEqual([]);
  await stranger.rollback();
  await stranger.end();
  expect(await sweep(at)).toEqual([shelf.id('due')]);
});

test('four sweeps side by side mark each batch once', { timeout: 60_000 }, async () => {
  const lines = Array.from({ length: 60 }, (_, each) => receipt(fresh('W'), 1, { batchNo: `w-${each}`, ...soon() }));
  await at.domain.inbound.purchase(inbound(fresh('P'), lines), at.call);
  pass(120);
  const marked: string[] = [];
  const worker = async () => {
    for (let idle = 0; idle < 3;) {
      const { batchIds } = await at.domain.batches.expireDue({ limit: 5 }, at.call);
      marked.push(...batchIds);
      idle = batchIds.length === 0 ? idle + 1 : 0;
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  expect(marked).toHaveLength(60);
  expect(new Set(marked).size).toBe(60);
});

test('finds them by a range of an index of their own, which undated and empty batches are not in', async () => {
  const { sql, parameters } = dueBatchesQuery(secondsFromNow(0) as Instant, 10);
  const [plan] = await rowsOf(at.dataSource, `EXPLAIN FORMAT=TRADITIONAL ${sql}`, parameters);
  expect(plan).toMatchObject({ key: 'stock_batch_due', type: 'range' });
  await shelfOf(at, { undated: 5 });
  expect(
    await countOf(at.dataSource, 'stock_batch WHERE due_at IS NOT NULL AND (on_hand = 0 OR year(expires_at) = 9999)'),
  ).toBe(0);
});

test('a fifo reservation no longer goes through expired batches with free stock', { timeout: 60_000 }, async () => {
  const skuId = fresh('S');
  const old = Array.from({ length: 500 }, (_, each) => receipt(skuId, 1, { batchNo: `old-${each}`, ...soon() }));
  await at.domain.inbound.purchase(inbound(fresh('P'), [...old, receipt(skuId, 50, { batchNo: 'good' })]), at.call);
  pass(120);
  const walked = async () => {
    const stranger = await openStranger(at.url);
    const read = async () => {
      const [rows] = await stranger.query("SHOW SESSION STATUS LIKE 'Handler_read_next'");
      return Number((rows as { Value: string }[])[0]?.Value);
    };
    const before = await read();
    await stranger.query(
      `SELECT t.batch_id FROM stock_batch AS t FORCE INDEX (stock_batch_received) WHERE t.sku_id = ? AND t.location_id = 'default'
       AND t.open = 1 AND t.expires_at > ? ORDER BY t.received_at, t.batch_id LIMIT 8`,
      [skuId, secondsFromNow(shift).replace('T', ' ').slice(0, 26)],
    );
    const count = (await read()) - before;
    await stranger.end();
    return count;
  };
  expect(await walked()).toBeGreaterThanOrEqual(500);
  await sweep(at);
  expect(await walked()).toBeLessThan(5);
});
