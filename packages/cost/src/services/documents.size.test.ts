/** With costing, documents of 1,000 lines and an order of 200 lines still fit into the deadline of a request. */
import { hold, receipt } from '@granary/domain/testing/inputs';
import { testConfig } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
});
afterAll(() => closeSoundCost(at));

const each = <T>(count: number, make: (line: number) => T): T[] =>
  Array.from({ length: count }, (_, line) => make(line + 1));
const skuId = (line: number) => `SKU-${line % 500}`;
const why = { operator: 'Ann', reason: 'size' };
const took: string[] = [];

/** The engine ends a call at its deadline, so what answers has kept it. */
async function within<T>(name: string, work: (call: TestCost['call']) => Promise<T>): Promise<T> {
  const from = performance.now();
  const answer = await work({ ...at.call, deadlineMs: testConfig.requestDeadlineMs });
  took.push(`${name} ${Math.round(performance.now() - from)} ms`);
  return answer;
}

test('1,000 lines in, out, back and taken back, and an order of 200', { timeout: 120_000 }, async () => {
  const { inbound, outbound, reservations } = at.domain;
  const bought = (stem: string) => each(1000, (line) => receipt(skuId(line), 10, { batchNo: `${stem}-${line}` }));
  const lines = each(1000, (line) => ({ skuId: skuId(line), quantity: 2 }));
  await within('purchase', (call) => inbound.purchase({ documentNo: 'A', lines: bought('A') }, call));
  const wrong = await within('production', (call) => inbound.production({ documentNo: 'B', lines: bought('B') }, call));
  await within('inbound.reverse', (call) => inbound.reverse({ documentId: wrong.id, ...why }, call));
  const sold = await within('sales', (call) => outbound.sales({ orderNo: 'A', lines }, call));
  const returned = each(1000, (line) => {
    const original = { originalDocumentNo: 'A', originalLine: line };
    return { skuId: skuId(line), quantity: 1, locationId: 'default', ...original };
  });
  const back = await within('return', (call) => inbound.return({ documentNo: 'A', lines: returned }, call));
  await within('reverse of the return', (call) => inbound.reverse({ documentId: back.id, ...why }, call));
  await within('outbound.reverse', (call) => outbound.reverse({ documentId: sold.id, ...why }, call));
  await within('damage', (call) => outbound.damage({ documentNo: 'A', reason: 'size', lines }, call));
  const holds = each(200, (line) => hold(skuId(line), 3, 'ORDER'));
  await within('reserveMany', (call) => reservations.reserveMany({ lines: holds }, call));
  await within('deduct', (call) => reservations.deduct({ type: 'order', businessId: 'ORDER' }, call));
  process.stderr.write(`with costing: ${took.join(', ')}\n`);
  const { skus, total } = await at.cost.inventoryValue({ limit: 1 });
  expect(skus).toBe(500);
  const unitCost = Number(receipt('X', 1).unitCost);
  expect(Number(total)).toBe((10_000 - 2000 - 600) * unitCost);
});
