/** Months and SKUs that are seldom met: nothing in them, nothing but debts, more than one at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whileHeld } from '@granary/domain/testing/meanwhile';
import { refusalOf } from '@granary/domain/testing/refusals';
import { recost } from '../testing/recost.ts';
import { buy, heldOf, periodOfToday, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import type { VariancePlace } from './variance-watch.ts';

const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });

describe('without a month', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost();
  });
  afterAll(() => closeSoundCost(at));

  test('nothing is watched and nothing was held', async () => {
    expect(await at.cost.watchVariance({ holder: 'w', leaseMs: 1000, from: null }, at.call)).toEqual({
      ...{ held: true, told: 0, next: null },
    });
    const ageing = { on: '2026-07-01', by: 'total', bucketDays: [30], limit: 5 } as const;
    expect(await at.cost.reports.ageing({ ...ageing, bucketDays: [...ageing.bucketDays] })).toMatchObject({
      items: [],
    });
  });

  test('a month in which nothing happened has no variance', async () => {
    const { periodId } = await at.cost.periods.create({ startsOn: '2026-01-01', endsOn: '2026-01-31' }, at.call);
    expect(await at.cost.analysis.variance({ periodId, onlyExceeded: false, limit: 5 })).toMatchObject({ items: [] });
  });
});

describe('with debts', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost({ config: { allowNegative: true } });
    for (const skuId of ['BARE', 'OWED']) await at.domain.skus.create({ skuId }, at.call);
    await at.cost.switchStrategy({ skuId: 'BARE', to: 'weighted_average' }, at.call);
    await buy(at, 'POOL', [4, '2.00', on('2026-09-03')]);
    await at.cost.switchStrategy({ skuId: 'POOL', to: 'weighted_average' }, at.call);
    await buy(at, 'OWED', [1, '1.00']);
    await sell(at, 'OWED', 4);
  });
  afterAll(() => closeSoundCost(at));

  test('what is owed has no age, no place and no average; what is pooled is as old as its layers', async () => {
    const { items } = await at.cost.reports.ageing({ by: 'sku', bucketDays: [30], limit: 9 });
    expect(new Set(items.map(({ skuId }) => skuId))).toEqual(new Set(['POOL']));
    const places = await at.cost.reports.valuation({ by: 'place', limit: 9 });
    expect(places.items).toContainEqual(expect.objectContaining({ skuId: 'POOL', value: '8.00' }));
    expect(await at.cost.averageCost({ skuId: 'BARE' })).toMatchObject({ averageCost: null });
  });

  test('what is sold before any of it ever came has no cost, and is refused', async () => {
    await at.domain.skus.create({ skuId: 'NEVER' }, at.call);
    expect(await refusalOf(sell(at, 'NEVER', 3))).toMatchObject({
      ...{ kind: 'costCalculationFailed', details: { skuId: 'NEVER' } },
    });
    expect(await heldOf(at, 'NEVER')).toBe('nothing');
  });

  test('a preview of a month that is not there yet names its day', async () => {
    const input = {
      skuId: 'POOL',
      type: 'receipt',
      quantity: 1,
      unitCost: '2.00',
      occurredAt: '2026-10-10T00:00:00Z',
    } as const;
    expect(await at.cost.preview(input)).toMatchObject({ periods: [{ period: '2026-10-10' }] });
  });
});

test('a SKU of which no more is known than a standard cost is closed with nothing', async () => {
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
  await at.domain.skus.create({ skuId: 'NAMED' }, at.call);
  await at.cost.standardCost({ skuId: 'NAMED', cost: '1.00' }, at.call);
  const { periodId } = await periodOfToday(at);
  expect(await at.cost.periods.close({ periodId }, at.call)).toMatchObject({ skus: 1, trueUps: 0 });
  expect(await recordsOf(at, 'NAMED')).toEqual([]);
  expect(await heldOf(at, 'NAMED')).toBe('0 for 0.00');
  await closeSoundCost(at);
});

test('goods that are all on their way are valued at no place', async () => {
  const at = await openTestCost();
  await at.domain.locations.create({ locationId: 'far' }, at.call);
  await buy(at, 'AWAY', [4, '2.00']);
  const way = { transferNo: 'T-AWAY', fromLocationId: 'default', toLocationId: 'far' };
  await at.domain.outbound.transfer({ ...way, lines: [{ skuId: 'AWAY', quantity: 4 }] }, at.call);
  const { items } = await at.cost.reports.valuation({ by: 'place', limit: 5 });
  expect(items).toMatchObject([{ skuId: 'AWAY', locationId: null, quantity: 4, value: '8.00' }]);
  await closeSoundCost(at);
});

test('a month that somebody else makes meanwhile is posted into, and not made twice', async () => {
  const at = await openTestCost();
  await buy(at, 'A', [1, '1.00', on('2026-09-03')]);
  const theirs = `INSERT INTO cost_period (period_id, name, starts_on, ends_on, state, created_at, version)
    SELECT '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB', 'theirs', '2026-10-01', '2026-10-31', state, created_at, version FROM cost_period`;
  const stranger = { hold: 'SELECT * FROM cost_guard', change: [theirs] };
  await whileHeld(at, stranger, () => buy(at, 'B', [1, '1.00', on('2026-10-03')]));
  expect((await periodsOf(at)).map(({ name }) => name)).toEqual(['2026-09', 'theirs']);
  await closeSoundCost(at);
});

describe('several months', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost();
    await buy(at, 'A', [10, '10.00', on('2026-09-03')]);
    await sell(at, 'A', [2, on('2026-10-03')]);
    await buy(at, 'A', [1, '12.00']);
    await at.cost.standardCost({ skuId: 'A', cost: '1.00' }, at.call);
    await at.cost.allocations.createRule(
      {
        ...{ name: 'rent', method: 'quantity', source: 'indirect', isAutomatic: true, amount: '3.00' },
        targets: [{ skuId: 'A' }],
      },
      at.call,
    );
  });
  afterAll(() => closeSoundCost(at));

  test('are watched one after the other', async () => {
    const seen: (VariancePlace | null)[] = [];
    let from: VariancePlace | null = null;
    do {
      from = (await at.cost.watchVariance({ holder: 'w', leaseMs: 60_000, from }, at.call)).next;
      seen.push(from);
    } while (from !== null);
    expect(seen.length).toBeGreaterThan(1);
  });

  test('share out on top of what the month before closed with, also one that is not over', async () => {
    for (const { periodId } of await periodsOf(at)) await at.cost.periods.close({ periodId }, at.call);
    const { capitalised, expensed, total } = await at.cost.allocations.allocated({ skuId: 'A' });
    expect([capitalised, expensed, total]).toEqual(expect.arrayContaining(['9.00']));
  });

  test('are read entry by entry', async () => {
    const [first] = await periodsOf(at);
    const all = await at.cost.reports.journal({ periodId: first?.periodId ?? '', by: 'entry', limit: 100 } as never);
    const told: unknown[] = [];
    for (let cursor: string | undefined; ;) {
      const input = { periodId: first?.periodId ?? '', by: 'entry', limit: 1, cursor };
      const page = await at.cost.reports.journal(input as never);
      told.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(told).toEqual(all.items);
  });
});

describe('corrections that cannot be made', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost({ cost: { eventsAtOnce: 0 } });
  });
  afterAll(() => at.close());

  const torn = async (skuId: string) => {
    await buy(at, skuId, [10, '10.00', on('2026-09-03')]);
    await sell(at, skuId, [2, on('2026-09-05')]);
    await buy(at, skuId, [10, '4.00', on('2026-09-01')]);
    await at.dataSource.query('UPDATE cost_state SET value = value + 1 WHERE sku_id = ?', [skuId]);
  };
  const held = (skuId: string) => `SELECT * FROM cost_state WHERE sku_id = '${skuId}'`;

  test('are given up where the past does not come out as it stands', async () => {
    await torn('G1');
    expect(await recost(at, 1)).toMatchObject([{ skuId: 'G1', isOver: true, gaveUp: expect.any(String) }]);
  });

  test('are left to whoever has changed them meanwhile', async () => {
    await torn('G2');
    const change = [`UPDATE cost_recost SET version = version + 1 WHERE sku_id = 'G2'`];
    expect(await whileHeld(at, { hold: held('G2'), change }, () => recost(at, 1))).toMatchObject([
      { isOvertaken: true },
    ]);
    const begun = [`UPDATE cost_recost SET corrections = 1 WHERE sku_id = 'G2'`];
    expect(await whileHeld(at, { hold: held('G2'), change: begun }, () => recost(at, 1))).toMatchObject([
      { isOver: false, gaveUp: expect.any(String) },
    ]);
  });

  test('keep a month open', async () => {
    await torn('G3');
    const [first] = await periodsOf(at);
    const refusal = await refusalOf(at.cost.periods.freeze({ periodId: first?.periodId ?? '' }, at.call));
    expect(refusal.kind).toMatch(/./);
  });
});
