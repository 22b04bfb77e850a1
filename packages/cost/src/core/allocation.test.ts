/** Parts always sum to the total; who gets the last millionth is a rule, not chance. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { show } from '../testing/goods.ts';
import { assignPool } from './activity.ts';
import { type AllocationRule, planAllocation } from './allocation.ts';
import { parseExchangeRate, rateOn, toBase } from './currency.ts';
import { allocateDepartments } from './department.ts';
import { splitAmount } from './split.ts';
import type { CalendarDate } from '@granary/contracts/instant';

describe('a split', () => {
  test.for<[string, bigint, bigint[], bigint[]]>([
    ['gives the remainder to the largest fraction', 5n, [3n, 7n], [2n, 3n]],
    ['and between equals to the first', 100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    ['gives nothing to who has no weight', 5n, [0n, 7n, 3n], [0n, 4n, 1n]],
    ['mirrors a credit', -5n, [7n, 3n], [-4n, -1n]],
  ])('%s', ([, amount, weights, parts]) => expect(splitAmount(amount, weights)).toEqual(parts));

  test('by the other rule rounds each part and gives the rest to the last who has a weight', () => {
    expect(splitAmount(100n, [1n, 1n, 1n, 0n], { residue: 'last' })).toEqual([33n, 33n, 34n, 0n]);
  });

  test('of something among nobody is none', () => {
    expect(splitAmount(1n, [0n, 0n])).toBeUndefined();
    expect(splitAmount(0n, [0n])).toEqual([0n]);
  });

  test('sums to the amount, and no part is a step away from its exact share', () => {
    const steps = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 });
    const someWeight = weights.filter((each) => each.some((weight) => weight > 0n));
    fc.assert(
      fc.property(steps, someWeight, fc.constantFrom(1n, 100n, 10_000n), (count, shares, step) => {
        const amount = count * step;
        const parts = splitAmount(amount, shares, { step }) ?? [];
        const total = shares.reduce((sum, each) => sum + each, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        for (const [at, part] of parts.entries()) {
          const away = part * total - amount * (shares[at] ?? 0n);
          expect(away < step * total && -away < step * total).toBe(true);
        }
      }),
    );
  });

  test('of an amount finer than the step still sums to it', () => {
    expect(splitAmount(10_001n, [1n, 1n], { step: 10_000n })).toEqual([10_000n, 1n]);
  });
});

describe('a rule', () => {
  const targets = [
    { skuId: 'A', weight: 1n, quantity: 3, value: 10n },
    { skuId: 'B', weight: 1n, quantity: 1, value: 30n },
  ];
  test.for<[AllocationRule['method'], string]>([
    ['ratio', '50 50'],
    ['activity', '50 50'],
    ['quantity', '75 25'],
    ['value', '25 75'],
  ])('shares out by %s', ([method, parts]) => {
    const amounts = planAllocation(100_000_000n, { name: 'freight', method, targets }).map(({ amount }) =>
      show(amount),
    );
    expect(amounts.join(' ')).toBe(parts);
  });

  test.for<[string, AllocationRule]>([
    ['by which nobody gets anything', { name: 'r', method: 'ratio', targets: [{ skuId: 'A', weight: 0n }] }],
    ['whose target has nothing to go by', { name: 'r', method: 'value', targets: [{ skuId: 'A', weight: 1n }] }],
    ['with a negative weight', { name: 'r', method: 'ratio', targets: [{ skuId: 'A', weight: -1n }] }],
  ])('%s is refused', ([, rule]) => {
    expect(() => planAllocation(1n, rule)).toThrow(expect.objectContaining({ code: 'COST_008' }));
  });
});

test('capacity that nobody used stays in the pool', () => {
  const pool = { name: 'set-ups', cost: 100n, driver: 7n };
  expect(assignPool(pool, [2n, 3n])).toEqual({ parts: [29n, 43n], unused: 28n });
  expect(() => assignPool(pool, [8n])).toThrow(/More of "set-ups"/);
});

describe('service departments', () => {
  const services = new Map([
    ['S1', 100_000_000n],
    ['S2', 60_000_000n],
  ]);
  const use = new Map([
    [
      'S1',
      new Map([
        ['S2', 20n],
        ['P1', 40n],
        ['P2', 40n],
      ]),
    ],
    [
      'S2',
      new Map([
        ['S1', 10n],
        ['P1', 30n],
        ['P2', 60n],
      ]),
    ],
  ]);

  // Reciprocal: S1 = 100 + 0.1 S2, S2 = 60 + 0.2 S1, thus S1 = 108.163265, S2 = 81.632653.
  test.for<['direct' | 'step_down' | 'reciprocal', string]>([
    ['direct', 'P1 70 P2 90'],
    ['step_down', 'P1 66.666667 P2 93.333333'],
    ['reciprocal', 'P1 67.755102 P2 92.244898'],
  ])('%s', ([method, expected]) => {
    const costs = allocateDepartments(method, { services, use });
    expect([...costs].map(([name, cost]) => `${name} ${show(cost)}`).join(' ')).toBe(expected);
    expect([...costs.values()].reduce((sum, cost) => sum + cost, 0n)).toBe(160_000_000n);
  });

  test('that serve only each other are refused', () => {
    const circle = new Map([
      ['S1', new Map([['S2', 1n]])],
      ['S2', new Map([['S1', 1n]])],
    ]);
    expect(() => allocateDepartments('reciprocal', { services, use: circle })).toThrow(/never reaches production/);
    expect(() => allocateDepartments('direct', { services, use: circle })).toThrow(/serves nobody/);
  });
});

describe('another currency', () => {
  const day = (text: string) => text as CalendarDate;
  const rates = [
    { currency: 'USD', on: day('2026-01-01'), rate: parseExchangeRate('7.1') },
    { currency: 'USD', on: day('2026-03-01'), rate: parseExchangeRate('7.2000000001') },
  ];

  test('is converted at the newest rate that is not after the day', () => {
    expect(show(toBase(10_000_000n, rateOn(rates, 'USD', day('2026-02-28'))))).toBe('71');
    expect(rateOn(rates, 'USD', day('2026-03-01'))).toBe(72_000_000_001n);
  });

  test('is rounded once, half up, at a millionth', () => {
    expect(toBase(5n, parseExchangeRate('0.1'))).toBe(1n);
    expect(toBase(4n, parseExchangeRate('0.1'))).toBe(0n);
  });

  test('without a rate is refused', () => {
    expect(() => rateOn(rates, 'EUR', day('2026-02-28'))).toThrow(expect.objectContaining({ code: 'COST_009' }));
    expect(() => rateOn(rates, 'USD', day('2025-12-31'))).toThrow(/on or before 2025-12-31/);
  });

  test.for(['0', '-1', '1.', 'x', '1.00000000001', ''])('%j is no rate', (text) => {
    expect(() => parseExchangeRate(text)).toThrow(RangeError);
  });
});
