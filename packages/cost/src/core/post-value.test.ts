/** Events that move value and no goods: late costs, write-downs, standard costs, changes of strategy. */
import { describe, expect, test } from 'vitest';
import { at, bought, cost, lastCost, layersOf, money, show, sold } from '../testing/goods.ts';
import type { CostEvent } from './event.ts';
import { sumOf } from './record.ts';
import { emptyState } from './state.ts';

describe('a cost that arrives late', () => {
  const freight = (amount: string, receiptId?: string): CostEvent => ({
    type: 'allocation',
    id: 'c9',
    at: at('c9'),
    amount: money(amount),
    ...(receiptId === undefined ? {} : { receiptId }),
  });
  const goods = [bought('r1', 10, '10'), bought('r2', 10, '20'), sold('s3', 6)];

  test.for<[string, string, string]>([
    ['fifo', '60', '4 for 80, 10 for 200'],
    ['lifo', '0', '10 for 200, 4 for 80'],
  ])(
    'lies on what is left of its receipt, and what was sold of it is sold dearer now: %s',
    ([strategy, charged, left]) => {
      const posting = cost([...goods, freight('100', 'r1')], { strategy });
      expect(lastCost(posting)).toBe(charged);
      expect(layersOf(posting)).toBe(left);
    },
  );

  test('in a pool counts its receipts as sold oldest first', () => {
    const posting = cost([...goods, freight('100', 'r1')], { strategy: 'weighted_average' });
    expect(lastCost(posting)).toBe('60');
    expect(show(posting.state.value)).toBe('250');
  });

  test('leaves stock at standard cost where it is', () => {
    const state = { ...emptyState('SKU', 'standard'), standardCost: { value: money('10'), quantity: 1 } };
    const posting = cost([...goods, freight('100', 'r1')], { state });
    expect(show(posting.state.value)).toBe('140');
    expect(show(-sumOf(posting.posted.at(-1)?.records ?? [], 'variance'))).toBe('40');
  });

  test('onto a whole SKU lies on every unit alike', () => {
    expect(layersOf(cost([...goods, freight('14')]))).toBe('4 for 44, 10 for 210');
  });

  test('a credit cannot make goods worth less than nothing', () => {
    const posting = cost([...goods, freight('-1000', 'r1')]);
    expect(layersOf(posting)).toBe('4 for 0, 10 for 200');
    expect(lastCost(posting)).toBe('-960');
  });

  test('of a receipt that nobody knows is refused', () => {
    expect(() => cost([...goods, freight('1', 'zz')])).toThrow(/knows nothing/);
  });
});

describe('value alone', () => {
  const goods = [bought('r1', 10, '10'), bought('r2', 10, '20')];

  test('a write-down takes from each layer in proportion to its value, and not more than there is', () => {
    const down = (amount: string): CostEvent => ({
      type: 'revaluation',
      id: 'v3',
      at: at('v3'),
      amount: -money(amount),
    });
    expect(layersOf(cost([...goods, down('30')]))).toBe('10 for 90, 10 for 180');
    expect(() => cost([...goods, down('301')])).toThrow(/Write down|cannot be revalued/);
  });

  test('a standard cost books the variance at receipt, and a new one revalues what is held', () => {
    const standard = (id: string, each: string): CostEvent => ({
      type: 'standard_cost',
      id,
      at: at(id),
      cost: money(each),
      per: 1,
    });
    const posting = cost([standard('t0', '12'), ...goods, sold('s3', 5), standard('t4', '13')], {
      strategy: 'standard',
    });
    const records = posting.posted.flatMap((event) => event.records);
    expect(show(-sumOf(records, 'variance'))).toBe('60');
    expect(show(-sumOf(records, 'cost_of_sales'))).toBe('60');
    expect(show(sumOf(records, 'revaluation'))).toBe('15');
    expect(show(posting.state.value)).toBe('195');
  });

  test.for(['fifo', 'lifo', 'weighted_average', 'periodic_average', 'specific', 'standard'])(
    'a switch to %s and back leaves the value as it is',
    (strategy) => {
      const to = (id: string, name: string): CostEvent => ({ type: 'switch', id, at: at(id), strategy: name });
      const posting = cost([...goods, sold('s3', 7), to('w4', strategy), to('w5', 'fifo')]);
      expect(show(posting.posted[3]?.value ?? 0n)).toBe('230');
      expect(show(posting.state.layers.reduce((sum, { value }) => sum + value, 0n))).toBe('230');
    },
  );

  test('a receipt that was booked too large leaves at its own cost, as far as it is there', () => {
    const less: CostEvent = {
      type: 'reversal',
      id: 'x3',
      at: at('x3'),
      account: 'purchases',
      receiptId: 'r2',
      quantity: 4,
    };
    expect(layersOf(cost([...goods, less]))).toBe('10 for 100, 6 for 120');
    const pool = { strategy: 'weighted_average' };
    expect(show(cost([...goods, less], pool).state.value)).toBe('220');
    expect(show(cost([...goods, less], { ...pool, policy: { reversals: 'current' } }).state.value)).toBe('240');
  });
});
