/** Costs that are shared out with a date of their own: by what was held then, into the period of that day, and never into a shut one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalOf } from '@granary/domain/testing/refusals';
import { buy, heldOf, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

const noon = (on: string) => ({ occurredAt: `${on}T12:00:00.000000Z` });
const allocate = (allocatedOn?: string) =>
  at.cost.allocations.allocate({ rule: 'freight', amount: '30.00', allocatedOn }, at.call);

beforeAll(async () => {
  at = await openTestCost();
  await buy(at, 'OLD', [1, '1.00', noon('2026-07-01')]);
  await buy(at, 'A', [10, '10.00', noon('2026-08-01')]);
  await sell(at, 'A', [4, noon('2026-08-15')]);
  await buy(at, 'B', [20, '1.00', noon('2026-08-20')]);
  const targets = ['A', 'B'].map((skuId) => ({ skuId }));
  await at.cost.allocations.createRule({ name: 'freight', method: 'quantity', source: 'indirect', targets }, at.call);
});
afterAll(() => closeSoundCost(at));

test('it goes by what was held at the end of its day, and what was sold of that since bears its share in the same month', async () => {
  const [, august] = await periodsOf(at);
  expect(await allocate('2026-08-10')).toMatchObject({
    ...{ allocatedOn: '2026-08-10', periodId: august?.periodId },
    targets: [{ skuId: 'A', capitalised: '30.00', expensed: '0.00' }],
  });
  expect(await heldOf(at, 'A')).toBe('6 for 78.00');
  expect(await recordsOf(at, 'A', 2)).toEqual([
    'allocation allocations 0 for 30.00',
    'correction cost_of_sales 0 for -12.00',
  ]);
  expect(await heldOf(at, 'B')).toBe('20 for 20.00');
});

test('without a date, and with that of today, it goes by what is held now', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const [one, other] = [await allocate(), await allocate(today)];
  expect([one.allocatedOn, other.allocatedOn]).toEqual([today, today]);
  expect(one.targets).toMatchObject([{ capitalised: '6.923077' }, { capitalised: '23.076923' }]);
  expect(other.targets).toEqual(one.targets);
});

test('a day to come is refused, and one in a frozen or closed period', async () => {
  expect(await refusalOf(allocate('2099-01-01'))).toMatchObject({
    code: 'INV_005',
    details: { issues: [{ path: 'allocatedOn' }] },
  });
  const [july] = await periodsOf(at);
  await at.cost.periods.freeze({ periodId: july?.periodId ?? '' }, at.call);
  expect(await refusalOf(allocate('2026-07-31'))).toMatchObject({ code: 'COST_005' });
  await at.cost.periods.close({ periodId: july?.periodId ?? '' }, at.call);
  expect(await refusalOf(allocate('2026-07-31'))).toMatchObject({ code: 'COST_006' });
});
