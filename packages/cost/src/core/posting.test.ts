/** What each strategy makes of the same goods, and what else happens to cost; by hand, so that a bookkeeper can check it. */
import { describe, expect, test } from 'vitest';
import { at, back, bought, cost, lastCost, layersOf, money, type Setting, show, sold } from '../testing/goods.ts';
import { minute } from '../rehearsal/history.ts';
import type { CostEvent } from './event.ts';
import { sumOf } from './record.ts';
import { netOf } from './state.ts';

const shelf = [
  { ...bought('r1', 10, '10'), lot: 'A', expiresAt: minute(900) },
  { ...bought('r2', 10, '20'), lot: 'B', expiresAt: minute(500) },
  { ...bought('r3', 10, '60'), lot: 'A' },
];

describe('15 of 10 at 10, 10 at 20 and 10 at 60', () => {
  test.for<[strategy: string, costs: string, left: string]>([
    ['fifo', '200', '5 for 100, 10 for 600'],
    ['lifo', '700', '10 for 100, 5 for 100'],
    ['fefo', '250', '5 for 50, 10 for 600'],
    ['weighted_average', '450', '5 for 0, 10 for 0'],
    ['periodic_average', '450', '5 for 0, 10 for 0'],
    ['specific', '400', '10 for 200, 5 for 300'],
  ])('cost by %s %s', ([strategy, costs, left]) => {
    const posting = cost([...shelf, sold('s4', 15, 'A')], { strategy });
    expect(lastCost(posting)).toBe(costs);
    expect(layersOf(posting)).toBe(left);
    expect(show(posting.state.value)).toBe(String(900 - Number(costs)));
  });

  test('the example of the design: 250 of 100 at 10, 200 at 12 and 150 at 11 cost 2,800 by fifo', () => {
    const goods = [bought('r1', 100, '10'), bought('r2', 200, '12'), bought('r3', 150, '11')];
    expect(lastCost(cost([...goods, sold('s4', 250)]))).toBe('2800');
  });

  test('a lot that has too little is refused, though other lots have enough', () => {
    expect(() => cost([...shelf, sold('s4', 11, 'B')], { strategy: 'specific' })).toThrow(/11 units of SKU/);
  });

  test('or takes the rest from the others: another strategy may have costed its units before', () => {
    const setting = { strategy: 'specific', policy: { lots: 'preferred' } } as const;
    const posting = cost([...shelf, sold('s4', 11, 'B')], setting);
    expect(lastCost(posting)).toBe('210');
    expect(layersOf(posting)).toBe('9 for 90, 10 for 600');
  });
});

describe('rounding', () => {
  const third: CostEvent[] = [
    { type: 'receipt', id: 'r1', at: at('r1'), account: 'purchases', quantity: 3, value: money('10') },
  ];
  const ones = [sold('s2', 1), sold('s3', 1), sold('s4', 1)];
  const costs = (setting: Setting) =>
    cost([...third, ...ones], setting)
      .posted.slice(1)
      .map(({ records }) => show(-sumOf(records)));

  test.for<[string, Setting, string[]]>([
    ['to a millionth, the last unit taking the residue', {}, ['3.333333', '3.333334', '3.333333']],
    ['of a pool alike', { strategy: 'weighted_average' }, ['3.333333', '3.333334', '3.333333']],
    ['to cents', { policy: { issueDecimals: 2 } }, ['3.33', '3.34', '3.33']],
    ['to whole units, of a pool', { strategy: 'weighted_average', policy: { issueDecimals: 0 } }, ['3', '4', '3']],
    [
      'of an average that stands still until the next receipt',
      { strategy: 'weighted_average', policy: { average: { decimals: 1, per: 1 } } },
      ['3.3', '3.3', '3.4'],
    ],
  ])('%s', ([, setting, expected]) => expect(costs(setting)).toEqual(expected));

  test('an issue over several layers is rounded as a whole, not each part', () => {
    const odd = (id: string): CostEvent => ({
      type: 'receipt',
      id,
      at: at(id),
      account: 'purchases',
      quantity: 3,
      value: 10_004_000n,
    });
    // 10.004 + a third of 10.004 = 13.338667, and not 10.004 + 3.33.
    const posting = cost([odd('r1'), odd('r2'), sold('s3', 4)], { policy: { issueDecimals: 2 } });
    expect(lastCost(posting)).toBe('13.34');
  });
});

