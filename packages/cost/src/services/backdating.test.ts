/** What is told late: the past is corrected by appended records, and comes out as if it had been told in time. */
import { formatMoney } from '@granary/contracts/money';
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, heldOf, layersOf, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
});
afterAll(() => closeSoundCost(at));

const on = (day: number, month = '08') => ({
  occurredAt: `2026-${month}-${String(day).padStart(2, '0')}T12:00:00.000000Z`,
});
const recordRows = async (skuId: string) =>
  JSON.stringify(await rowsOf(at.dataSource, 'SELECT * FROM cost_record WHERE sku_id = ? ORDER BY record_no', [skuId]));

describe('a receipt that is told after the sale that it came before', () => {
  beforeAll(async () => {
    await buy(at, 'A', [10, '10.00', on(1)]);
    await buy(at, 'A', [10, '20.00', on(5)]);
    await sell(at, 'A', [15, on(10)]);
    await sell(at, 'A', [1, on(10, '09')]);
  });

  test('is previewed without a trace', async () => {
    const before = await recordRows('A');
    const input = { skuId: 'A', type: 'receipt', quantity: 10, unitCost: '5.00', ...on(3) } as const;
    expect(await at.cost.preview(input)).toEqual({
      ...{ skuId: 'A', valueBefore: '80.00', valueAfter: '220.00', corrections: 2 },
      periods: [
        { period: '2026-08', costOfSales: '-75.00', value: '125.00', records: 2 },
        { period: '2026-09', costOfSales: '-15.00', value: '15.00', records: 1 },
      ],
    });
    expect(await recordRows('A')).toBe(before);
  });

  test('appends what it changes, each to the entry that it corrects, and leaves what was posted', async () => {
    const before = JSON.parse(await recordRows('A')) as unknown[];
    await buy(at, 'A', [10, '5.00', on(3)]);
    expect(await recordsOf(at, 'A', before.length)).toEqual([
      'receipt purchases 10 for 50.00',
      'correction cost_of_sales 0 for 75.00',
      'correction cost_of_sales 0 for 15.00',
    ]);
    const after = JSON.parse(await recordRows('A')) as Record<string, unknown>[];
    expect(after.slice(0, before.length)).toEqual(before);
    const corrected = after.at(-1)?.['corrects_id'];
    expect(after.find((row) => row['event_id'] === corrected)).toMatchObject({ kind: 'issue', quantity: '-1' });
    const names = await rowsOf(
      at.dataSource,
      `SELECT p.name FROM cost_record AS r JOIN cost_period AS p ON p.period_id = r.period_id
       WHERE r.sku_id = 'A' AND r.kind = 'correction' ORDER BY r.record_no`,
    );
    expect(names.map(({ name }) => name)).toEqual(['2026-08', '2026-09']);
    expect(await heldOf(at, 'A')).toBe('14 for 220.00');
  });
});

