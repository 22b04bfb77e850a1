/** A SKU whose cost strays from its standard is told of once, and again only when that has changed or a month has passed. */
import type { StockEvent } from '@granary/contracts/event';
import { createRelayDesk } from '@granary/domain/testing/relaying';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import type { VariancePlace } from './variance-watch.ts';

let at: TestCost;
let desk: ReturnType<typeof createRelayDesk>;

beforeAll(async () => {
  at = await openTestCost();
  desk = createRelayDesk(at);
});
afterAll(() => closeSoundCost(at));

/** One look at everything, by one worker; what was told of it. */
async function look(holder = 'w1'): Promise<readonly StockEvent[]> {
  let from: VariancePlace | null = null;
  do {
    from = (await at.cost.watchVariance({ holder, leaseMs: 60_000, from }, at.call)).next;
  } while (from !== null);
  await desk.drain();
  return desk.delivered.splice(0).filter(({ type }) => type.startsWith('cost.variance'));
}

const brief = (events: readonly StockEvent[]) =>
  events.map(({ type, after, toVersion }) => [type, (after as { skuId: string }).skuId, toVersion]);

test('one at its standard is no news, and neither is one within the threshold', async () => {
  for (const skuId of ['V', 'W']) {
    await buy(at, skuId, [10, '10.00']);
    await at.cost.standardCost({ skuId, cost: '10.00' }, at.call);
  }
  await buy(at, 'V', [10, '10.90']);
  expect(brief(await look())).toEqual([]);
});

test('one beyond it is told of once, with what it should have cost and did', async () => {
  await buy(at, 'V', [30, '13.00']);
  const [event, ...others] = await look();
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    ...{ type: 'cost.variance.exceeded', fromVersion: 0, before: null, cause: { procedure: 'cost.watchVariance' } },
    after: { skuId: 'V', standardCost: '10.00', purchasedQuantity: 40, purchasedActual: '499.00', isExceeded: true },
  });
  expect(await look()).toEqual([]);
  await buy(at, 'V', [1, '14.00']);
  expect(await look()).toEqual([]);
});

test('and is told of again when it no longer strays, and when it does once more', async () => {
  await buy(at, 'V', [500, '10.00']);
  expect(brief(await look())).toEqual([['cost.variance.settled', 'V', 2]]);
  await buy(at, 'V', [500, '20.00']);
  expect(brief(await look())).toEqual([['cost.variance.exceeded', 'V', 3]]);
});

test('of two workers one looks, and two that look at the same moment tell once', async () => {
  await at.cost.standardCost({ skuId: 'W', cost: '1.00' }, at.call);
  await buy(at, 'W', [1, '9.00']);
  expect(await at.cost.watchVariance({ holder: 'w2', leaseMs: 60_000, from: null }, at.call)).toMatchObject({
    held: false,
  });
  await at.dataSource.query('DELETE FROM lease');
  // The same holder twice is what a worker that was thought dead looks like.
  const rounds = Array.from({ length: 4 }, () =>
    at.cost.watchVariance({ holder: 'w1', leaseMs: 60_000, from: null }, at.call),
  );
  const told = (await Promise.all(rounds)).reduce((sum, each) => sum + each.told, 0);
  expect(told).toBe(1);
  expect(brief(await look())).toEqual([['cost.variance.exceeded', 'W', 1]]);
});

test('many SKUs are looked at in parts, and none is left out', async () => {
  const skuIds = Array.from({ length: 230 }, (_, each) => `M${String(each).padStart(3, '0')}`);
  for (const skuId of skuIds) {
    await buy(at, skuId, [1, '2.00']);
    await at.cost.standardCost({ skuId, cost: '1.00' }, at.call);
    await buy(at, skuId, [1, '2.00']);
  }
  const first = await at.cost.watchVariance({ holder: 'w1', leaseMs: 60_000, from: null }, at.call);
  expect(first).toMatchObject({ held: true, next: { cursor: expect.any(String) } });
  expect(new Set(brief(await look()).map(([, skuId]) => skuId))).toEqual(new Set(skuIds));
});
