/** Each check of I8 and I9 shown to find what it is for: one corruption each, named, and nothing else found. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costCorruptions } from '../testing/corruptions.ts';
import { buy, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
  const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });
  await buy(at, 'A', [10, '10.00', on('2026-07-01')]);
  await sell(at, 'A', [4, on('2026-07-02')]);
  await buy(at, 'A', [10, '20.00', on('2026-08-01')]);
  for (const { periodId } of await periodsOf(at)) await at.cost.periods.close({ periodId }, at.call);
  await buy(at, 'P', [10, '10.00']);
  await at.cost.switchStrategy({ skuId: 'P', to: 'weighted_average' }, at.call);
  await buy(at, 'O', [1, '1.00']);
  await sell(at, 'O', 3);
});
afterAll(() => closeSoundCost(at));

describe('verify', () => {
  test('finds nothing wrong, having looked', async () => {
    expect(await at.cost.verify()).toEqual({ ok: true, skus: 3, violations: [] });
  });

  test('at least a dozen corruptions, each of its own name', () => {
    const names = new Set(costCorruptions.map(([what]) => what));
    expect(names.size).toBe(costCorruptions.length);
    expect(names.size).toBeGreaterThanOrEqual(12);
  });

  test.for(costCorruptions)('finds %s', async ([, corrupt, repair, invariant, found]) => {
    await at.dataSource.query(corrupt);
    try {
      const { ok, violations } = await at.cost.verify();
      expect(ok).toBe(false);
      expect(new Set(violations.map((each) => each.invariant))).toEqual(new Set([invariant]));
      expect(violations.map(({ row, detail }) => `${row} ${detail}`).join('; ')).toContain(found);
      const whole = await at.domain.verify();
      expect(whole.ok).toBe(false);
      expect(whole.violations).toEqual(expect.arrayContaining([...violations]));
      const { findings } = await at.domain.doctor({ repair: true, only: ['books'] });
      const told = findings.map(({ where, detail, state }) => [where, detail, state]);
      expect(told).toEqual(violations.map(({ row, detail }) => [row, detail, 'left']));
    } finally {
      await at.dataSource.query(repair);
    }
    expect((await at.cost.verify()).violations).toEqual([]);
  });
});
