/** stock.allocate: the plan that a reservation would take, and one reason for every batch that is not in it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StockAllocateInput } from '@granary/contracts/stock';
import { changedBy } from '../testing/database-state.ts';
import { daysFromNow, hold, inbound, receipt } from '../testing/inputs.ts';
import { fillMixedShelf, MIXED } from '../testing/mixed-shelf.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { orderedBy } from '../strategies/strategy.ts';

let at: TestDomain;

beforeAll(async () => {
  const byNumber = orderedBy('by_number', 'all', (a, b) => a.batchNo.localeCompare(b.batchNo));
  at = await openTestDomain({ ports: { strategies: [byNumber] } });
  await fillMixedShelf(at);
  // Received as c, a, b; the cheapest is b, the first to expire a, and only c covers nine by itself.
  await at.domain.inbound.purchase(
    inbound('P', [
      receipt('P', 10, { batchNo: 'c', unitCost: '3.00' }),
      receipt('P', 4, { batchNo: 'a', unitCost: '2.00', expiresAt: daysFromNow(9) }),
      receipt('P', 6, { batchNo: 'b', unitCost: '1.00', expiresAt: daysFromNow(20) }),
    ]),
    at.call,
  );
});
afterAll(() => at.close());

const allocate = (input: Partial<StockAllocateInput>) =>
  at.domain.stock.allocate({ skuId: 'P', quantity: 9, ...input });
const taken = ({ lines }: Awaited<ReturnType<typeof allocate>>) =>
  lines.map(({ batchNo, quantity }) => [batchNo, quantity]);

test('every batch that is not taken has one reason, and every reason occurs', async () => {
  const plan = await allocate({ skuId: MIXED, quantity: 5, qualityLevel: 'A', minRemainingDays: 30 });
  expect(taken(plan)).toEqual([['north', 5]]);
  expect(Object.fromEntries(plan.passedOver.map(({ batchNo, reason }) => [batchNo, reason]))).toEqual({
    held: 'held',
    old: 'expired',
    soon: 'shelf life',
    fresh: 'not needed',
    second: 'quality',
    frozen: 'frozen',
    closed: 'location',
    shut: 'location',
  });
  const there = await allocate({ skuId: MIXED, quantity: 5, locationId: 'default' });
  expect(there.passedOver.find(({ batchNo }) => batchNo === 'north')?.reason).toBe('location');
});

describe('the strategy decides:', () => {
  test.each([
    ['fifo', [['c', 9]]],
    [
      'lifo',
      [
        ['b', 6],
        ['a', 3],
      ],
    ],
    [
      'fefo',
      [
        ['a', 4],
        ['b', 5],
      ],
    ],
    [
      'cost_optimized',
      [
        ['b', 6],
        ['a', 3],
      ],
    ],
    ['least_batches', [['c', 9]]],
    [
      'by_number',
      [
        ['a', 4],
        ['b', 5],
      ],
    ],
  ])('%s', async (strategy, lines) => {
    const plan = await allocate({ strategy });
    expect(taken(plan)).toEqual(lines);
    expect(plan.strategy).toBe(strategy);
    const reserved = await at.domain.reservations.reserve(hold('P', 9, { businessId: strategy, strategy }), at.call);
    expect(
      reserved.lines.map(({ batchId, quantity }) => [batchId, quantity]),
      'what a reservation takes',
    ).toEqual(plan.lines.map(({ batchId, quantity }) => [batchId, quantity]));
    await at.domain.reservations.release({ id: reserved.id }, at.call);
  });

  test('the call’s before the SKU’s before the configured one', async () => {
    expect((await allocate({})).strategy).toBe('fifo');
    await at.domain.skus.update({ skuId: 'P', defaultStrategy: 'fefo' }, at.call);
    expect((await allocate({})).strategy).toBe('fefo');
    expect((await allocate({ strategy: 'lifo' })).strategy).toBe('lifo');
  });
});

test('a plan changes nothing', async () => {
  expect(await changedBy(at.dataSource, () => allocate({}))).toEqual([]);
});

test('what cannot be planned says why', async () => {
  expect(await refusalOf(allocate({ quantity: 21 }))).toMatchObject({
    code: 'INV_002',
    details: { lines: [{ skuId: 'P', locationId: null, requested: 21, available: 20 }] },
  });
  const unknown = await refusalOf(allocate({ strategy: 'nearest' }));
  expect(unknown).toMatchObject({ code: 'INV_005', details: { issues: [{ path: 'strategy' }] } });
  for (const known of ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches', 'by_number'])
    expect(unknown.message).toContain(known);
  expect(await refusalOf(allocate({ skuId: 'ghost' }))).toMatchObject({ code: 'INV_001' });
  expect(await refusalOf(allocate({ locationId: 'nowhere' }))).toMatchObject({ code: 'INV_007' });
  expect(await refusalOf(allocate({ skuId: MIXED, locationId: 'closed' }))).toMatchObject({
    code: 'INV_010',
    details: { noun: 'location', id: 'closed', state: 'inactive' },
  });
  expect(await refusalOf(allocate({ skuId: MIXED, locationId: 'shut' }))).toMatchObject({
    code: 'INV_010',
    details: { noun: 'level', state: 'inactive' },
  });
});
