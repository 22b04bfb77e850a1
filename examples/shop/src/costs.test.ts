/** A month of costs from end to end: the client and REST, the api over HTTP, a real database. */
import { openRealApi, type RealApi } from '@granary/api/testing/real-api';
import { createClient, type GranaryClient } from '@granary/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

let api: RealApi;
let granary: GranaryClient;
beforeAll(async () => {
  api = await openRealApi({ STOCK_COST_DEFAULT_STRATEGY: 'fifo' });
  granary = createClient({ url: api.url });
});
afterAll(() => api?.end());

const on = (day: number) => ({ occurredAt: `2026-01-${String(day).padStart(2, '0')}T12:00:00Z` });
const receive = async (documentNo: string, day: number, [quantity, unitCost]: readonly [number, string]) =>
  await granary.inbound.purchase.mutate({ documentNo, ...on(day), lines: [{ skuId: 'TEA', quantity, unitCost }] });
const sell = async (orderNo: string, day: number, quantity: number) =>
  await granary.outbound.sales.mutate({ orderNo, ...on(day), lines: [{ skuId: 'TEA', quantity }] });
const rest = async (path: string, input: object, accept = 'application/json'): Promise<string> => {
  const headers = { 'content-type': 'application/json', accept };
  const response = await fetch(`${api.url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await response.text();
  expect([path, response.status, text]).toEqual([path, 200, expect.anything()]);
  return text;
};

test('goods are received, sold, averaged, valued, costed otherwise, written down, laden with freight, and the month is closed', async () => {
  await receive('PO-1', 3, [10, '10.00']);
  const second = await receive('PO-2', 5, [10, '20.00']);
  await sell('S-1', 7, 12);

  // First in, first out: 10 at 10 and 2 at 20 have left.
  expect(await granary.cost.averageCost.query({ skuId: 'TEA' })).toEqual({
    ...{ skuId: 'TEA', strategy: 'fifo', quantity: 8, value: '160.00', averageCost: '20.00' },
  });
  const sales = await granary.cost.records.query({ skuId: 'TEA', account: 'cost_of_sales' });
  expect(sales.items.map(({ quantity, value }) => [quantity, value])).toEqual([
    [-10, '-100.00'],
    [-2, '-40.00'],
  ]);
  expect(await granary.cost.inventoryValue.query({ byLocation: true })).toMatchObject({
    ...{ total: '160.00', skus: 1 },
    items: [{ skuId: 'TEA', locations: [{ locationId: 'default', quantity: 8, value: '160.00' }] }],
  });

  const switched = await granary.cost.switchStrategy.mutate({ skuId: 'TEA', to: 'weighted_average' });
  expect(switched).toMatchObject({ strategy: 'weighted_average', before: '160.00', after: '160.00' });
  const down = { skuId: 'TEA', amount: '-16.00', reason: 'damp' };
  expect(await granary.cost.revalue.mutate(down)).toMatchObject({ before: '160.00', after: '144.00' });
  await granary.costAllocation.createRule.mutate({
    ...{ name: 'freight', source: 'direct', method: 'quantity', targets: [{ skuId: 'TEA' }] },
  });
  const shared = await granary.costAllocation.allocate.mutate({ rule: 'freight', amount: '8.00' });
  expect(shared.targets).toEqual([{ skuId: 'TEA', capitalised: '8.00', expensed: '0.00' }]);
  // Of the ten of that receipt eight are there: the freight of the other two is cost of sales.
  const { id: documentId, lines } = second;
  const late = { skuId: 'TEA', documentId, batchId: lines[0]?.batchId ?? '', amount: '10.00', reason: 'duty' };
  const duty = await granary.costAllocation.lateCost.mutate(late);
  expect(duty).toEqual({ skuId: 'TEA', capitalised: '8.00', expensed: '2.00' });
  expect(await granary.costAllocation.allocated.query({ skuId: 'TEA' })).toMatchObject({ total: '18.00' });

  const january = (await granary.period.list.query({})).items.find(({ name }) => name === '2026-01');
  const periodId = january?.periodId ?? '';
  await granary.period.freeze.mutate({ periodId });
  await expect(sell('S-2', 20, 1)).rejects.toMatchObject({ code: 'COST_005', hint: expect.any(String) });
  await granary.period.close.mutate({ periodId });
  await expect(granary.period.unfreeze.mutate({ periodId, reason: 'x' })).rejects.toMatchObject({ code: 'COST_006' });
  await expect(sell('S-3', 20, 1)).rejects.toMatchObject({ code: 'COST_006' });

  // What was decided after January is not part of it.
  expect(JSON.parse(await rest('period/snapshots', { periodId }))).toMatchObject({
    items: [{ inboundQuantity: 20, inboundValue: '300.00', outboundValue: '140.00', closingValue: '160.00' }],
  });
  const csv = await rest('cost/records', { skuId: 'TEA' }, 'text/csv');
  const [head = '', ...rows] = csv.trimEnd().split('\r\n');
  expect(head).toMatch(/^skuId,recordNo,kind,account,quantity,value,/);
  expect(rows[0]).toMatch(/^TEA,1,receipt,purchases,10,100.00,/);
  expect(rows.length).toBeGreaterThanOrEqual(8);
});
