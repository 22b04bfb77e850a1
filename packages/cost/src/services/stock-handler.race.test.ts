/** Many who post the same SKUs at once, from two places and while periods are frozen: nothing is lost, nothing waits for ever. */
import { GranaryError } from '@granary/contracts/error';
import { inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, next, periodOfToday } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
const skus = ['A', 'B', 'C'];

beforeAll(async () => {
  at = await openTestCost();
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
  for (const skuId of skus) {
    await buy(at, skuId, [500, '1.11']);
    await buy(at, skuId, [500, '2.22', { locationId: 'north' }]);
  }
});
afterAll(() => closeSoundCost(at));

/** The SKUs in an order that differs from one call to the next, so that locks taken in the order of the lines would cross. */
const turned = (by: number) => [...skus.slice(by % 3), ...skus.slice(0, by % 3)];

test('receipts and sales of several SKUs at two places keep the books', async () => {
  const work = Array.from({ length: 48 }, async (_, turn) => {
    const locationId = turn % 2 === 0 ? 'default' : 'north';
    const lines = turned(turn).map((skuId) => ({ skuId, quantity: 1 + (turn % 4), locationId }));
    if (turn % 3 === 0) {
      const goods = lines.map(({ skuId, quantity }) => receipt(skuId, quantity, { locationId, unitCost: '3.333333' }));
      await at.domain.inbound.purchase(inbound(next('PO'), goods), at.call);
    } else await at.domain.outbound.sales(sale(next('O'), lines), at.call);
  });
  await Promise.all(work);
  expect((await at.cost.verify()).violations).toEqual([]);
});

test('while the period is frozen and unfrozen every call is done or refused by COST_005', async () => {
  const { periodId } = await periodOfToday(at);
  const toggling = (async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await at.cost.periods.freeze({ periodId }, at.call);
      await at.cost.periods.unfreeze({ periodId, reason: 'race' }, at.call);
    }
  })();
  const work = Array.from({ length: 40 }, async (_, turn) => {
    try {
      await at.domain.outbound.sales(sale(next('O'), [{ skuId: skus[turn % 3] ?? 'A', quantity: 1 }]), at.call);
      return 'done';
    } catch (error) {
      return error instanceof GranaryError ? error.code : String(error);
    }
  });
  const outcomes = new Set(await Promise.all(work));
  await toggling;
  outcomes.delete('done');
  outcomes.delete('COST_005');
  expect([...outcomes]).toEqual([]);
});
