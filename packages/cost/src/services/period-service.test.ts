/** Periods on a real database: who may post into which, and what a close leaves. */
import { adjusting } from '@granary/domain/testing/adjustment-inputs';
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, heldOf, periodOfToday, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
/** While it is set, postings stop where they have been costed and not yet committed. */
let hold: Promise<void> | undefined;
let arrived = () => undefined as void;
let release = () => undefined as void;

beforeAll(async () => {
  const after = async () => {
    arrived();
    await hold;
  };
  at = await openTestCost({ after });
});
afterAll(() => closeSoundCost(at));

const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });
const period = async (name: string) => {
  const found = (await periodsOf(at)).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no period ${name}`);
  return found;
};
const close = async (name: string) => await at.cost.periods.close({ periodId: (await period(name)).periodId }, at.call);
const snapshotOf = async (name: string, skuId: string) => {
  const { periodId } = await period(name);
  const { items } = await at.cost.periods.snapshots({ periodId, limit: 500 });
  const row = items.find((each) => each.skuId === skuId);
  if (row === undefined) return undefined;
  const amount = (quantity: number, value: string) => `${quantity} for ${value}`;
  return [
    amount(row.openingQuantity, row.openingValue),
    amount(row.inboundQuantity, row.inboundValue),
    amount(row.outboundQuantity, row.outboundValue),
    row.allocatedValue,
    amount(row.closingQuantity, row.closingValue),
  ];
};

describe('making periods', () => {
  test('the month of a movement is made on demand, less what other periods have of it', async () => {
    await at.cost.periods.create({ name: 'first week', startsOn: '2025-03-01', endsOn: '2025-03-07' }, at.call);
    await buy(at, 'MADE', [1, '1.00', on('2025-03-20')]);
    await buy(at, 'MADE', [1, '1.00', on('2025-02-20')]);
    await buy(at, 'MADE', [1, '1.00', on('2025-03-03')]);
    const names = (await periodsOf(at)).map(({ name, startsOn, endsOn }) => [name, startsOn, endsOn]);
    expect(names).toEqual([
      ['2025-02', '2025-02-01', '2025-02-28'],
      ['first week', '2025-03-01', '2025-03-07'],
      ['2025-03-08 to 2025-03-31', '2025-03-08', '2025-03-31'],
    ]);
  });

  test.for<[string, string, string, string]>([
    ['over another one', '2025-02-28', '2025-04-30', 'COST_007'],
    ['within another one', '2025-02-03', '2025-02-03', 'COST_007'],
    ['that ends before it begins', '2025-05-02', '2025-05-01', 'INV_005'],
    ['on days that are none', '2025-02-30', '2025-05-01', 'INV_005'],
  ])('a period %s is refused', async ([, startsOn, endsOn, code]) => {
    await expect(at.cost.periods.create({ startsOn, endsOn }, at.call)).rejects.toMatchObject({ code });
  });

  test('one that is not there is COST_004, and two of one name are one too many', async () => {
    await expect(at.cost.periods.get({ periodId: 'NOWHERE' })).rejects.toMatchObject({ code: 'COST_004' });
    await expect(at.cost.periods.freeze({ periodId: 'NOWHERE' }, at.call)).rejects.toMatchObject({ code: 'COST_004' });
    const named = { name: 'first week', startsOn: '2025-06-01', endsOn: '2025-06-02' };
    await expect(at.cost.periods.create(named, at.call)).rejects.toMatchObject({ code: 'COST_007' });
  });

  test('many who post into a month that nobody has made yet make it once', async () => {
    const work = Array.from({ length: 8 }, (_, each) => buy(at, `RACE-${each}`, [1, '1.00', on('2025-05-05')]));
    await Promise.all(work);
    expect((await periodsOf(at)).filter(({ startsOn }) => startsOn.startsWith('2025-05'))).toHaveLength(1);
  });
});

describe('a frozen period', () => {
  const day = on('2025-07-10');

  beforeAll(async () => {
    await buy(at, 'F', [10, '1.00', day]);
    await sell(at, 'F', [1, day]);
  });

  test('refuses goods in, goods out and adjustments of its days, and takes them again once it is unfrozen with a reason', async () => {
    const { periodId } = await period('2025-07');
    expect(await at.cost.periods.freeze({ periodId }, at.call)).toMatchObject({ state: 'frozen', frozenBy: 'local' });
    const refusal = { code: 'COST_005', details: { period: '2025-07' } };
    await expect(buy(at, 'F', [1, '1.00', day])).rejects.toMatchObject(refusal);
    await expect(sell(at, 'F', [1, day])).rejects.toMatchObject(refusal);
    await expect(at.domain.adjustments.adjust(adjusting('F', -1, day), at.call)).rejects.toMatchObject(refusal);
    expect(await recordsOf(at, 'F', 2)).toEqual([]);
    await sell(at, 'F', 1);
    await expect(at.cost.periods.unfreeze({ periodId, reason: ' ' }, at.call)).rejects.toMatchObject({
      code: 'INV_005',
    });
    await at.cost.periods.unfreeze({ periodId, reason: 'a late invoice' }, at.call);
    await sell(at, 'F', [1, day]);
    const [command] = await rowsOf(
      at.dataSource,
      "SELECT request FROM command WHERE procedure_name = 'period.unfreeze'",
    );
    expect(String(command?.['request'])).toContain('a late invoice');
  });

  test('refuses what accountants do today, when it is that of today', async () => {
    await buy(at, 'F2', [1, '1.00']);
    const { periodId } = await periodOfToday(at);
    await at.cost.periods.freeze({ periodId }, at.call);
    const refusal = { code: 'COST_005' };
    await expect(at.cost.revalue({ skuId: 'F2', amount: '-0.50', reason: 'x' }, at.call)).rejects.toMatchObject(
      refusal,
    );
    await expect(at.cost.switchStrategy({ skuId: 'F2', to: 'lifo' }, at.call)).rejects.toMatchObject(refusal);
    await expect(at.cost.standardCost({ skuId: 'F2', cost: '1.00' }, at.call)).rejects.toMatchObject(refusal);
    await at.cost.periods.unfreeze({ periodId, reason: 'test' }, at.call);
  });

  test('waits for whoever is posting into it', async () => {
    const { periodId } = await period('2025-07');
    const reached = new Promise<void>((resolve) => (arrived = resolve));
    hold = new Promise<void>((resolve) => (release = resolve));
    const posting = sell(at, 'F', [1, day]);
    await reached;
    let isFrozen = false;
    const freezing = at.cost.periods.freeze({ periodId }, at.call).then(() => (isFrozen = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isFrozen).toBe(false);
    release();
    await Promise.all([posting, freezing]);
    hold = undefined;
    await at.cost.periods.unfreeze({ periodId, reason: 'test' }, at.call);
  });
});

describe('a close', () => {
  beforeAll(async () => {
    for (const { periodId, startsOn } of await periodsOf(at))
      if (startsOn < '2026-01-01') await at.cost.periods.close({ periodId }, at.call);
    await buy(at, 'C', [10, '10.00', on('2026-08-03')]);
    await sell(at, 'C', [4, on('2026-08-20')]);
    await buy(at, 'C', [10, '20.00', on('2026-09-03')]);
  });

  test('takes a snapshot of each SKU, whose closing is the opening of the next', async () => {
    await close('2026-08');
    expect(await snapshotOf('2026-08', 'C')).toEqual([
      '0 for 0.00',
      '10 for 100.00',
      '4 for 40.00',
      '0.00',
      '6 for 60.00',
    ]);
    await sell(at, 'C', [1, on('2026-09-20')]);
    await close('2026-09');
    expect(await snapshotOf('2026-09', 'C')).toEqual([
      '6 for 60.00',
      '10 for 200.00',
      '1 for 10.00',
      '0.00',
      '15 for 250.00',
    ]);
    expect(await snapshotOf('2026-09', 'F')).toEqual(['7 for 7.00', '0 for 0.00', '0 for 0.00', '0.00', '7 for 7.00']);
    expect((await at.cost.verify()).violations).toEqual([]);
  });

  test('is final: nothing is posted, frozen or unfrozen in it, nothing begins before it, and a repeat changes nothing', async () => {
    const { periodId, version } = await period('2026-09');
    const refusal = { code: 'COST_006', details: { period: '2026-09' } };
    await expect(sell(at, 'C', [1, on('2026-09-20')])).rejects.toMatchObject(refusal);
    await expect(buy(at, 'C', [1, '1.00', on('2026-09-20')])).rejects.toMatchObject(refusal);
    await expect(at.cost.periods.freeze({ periodId }, at.call)).rejects.toMatchObject(refusal);
    await expect(at.cost.periods.unfreeze({ periodId, reason: 'x' }, at.call)).rejects.toMatchObject(refusal);
    expect(await at.cost.periods.close({ periodId }, at.call)).toMatchObject({ period: { version } });
    await expect(buy(at, 'C', [1, '1.00', on('2024-01-01')])).rejects.toMatchObject({ code: 'COST_006' });
    const early = { startsOn: '2024-01-01', endsOn: '2024-01-31' };
    await expect(at.cost.periods.create(early, at.call)).rejects.toMatchObject({ code: 'COST_006' });
  });

  test('comes in order', async () => {
    await buy(at, 'C', [1, '1.00', on('2026-10-05')]);
    await buy(at, 'C', [1, '1.00']);
    const { periodId } = await periodOfToday(at);
    await expect(at.cost.periods.close({ periodId }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
  });

  test('fails while the books do not add up, and leaves nothing behind', async () => {
    await at.dataSource.query("UPDATE cost_state SET value = value + 0.000001 WHERE sku_id = 'C'");
    await expect(close('2026-10')).rejects.toMatchObject({ code: 'COST_001', message: expect.stringContaining('I8') });
    await at.dataSource.query("UPDATE cost_state SET value = value - 0.000001 WHERE sku_id = 'C'");
    expect(await period('2026-10')).toMatchObject({ state: 'open' });
    expect(await snapshotOf('2026-10', 'C')).toBeUndefined();
  });
});

describe('a SKU by periodic average', () => {
  test('costs the perpetual average during the month and gets one true-up at its close, which reaches what was sold since', async () => {
    const other = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
    try {
      await buy(other, 'PA', [10, '10.00', on('2026-08-01')]);
      await sell(other, 'PA', [6, on('2026-08-02')]);
      await buy(other, 'PA', [10, '20.00', on('2026-08-03')]);
      await sell(other, 'PA', [4, on('2026-08-04')]);
      // September has begun before August is closed: 10 held for 171.428571, of which 5 leave.
      await sell(other, 'PA', [5, on('2026-09-01')]);
      const [august, september] = await periodsOf(other);
      await other.cost.periods.close({ periodId: august?.periodId ?? '' }, other.call);
      // August averages 15: 150 were consumed, 128.571429 posted; what left in September left at 15 as well.
      expect(await recordsOf(other, 'PA', 5)).toEqual([
        'true_up cost_of_sales 0 for -21.428571',
        'correction cost_of_sales 0 for 10.714286',
      ]);
      expect(await heldOf(other, 'PA')).toBe('5 for 75.00');
      await buy(other, 'PA', [5, '25.00', on('2026-09-10')]);
      await other.cost.periods.close({ periodId: september?.periodId ?? '' }, other.call);
      // 10 for 150 and 5 for 125 average 18.333333, of which 5 left.
      expect(await heldOf(other, 'PA')).toBe('10 for 183.333333');
    } finally {
      await closeSoundCost(other);
    }
  });
});
