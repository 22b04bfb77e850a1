/** Between a movement that is told late and its last correction goods move on, others are told late, and books are not closed. */
import type { Instant } from '@granary/contracts/instant';
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CostEvent } from '../core/event.ts';
import { createCost, createCostCore } from '../cost.ts';
import { type Bookkeeping, postEvents, unlikeScratch } from '../rehearsal/long-past.ts';
import { recost } from '../testing/recost.ts';
import { buy, heldOf, layersOf, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, testCostConfig, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
let books: Bookkeeping;

beforeAll(async () => {
  at = await openTestCost({ cost: { eventsAtOnce: 0 } });
  books = bookkeepingOf(at, 'fifo');
});
afterAll(() => closeSoundCost(at));

function bookkeepingOf({ dataSource, call }: TestCost, defaultStrategy: string): Bookkeeping {
  const ports = testPorts();
  const engine = createCostCore({ config: { ...testCostConfig, defaultStrategy }, ids: ports.ids });
  return { units: createUnitOfWork(dataSource, testConfig, ports), engine, call };
}

const on = (day: number, month = '08') => ({
  occurredAt: `2026-${month}-${String(day).padStart(2, '0')}T12:00:00.000000Z`,
});

test('what is sold, sent back and told late meanwhile ends as if all of it had been told in time', async () => {
  await buy(at, 'M', [10, '10.00', on(1)]);
  const sold = await sell(at, 'M', [6, on(4)]);
  await buy(at, 'M', [10, '20.00', on(5)]);
  await buy(at, 'M', [8, '5.00', on(2)]);
  // Costed where it arrives: nothing else is corrected yet.
  expect(await recordsOf(at, 'M', 3)).toEqual(['receipt purchases 8 for 40.00']);
  await sell(at, 'M', [5, on(10)]);
  const line = { skuId: 'M', quantity: 2, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
  await at.domain.inbound.return({ documentNo: 'RET-M', lines: [line], ...on(11) }, at.call);
  await recost(at, 1);
  await sell(at, 'M', [3, on(12)]);
  await buy(at, 'M', [4, '3.00', on(1, '07')]);
  expect((await at.cost.verify()).violations).toEqual([]);
  await recost(at);
  expect(await unlikeScratch(books, 'M')).toEqual([]);
  expect(await heldOf(at, 'M')).toBe('20 for 250.666667');
});

test('whoever has planned it takes along what was posted since, without planning again', async () => {
  await buy(at, 'T', [10, '10.00', on(1)]);
  const sold = await sell(at, 'T', [6, on(4)]);
  await buy(at, 'T', [10, '20.00', on(5)]);
  await buy(at, 'T', [8, '5.00', on(1, '07')]);
  const next = at.cost.recosting();
  expect(await next(at.call)).toMatchObject({ corrections: 1, isOver: false });
  await sell(at, 'T', [5, on(10)]);
  const line = { skuId: 'T', quantity: 2, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
  await at.domain.inbound.return({ documentNo: 'RET-T', lines: [line], ...on(11) }, at.call);
  await sell(at, 'T', [1, on(12)]);
  // The sale of five took units at 10 that are gone in the corrected past; the return came back at the corrected cost already.
  expect(await next(at.call)).toMatchObject({ isOver: true, isOvertaken: false });
  expect(await next(at.call)).toBeUndefined();
  expect(await unlikeScratch(books, 'T')).toEqual([]);
  // In time: 8 at 5, 10 at 10, 10 at 20; sold 6 at 5, then 2 at 5 and 3 at 10, two came back at 5, one more sold at 10.
  expect(await heldOf(at, 'T')).toBe('18 for 270.00');
});

test('whoever has planned it plans again where more was posted since than is costed in one go', async () => {
  const other = await openTestCost({ cost: { eventsAtOnce: 0 } });
  const bookkeeping = bookkeepingOf(other, 'fifo');
  const { ids } = testPorts();
  await buy(other, 'S', [2000, '1.00', on(1)]);
  await sell(other, 'S', [1, on(4)]);
  await buy(other, 'S', [10, '5.00', on(1, '07')]);
  const next = other.cost.recosting();
  expect(await next(other.call)).toMatchObject({ corrections: 1, isOver: false });
  const moment = on(10).occurredAt as Instant;
  const sold = Array.from({ length: 1001 }, (): CostEvent => {
    return { type: 'issue', id: ids(), at: moment, account: 'cost_of_sales', quantity: 1, owed: 0 };
  });
  await postEvents(bookkeeping, 'S', sold);
  expect(await next(other.call)).toMatchObject({ corrections: 0, isOver: false, isOvertaken: true });
  await recost(other);
  expect(await unlikeScratch(bookkeeping, 'S')).toEqual([]);
  // 2010 for 2050, of which ten left at 5 and 992 at 1.
  expect(await heldOf(other, 'S')).toBe('1008 for 1008.00');
  await other.close();
});

describe('while it is not settled', () => {
  beforeAll(async () => {
    await buy(at, 'P', [10, '10.00', on(1)]);
    await sell(at, 'P', [4, on(4)]);
    await buy(at, 'P', [5, '4.00', on(1, '07')]);
  });
  afterAll(() => recost(at));

  test('no period is frozen or closed, and the refusal says for what to wait', async () => {
    const [july] = await periodsOf(at);
    const refusal = { code: 'INV_010', details: { noun: 'cost of sku', id: 'P', state: 'correcting' } };
    for (const end of ['freeze', 'close'] as const)
      await expect(at.cost.periods[end]({ periodId: july?.periodId ?? '' }, at.call)).rejects.toMatchObject(refusal);
  });

  test('nothing is previewed', async () => {
    const input = { skuId: 'P', type: 'receipt', quantity: 1, unitCost: '1.00', ...on(3) } as const;
    await expect(at.cost.preview(input)).rejects.toMatchObject({ code: 'INV_010' });
  });

  test('value that is carried and does not stand in the books is found', async () => {
    await at.dataSource.query("UPDATE cost_recost SET carried = 7 WHERE sku_id = 'P'");
    expect((await at.cost.verify()).violations).toMatchObject([{ invariant: 'I8', row: 'cost of P' }]);
    await at.dataSource.query("UPDATE cost_recost SET carried = 0 WHERE sku_id = 'P'");
  });
});

describe('a sale that is told late', () => {
  test('corrects itself and what came after it', async () => {
    await buy(at, 'I', [5, '1.00', on(1)]);
    await buy(at, 'I', [5, '2.00', on(2)]);
    await sell(at, 'I', [5, on(5)]);
    await sell(at, 'I', [2, on(3)]);
    await recost(at);
    expect(await recordsOf(at, 'I', 3)).toEqual([
      'issue cost_of_sales -2 for -4.00',
      'correction cost_of_sales 0 for 2.00',
      'correction cost_of_sales 0 for -2.00',
    ]);
    expect(await unlikeScratch(books, 'I')).toEqual([]);
  });

  test('is refused where the goods were not there then, or were all needed later', async () => {
    await buy(at, 'N', [5, '1.00', on(2)]);
    await sell(at, 'N', [5, on(4)]);
    await buy(at, 'N', [9, '1.00', on(6)]);
    await expect(sell(at, 'N', [1, on(1)])).rejects.toMatchObject({ code: 'COST_002' });
    await expect(sell(at, 'N', [1, on(3)])).rejects.toMatchObject({ code: 'COST_002' });
    await sell(at, 'N', [9, on(7)]);
    expect(await heldOf(at, 'N')).toBe('0 for 0.00');
  });

  test('of a batch that was not there then stays where it arrived, for good', async () => {
    const other = await openTestCost({
      cost: { defaultStrategy: 'specific', eventsAtOnce: 0, policy: { ...testCostConfig.policy, lots: 'strict' } },
    });
    await buy(other, 'B', [5, '1.00', { ...on(1), batchNo: 'OLD' }]);
    await buy(other, 'B', [5, '2.00', { ...on(4), batchNo: 'NEW' }]);
    await sell(other, 'B', [1, on(5)]);
    await sell(other, 'B', [2, { ...on(2), strategy: 'lifo' }]);
    const [step] = await recost(other);
    expect(step).toMatchObject({ skuId: 'B', corrections: 0, isOver: true });
    expect(step?.gaveUp).toMatch(/B/);
    expect(await unlikeScratch(bookkeepingOf(other, 'specific'), 'B')).toEqual([]);
    expect(await heldOf(other, 'B')).toBe('7 for 10.00');
    await closeSoundCost(other);
  });
});

test('any number of workers correct it once', async () => {
  const skuIds = ['W1', 'W2', 'W3'];
  for (const skuId of skuIds) {
    await buy(at, skuId, [30, '2.00', on(2)]);
    for (let sale = 0; sale < 10; sale += 1) await sell(at, skuId, [1, on(3 + sale)]);
    await buy(at, skuId, [30, '1.00', on(1)]);
  }
  await Promise.all([recost(at), recost(at), recost(at)]);
  for (const skuId of skuIds) {
    expect(await unlikeScratch(books, skuId)).toEqual([]);
    expect((await recordsOf(at, skuId)).length).toBe(22);
  }
});

test('a SKU goes on as it began when the default of the host has changed since', async () => {
  await buy(at, 'H', [10, '1.00', on(1)]);
  await buy(at, 'H', [10, '3.00', on(2)]);
  await sell(at, 'H', [5, on(3)]);
  const ports = testPorts();
  const core = createCostCore({ config: { ...testCostConfig, defaultStrategy: 'lifo' }, ids: ports.ids });
  const cost = createCost({ core, dataSource: at.dataSource, config: testConfig, ports });
  const input = { skuId: 'H', type: 'receipt', quantity: 5, unitCost: '0.50', ...on(1, '07') } as const;
  expect((await cost.preview(input)).periods).toEqual([
    expect.objectContaining({ period: '2026-07', value: '2.50' }),
    expect.objectContaining({ period: '2026-08', costOfSales: '-2.50' }),
  ]);
});

test.for(['fifo', 'lifo', 'weighted_average', 'periodic_average', 'specific', 'standard'])(
  'by %s a history that is told in any order ends as one that is told in time',
  async (strategy) => {
    const other = await openTestCost({ cost: { defaultStrategy: strategy, eventsAtOnce: 0 } });
    type Step = (skuId: string) => Promise<unknown>;
    const steps: Step[] = [
      (skuId) => sell(other, skuId, [7, on(2)]),
      (skuId) => buy(other, skuId, [13, '3.10', on(3)]),
      (skuId) => sell(other, skuId, [5, on(4)]),
      (skuId) => buy(other, skuId, [9, '7.77', on(6)]),
      (skuId) => sell(other, skuId, [11, on(8)]),
      (skuId) => buy(other, skuId, [3, '0.01', on(9)]),
    ];
    for (const skuId of ['late', 'timely']) await buy(other, skuId, [30, '4.33', on(1)]);
    for (const place of [3, 5, 0, 4, 1, 2]) await steps[place]?.('late');
    for (const step of steps) await step('timely');
    await recost(other);
    expect(await unlikeScratch(bookkeepingOf(other, strategy), 'late')).toEqual([]);
    expect(await heldOf(other, 'late')).toBe(await heldOf(other, 'timely'));
    const worth = async (skuId: string) => (await layersOf(other, skuId)).map((layer) => layer.replace(/^.*: /, ''));
    expect(await worth('late')).toEqual(await worth('timely'));
    await closeSoundCost(other);
  },
);
