/** A late cost with a moment of its own: by what was left of the goods then, in the period of that moment, and never in a shut one. */
import { secondsFromNow } from '@granary/domain/testing/inputs';
import { refusalOf } from '@granary/domain/testing/refusals';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, heldOf, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
const noon = (on: string) => ({ occurredAt: `${on}T12:00:00.000000Z` });

beforeAll(async () => {
  at = await openTestCost({ cost: { multiCurrency: true } });
});
afterAll(() => closeSoundCost(at));

type When = { readonly occurredAt?: string; readonly currency?: string };

/** 10 at 10.00 that came in August, of which 4 were sold in that month and 3 in September. */
async function freightOf(skuId: string) {
  const { id: documentId, lines } = await buy(at, skuId, [10, '10.00', noon('2026-08-01')]);
  await sell(at, skuId, [4, noon('2026-08-15')]);
  await sell(at, skuId, [3, noon('2026-09-15')]);
  const receipt = { skuId, documentId, batchId: lines[0]?.batchId ?? '', amount: '20.00' };
  return {
    add: (when: When, call = at.call) => at.cost.allocations.lateCost({ ...receipt, ...when, reason: 'freight' }, call),
    preview: (when: When) => at.cost.preview({ ...receipt, ...when, type: 'lateCost' }),
  };
}

test('it goes by what was left then, and what was sold since bears its share in the months of the sales', async () => {
  const freight = await freightOf('A');
  const when = noon('2026-08-10');
  expect(await freight.preview(when)).toMatchObject({
    ...{ valueBefore: '30.00', valueAfter: '36.00', corrections: 2 },
    periods: [
      { period: '2026-08', costOfSales: '8.00', value: '12.00', records: 2 },
      { period: '2026-09', costOfSales: '6.00', value: '-6.00', records: 1 },
    ],
  });
  expect(await freight.add(when)).toEqual({ skuId: 'A', capitalised: '20.00', expensed: '0.00' });
  expect(await recordsOf(at, 'A', 3)).toEqual([
    'allocation allocations 0 for 20.00',
    'correction cost_of_sales 0 for -8.00',
    'correction cost_of_sales 0 for -6.00',
  ]);
  expect(await heldOf(at, 'A')).toBe('3 for 36.00');
});

test('without a moment it counts now: what has left goes into the cost of sales of this month', async () => {
  const freight = await freightOf('B');
  expect(await freight.add({})).toEqual({ skuId: 'B', capitalised: '6.00', expensed: '14.00' });
});

test('a moment to come is refused, and one before the SKU last changed to whom may not back-date', async () => {
  const freight = await freightOf('C');
  const future = { code: 'INV_005', details: { issues: [{ path: 'occurredAt' }] } };
  const tomorrow = { occurredAt: secondsFromNow(86_400) };
  expect(await refusalOf(freight.add(tomorrow))).toMatchObject(future);
  expect(await refusalOf(freight.preview(tomorrow))).toMatchObject(future);
  const plain = { ...at.call, mayBackdate: false };
  const denied = { code: 'INV_015', details: { permission: 'stock.backdate' } };
  expect(await refusalOf(freight.add(noon('2026-08-10'), plain))).toMatchObject(denied);
  await freight.add(noon('2026-09-20'), plain);
});

test('an amount in another currency is taken at the rate of that day', async () => {
  const freight = await freightOf('D');
  for (const [on, rate] of [
    ['2026-08-01', '7'],
    ['2026-08-20', '8'],
  ] as const)
    await at.cost.setRate({ currency: 'USD', on, rate, reason: 'the bank said so' }, at.call);
  const abroad = { ...noon('2026-08-10'), currency: 'USD' };
  expect(await freight.add(abroad)).toMatchObject({ capitalised: '140.00' });
});

test('it is refused in a frozen and in a closed period, and nothing is written', async () => {
  const freight = await freightOf('E');
  const [august] = await periodsOf(at);
  const periodId = august?.periodId ?? '';
  const before = await recordsOf(at, 'E');
  await at.cost.periods.freeze({ periodId }, at.call);
  expect(await refusalOf(freight.add(noon('2026-08-10')))).toMatchObject({ code: 'COST_005' });
  expect(await refusalOf(freight.add(noon('2026-07-10')))).toMatchObject({ code: 'INV_005' });
  await at.cost.periods.close({ periodId }, at.call);
  expect(await refusalOf(freight.add(noon('2026-08-10')))).toMatchObject({ code: 'COST_006' });
  expect(await refusalOf(freight.preview(noon('2026-08-10')))).toMatchObject({ code: 'COST_006' });
  expect(await recordsOf(at, 'E')).toEqual(before);
});
