/** Documents of 1,000 lines, one of every type, fit into the deadline of a request. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receipt } from '../testing/inputs.ts';
import { expectSound } from '../testing/soundness.ts';
import { openTestDomain, testConfig, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(async () => {
  await expectSound(at);
  await at.close();
}, 60_000);

const LINES = 1000;
const each = <T>(make: (line: number) => T): T[] => Array.from({ length: LINES }, (_, line) => make(line + 1));
const skuId = (line: number) => `SKU-${line % 500}`;
const why = { operator: 'Ann', reason: 'size' };
const took: string[] = [];

/** The engine ends a call at its deadline, so what answers has kept it. */
async function within<T>(name: string, work: (call: TestDomain['call']) => Promise<T>): Promise<T> {
  const from = performance.now();
  const answer = await work({ ...at.call, deadlineMs: testConfig.requestDeadlineMs });
  took.push(`${name} ${Math.round(performance.now() - from)} ms`);
  return answer;
}

test('1,000 lines of every type', { timeout: 120_000 }, async () => {
  const { inbound, outbound } = at.domain;
  const receipts = each((line) => receipt(skuId(line), 10, { batchNo: `B-${line}` }));
  const asOf = '2026-01-01T00:00:00.000000Z';
  const opened = await within('opening', (call) => inbound.opening({ documentNo: 'D', asOf, lines: receipts }, call));
  expect(opened.lines).toHaveLength(LINES);
  const fresh = each((line) => receipt(skuId(line), 10, { batchNo: `P-${line}` }));
  const made = await within('production', (call) => inbound.production({ documentNo: 'D', lines: fresh }, call));
  await within('inbound.reverse', (call) => inbound.reverse({ documentId: made.id, ...why }, call));
  const bought = each((line) => receipt(skuId(line), 10, { batchNo: `Q-${line}` }));
  await within('purchase', (call) => inbound.purchase({ documentNo: 'D', lines: bought }, call));

  const lines = each((line) => ({ skuId: skuId(line), quantity: 2 }));
  const sold = await within('sales', (call) => outbound.sales({ orderNo: 'D', lines }, call));
  const returned = each((line) => {
    const original = { originalDocumentNo: 'D', originalLine: line };
    return { skuId: skuId(line), quantity: 1, locationId: 'default', ...original };
  });
  const back = await within('return', (call) => inbound.return({ documentNo: 'D', lines: returned }, call));
  expect(new Set(back.lines.map(({ line }) => line)).size).toBe(LINES);
  await within('reverse of the return', (call) => inbound.reverse({ documentId: back.id, ...why }, call));
  await within('outbound.reverse', (call) => outbound.reverse({ documentId: sold.id, ...why }, call));
  await within('damage', (call) => outbound.damage({ documentNo: 'D', reason: 'size', lines }, call));
  await within('pick', (call) => outbound.pick({ documentNo: 'D', lines }, call));
  const sent = each((line) => {
    const original = { originalDocumentNo: 'D', originalLine: line };
    return { skuId: skuId(line), quantity: 1, ...original };
  });
  await within('supplierReturn', (call) =>
    outbound.supplierReturn({ documentNo: 'D', supplier: 'S', lines: sent }, call),
  );
  process.stderr.write(`1,000 lines: ${took.join(', ')}\n`);
});
