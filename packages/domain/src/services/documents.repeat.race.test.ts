/** The same document told twice at the same moment: whoever comes second gets the first one's answer, not a refusal for what the first one did. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

const rounds = Array.from({ length: 8 }, (_, round) => round);
const asOf = '2026-01-01T00:00:00.000000Z';
const free = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

/** Both are told the same, and it happened once. */
async function twice<T>(call: () => Promise<T>): Promise<T> {
  const [first, second] = await Promise.all([call(), call()]);
  expect(second).toEqual(first);
  return first;
}

test('an opening balance, after which the SKU has moved', async () => {
  for (const round of rounds) {
    const skuId = `OPEN-${round}`;
    await at.domain.skus.create({ skuId }, at.call);
    await twice(() => at.domain.inbound.opening({ documentNo: skuId, asOf, lines: [receipt(skuId, 5)] }, at.call));
    expect(await free(skuId)).toBe(5);
  }
});

test('a return of all that left, after which nothing can come back', async () => {
  for (const round of rounds) {
    const skuId = `BACK-${round}`;
    await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
    await at.domain.outbound.sales(sale(skuId, [{ skuId, quantity: 5 }]), at.call);
    const line = { skuId, quantity: 5, locationId: 'default', originalDocumentNo: skuId, originalLine: 1 };
    await twice(() => at.domain.inbound.return({ documentNo: skuId, lines: [line] }, at.call));
    expect(await free(skuId)).toBe(5);
  }
});

test('a receipt of named pieces, after which they are known', async () => {
  for (const round of rounds) {
    const skuId = `PIECE-${round}`;
    await at.domain.skus.create({ skuId, serialTracked: true }, at.call);
    const lines = [receipt(skuId, 2, { serials: ['S1', 'S2'] })];
    await twice(() => at.domain.inbound.purchase(inbound(skuId, lines), at.call));
    expect(await free(skuId)).toBe(2);
  }
});

test('a sale of all there is, after which there is nothing to sell', async () => {
  for (const round of rounds) {
    const skuId = `SOLD-${round}`;
    await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
    await twice(() => at.domain.outbound.sales(sale(skuId, [{ skuId, quantity: 5 }]), at.call));
    expect(await free(skuId)).toBe(0);
  }
});

test('a reversal, after which the document is reversed', async () => {
  for (const round of rounds) {
    const skuId = `REV-${round}`;
    const { id } = await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
    await twice(() => at.domain.inbound.reverse({ documentId: id, operator: 'Ann', reason: 'twice' }, at.call));
    expect(await free(skuId)).toBe(0);
  }
});
