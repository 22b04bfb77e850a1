/** SKUs that are costed by periods only since a while, or not all the time: a close starts from what their books say. */
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { expect, test } from 'vitest';
import { createCost, createCostCore } from '../cost.ts';
import { buy, heldOf, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost, testCostConfig } from '../testing/test-cost.ts';

const on = (text: string) => ({ occurredAt: `${text}T12:00:00.000000Z` });
const MONTH_SECONDS = 31 * 86_400;

/** 10 at 10, 6 sold, 10 at 20. */
async function october(at: TestCost) {
  await buy(at, 'A', [10, '10.00', on('2026-10-01')]);
  await sell(at, 'A', [6, on('2026-10-02')]);
  await buy(at, 'A', [10, '20.00', on('2026-10-03')]);
}

const closeOldest = async (at: TestCost, cost = at.cost) => {
  const oldest = (await periodsOf(at)).find(({ state }) => state !== 'closed');
  await cost.periods.close({ periodId: oldest?.periodId ?? '' }, at.call);
};

test('one that was, was not and is again keeps what an earlier close has trued up', async () => {
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
  const switchTo = (to: string) => at.cost.switchStrategy({ skuId: 'A', to }, at.call);
  await october(at);
  await closeOldest(at);
  // 20 for 300 average 15, of which 6 left.
  expect(await heldOf(at, 'A')).toBe('14 for 210.00');
  await switchTo('fifo');
  await closeOldest(at);
  at.advance(MONTH_SECONDS);
  await sell(at, 'A', 2);
  await switchTo('periodic_average');
  await sell(at, 'A', 2);
  const before = await recordsOf(at, 'A');
  await closeOldest(at);
  expect(await recordsOf(at, 'A')).toEqual(before);
  expect(await heldOf(at, 'A')).toBe('10 for 150.00');
  await closeSoundCost(at);
});

test('one that is no longer when the period is closed, but was when it ended, is trued up', async () => {
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
  await october(at);
  await at.cost.switchStrategy({ skuId: 'A', to: 'fifo' }, at.call);
  await sell(at, 'A', 4);
  const before = (await recordsOf(at, 'A')).length;
  await closeOldest(at);
  // 60 were posted of the 90 that 6 at 15 are; the 4 that left since are 60 as well, of which 68.571429 were posted.
  expect(await recordsOf(at, 'A', before)).toEqual([
    'true_up cost_of_sales 0 for -30.00',
    'correction cost_of_sales 0 for 8.571429',
  ]);
  expect(await heldOf(at, 'A')).toBe('10 for 150.00');
  await closeOldest(at);
  await closeSoundCost(at);
});

test('one that began under another default of the host is closed as it began', async () => {
  const at = await openTestCost();
  await october(at);
  await sell(at, 'A', [4, on('2026-10-04')]);
  await at.cost.switchStrategy({ skuId: 'A', to: 'periodic_average' }, at.call);
  const before = await recordsOf(at, 'A');
  const ports = testPorts();
  const core = createCostCore({ config: { ...testCostConfig, defaultStrategy: 'weighted_average' }, ids: ports.ids });
  await closeOldest(at, createCost({ core, dataSource: at.dataSource, config: testConfig, ports }));
  expect(await recordsOf(at, 'A')).toEqual(before);
  await closeSoundCost(at);
});

test('one that is sent back, which is told late after a close, comes back at what it was sold at', async () => {
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
  await buy(at, 'A', [4, '10.00', on('2026-09-01')]);
  const sold = await sell(at, 'A', [3, on('2026-09-02')]);
  await buy(at, 'A', [4, '20.00', on('2026-09-03')]);
  await closeOldest(at);
  // 8 for 120 average 15, of which 3 left.
  expect(await heldOf(at, 'A')).toBe('5 for 75.00');
  await sell(at, 'A', [1, on('2026-10-20')]);
  const line = { skuId: 'A', quantity: 2, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
  await at.domain.inbound.return({ documentNo: 'R-LATE', lines: [line], ...on('2026-10-05') }, at.call);
  // With two back at 10 there were 7 for 95, of which one left.
  expect(await heldOf(at, 'A')).toBe('6 for 81.428571');
  await closeOldest(at);
  await closeSoundCost(at);
});

test('one that was sold by another strategy takes back what was sold then, now and when it is told late', async () => {
  const at = await openTestCost();
  await buy(at, 'A', [10, '10.00', on('2026-09-01')]);
  const sold = await sell(at, 'A', [10, on('2026-09-02')]);
  const takeBack = (documentNo: string) => {
    const line = { skuId: 'A', quantity: 2, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
    return at.domain.inbound.return({ documentNo, lines: [line] }, at.call);
  };
  await closeOldest(at);
  await at.cost.switchStrategy({ skuId: 'A', to: 'periodic_average' }, at.call);
  await takeBack('R-1');
  await closeOldest(at);
  at.advance(2 * MONTH_SECONDS);
  await sell(at, 'A', 1);
  await buy(at, 'A', [5, '10.00']);
  await takeBack('R-2');
  await closeOldest(at);
  await closeOldest(at);
  expect(await heldOf(at, 'A')).toBe('8 for 80.00');
  await closeSoundCost(at);
});