test('a return of goods that now cost less comes back at what they cost now', async () => {
  await buy(at, 'R', [10, '10.00', on(2)]);
  const sold = await sell(at, 'R', [4, on(4)]);
  await buy(at, 'R', [10, '6.00', on(1)]);
  expect(await recordsOf(at, 'R', 3)).toEqual(['correction cost_of_sales 0 for 16.00']);
  const line = { skuId: 'R', quantity: 4, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
  await at.domain.inbound.return({ documentNo: 'RET-R', lines: [line] }, at.call);
  expect((await recordsOf(at, 'R', 4)).at(-1)).toBe('return cost_of_sales 4 for 24.00');
});

test.for(['fifo', 'lifo', 'weighted_average', 'periodic_average', 'specific'])(
  'by %s a history that is told in any order ends as one that is told in time',
  async (strategy) => {
    const other = strategy === 'fifo' ? at : await openTestCost({ cost: { defaultStrategy: strategy } });
    type Step = { day: number; work: (skuId: string) => Promise<unknown> };
    const steps: Step[] = [
      { day: 2, work: (skuId) => sell(other, skuId, [7, on(2)]) },
      { day: 3, work: (skuId) => buy(other, skuId, [13, '3.10', on(3)]) },
      { day: 4, work: (skuId) => sell(other, skuId, [5, on(4)]) },
      { day: 6, work: (skuId) => buy(other, skuId, [9, '7.77', on(6)]) },
      { day: 8, work: (skuId) => sell(other, skuId, [11, on(8)]) },
      { day: 9, work: (skuId) => buy(other, skuId, [3, '0.01', on(9)]) },
    ];
    const [late, timely] = [`late ${strategy}`, `timely ${strategy}`];
    for (const skuId of [late, timely]) await buy(other, skuId, [30, '4.33', on(1)]);
    // The first step is told as the fourth, and so on.
    for (const place of [3, 5, 0, 4, 1, 2]) await steps[place]?.work(late);
    for (const step of steps) await step.work(timely);
    expect(await heldOf(other, late)).toBe(await heldOf(other, timely));
    const worth = async (skuId: string) => (await layersOf(other, skuId)).map((layer) => layer.replace(/^.*: /, ''));
    expect(await worth(late)).toEqual(await worth(timely));
    const sold = async (skuId: string) => {
      const rows = await rowsOf(
        other.dataSource,
        "SELECT SUM(value) AS v FROM cost_record WHERE sku_id = ? AND account = 'cost_of_sales'",
        [skuId],
      );
      return formatMoney(BigInt(String(rows[0]?.['v']).replace('.', '')));
    };
    expect(await sold(late)).toBe(await sold(timely));
    if (other !== at) await closeSoundCost(other);
  },
);

test('a sale of before there was anything is refused with what there was', async () => {
  await buy(at, 'S', [10, '1.00', on(5)]);
  await expect(sell(at, 'S', [1, on(4)])).rejects.toMatchObject({ code: 'COST_002' });
});

test('it is refused where its correction would fall into a frozen period', async () => {
  await buy(at, 'F', [10, '10.00', on(1, '06')]);
  await sell(at, 'F', [1, on(1, '07')]);
  const july = (await periodsOf(at)).find(({ name }) => name === '2026-07');
  const periodId = july?.periodId ?? '';
  await at.cost.periods.freeze({ periodId }, at.call);
  const input = { skuId: 'F', type: 'receipt', quantity: 1, unitCost: '1.00' } as const;
  const early = `2026-05-01T12:00:00.000000Z`;
  await expect(buy(at, 'F', [1, '1.00', { occurredAt: early }])).rejects.toMatchObject({ code: 'COST_005' });
  await expect(at.cost.preview({ ...input, occurredAt: early })).rejects.toMatchObject({ code: 'COST_005' });
  await at.cost.periods.unfreeze({ periodId, reason: 'test' }, at.call);
  await buy(at, 'F', [1, '1.00', { occurredAt: early }]);
  expect((await recordsOf(at, 'F', 2)).at(-1)).toBe('correction cost_of_sales 0 for 9.00');
});

test('what pays a deficit back does so now, whenever it came', async () => {
  await buy(at, 'D', [2, '10.00', on(1)]);
  await sell(at, 'D', [5, on(5)]);
  await buy(at, 'D', [10, '14.00', on(3)]);
  expect(await recordsOf(at, 'D', 3)).toEqual([
    'receipt purchases 10 for 140.00',
    'deficit_correction cost_of_sales 0 for -12.00',
  ]);
  expect(await heldOf(at, 'D')).toBe('7 for 98.00');
});

test('writes no more rows than it changes, however much came after it', async () => {
  await buy(at, 'L', [1000, '1.00', on(2)]);
  for (let sale = 0; sale < 40; sale += 1) await sell(at, 'L', [1, on(3 + (sale % 5))]);
  await sell(at, 'L', [950, on(9)]);
  const before = (await recordsOf(at, 'L')).length;
  // Younger than what is sold: by fifo none of it is touched but the last ten.
  await buy(at, 'L', [5, '9.00', on(8)]);
  expect((await recordsOf(at, 'L')).length - before).toBe(1);
  await buy(at, 'L', [1, '3.00', on(1)]);
  const changed = (await recordsOf(at, 'L')).length - before;
  // The first sale takes the older unit; all others go on taking units at 1.
  expect(changed).toBe(3);
});