describe('goods that come back', () => {
  const sale = [bought('r1', 10, '10'), bought('r2', 10, '20'), sold('s3', 15)];

  test.for<[string, Setting, string, string]>([
    ['at what they cost when they left', {}, '66.666667', '5 for 100, 5 for 66.666667'],
    ['or by policy at what a unit costs now', { policy: { returns: 'current' } }, '100', '5 for 100, 5 for 100'],
  ])('%s', ([, setting, value, left]) => {
    const posting = cost([...sale, back('b4', 5, 's3')], setting);
    expect(lastCost(posting)).toBe(`-${value}`);
    expect(layersOf(posting)).toBe(left);
  });

  test('all of them bring back all of the cost, in whatever parts', () => {
    const posting = cost([...sale, back('b4', 4, 's3'), back('b5', 4, 's3'), back('b6', 7, 's3')]);
    expect(show(posting.state.value)).toBe('300');
    expect(posting.flows.get('s3')).toEqual({ quantity: 0, value: 0n });
  });

  test('more than left is refused, as is an issue that nobody knows', () => {
    expect(() => cost([...sale, back('b4', 16, 's3')])).toThrow(/15 are left/);
    expect(() => cost([...sale, back('b4', 1, 'zz')])).toThrow(/0 are left/);
  });
});

describe('a shortage', () => {
  const owing = [bought('r1', 10, '10'), sold('s2', 15)];

  test('is refused with what there is, and nothing is taken', () => {
    expect(() => cost(owing)).toThrow(
      expect.objectContaining({ code: 'COST_002', details: { skuId: 'SKU', requested: 15, available: 10 } }),
    );
  });

  test('is owed at the last known cost, and corrected by the receipt that settles it', () => {
    const posting = cost([...owing, bought('r3', 8, '14')], { policy: { shortage: 'owe' } });
    expect(show(-sumOf(posting.posted[1]?.records ?? []))).toBe('150');
    expect(posting.posted[2]?.records).toEqual([
      expect.objectContaining({ kind: 'receipt', value: money('112') }),
      expect.objectContaining({
        kind: 'deficit_correction',
        subjectId: 's2',
        account: 'cost_of_sales',
        value: -money('20'),
      }),
    ]);
    expect(layersOf(posting)).toBe('3 for 42');
    expect(posting.flows.get('s2')).toEqual({ quantity: 15, value: money('170') });
  });

  test('that came back dearer than it turned out to cost lets the rest come back for nothing, never for less', () => {
    const standard = (id: string, each: string): CostEvent => {
      return { type: 'standard_cost', id, at: at(id), cost: money(each), per: 1 };
    };
    const found: CostEvent = { type: 'receipt', id: 'f5', at: at('f5'), account: 'adjustments', quantity: 3 };
    const cheaper = [standard('c4', '1'), found, back('b6', 3, 's2'), back('b7', 3, 's2')];
    const events = [standard('c1', '12'), sold('s2', 8), back('b3', 2, 's2'), ...cheaper];
    const posting = cost(events, { strategy: 'standard', policy: { shortage: 'owe' } });
    expect(posting.posted.at(-1)?.records[0]).toMatchObject({ kind: 'return', quantity: 3, value: 0n });
    expect(show(posting.state.value)).toBe('3');
  });

  test('of one place may be owed while another place holds goods, and a receipt elsewhere does not settle it', () => {
    const short: CostEvent = { type: 'issue', id: 's2', at: at('s2'), account: 'cost_of_sales', quantity: 3, owed: 3 };
    const elsewhere = { ...bought('r3', 5, '20'), settles: 0 };
    const posting = cost([bought('r1', 10, '10'), short, elsewhere], { policy: { shortage: 'owe' } });
    expect(layersOf(posting)).toBe('10 for 100, 5 for 100');
    expect(posting.state.deficits).toEqual([
      { issueId: 's2', account: 'cost_of_sales', quantity: 3, value: money('30') },
    ]);
    expect(netOf(posting.state)).toEqual({ quantity: 12, value: money('170') });
  });

  test('is owed at what the last unit that left has cost, not at a receipt that was taken back', () => {
    const undo: CostEvent = {
      type: 'reversal',
      id: 'x4',
      at: at('x4'),
      account: 'purchases',
      receiptId: 'r3',
      quantity: 1,
    };
    const events = [bought('r1', 1, '10'), sold('s2', 1), bought('r3', 1, '30'), undo, sold('s5', 1)];
    expect(lastCost(cost(events, { policy: { shortage: 'owe' } }))).toBe('10');
  });

  test('of goods that never had a cost is refused, never hidden behind a default', () => {
    expect(() => cost([sold('s1', 1)], { policy: { shortage: 'owe' } })).toThrow(
      expect.objectContaining({ code: 'COST_001' }),
    );
  });
});

test.for<[string, Partial<CostEvent>]>([
  ['no unit', { quantity: 0 }],
  ['half a unit', { quantity: 0.5 }],
  ['a negative cost', { value: -1n }],
])('%s is a bug of the caller', ([, wrong]) => {
  expect(() => cost([{ ...bought('r1', 1, '10'), ...wrong } as CostEvent])).toThrow(RangeError);
});
