/** Opening balances come before the first movement of each SKU; production names its work order. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

const asOf = '2026-01-01T00:00:00.000000Z';
const open = (documentNo: string, ...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.opening({ documentNo, asOf, lines: lines.map((line) => receipt(...line)) }, at.call);

test('the goods are there, with their cost and dates, as of the date', async () => {
  const document = await open(
    'OB-1',
    ['A', 5, { batchNo: 'OLD', unitCost: '1.25', producedOn: '2025-06-01', expiresAt: '2036-01-01' }],
    [
      'A',
      7,
      { batchNo: 'OLD', unitCost: '1.25', producedOn: '2025-06-01', expiresAt: '2036-01-01', locationId: 'north' },
    ],
    ['B', 2],
  );
  expect(document).toMatchObject({ type: 'opening', occurredAt: asOf });
  const { items } = await at.domain.batches.list({ skuId: 'A', limit: 9 });
  expect(items.map(({ onHand, receivedAt, producedOn }) => [onHand, receivedAt, producedOn])).toEqual([
    [5, asOf, '2025-06-01'],
    [7, asOf, '2025-06-01'],
  ]);
  expect(
    await open('OB-1', ['A', 5])
      .then(() => 'answered')
      .catch((error: { code: string }) => error.code),
  ).toBe('INV_008');
});

test('every SKU that has moved is named, wherever it moved, and nothing is received', async () => {
  await at.domain.skus.create({ skuId: 'FRESH' }, at.call);
  await at.domain.inbound.purchase(
    inbound('P-1', [receipt('C', 1, { locationId: 'north' }), receipt('D', 1)]),
    at.call,
  );
  const refusal = await refusalOf(open('OB-2', ['FRESH', 1], ['C', 1], ['NEW', 1], ['D', 1], ['B', 1]));
  expect(refusal).toMatchObject({ code: 'INV_010', details: { noun: 'SKU', id: 'C', state: 'moved' } });
  expect(refusal.message).toBe('Stock has moved already of "C", "D", "B".');
  expect((await at.domain.stock.levels({ skuId: 'FRESH', limit: 9 })).items).toEqual([]);
  expect(await refusalOf(at.domain.skus.get({ skuId: 'NEW' }))).toMatchObject({ code: 'INV_001' });
});

test('a date to come is refused by its own name', async () => {
  const input = { documentNo: 'OB-3', asOf: secondsFromNow(60), lines: [receipt('E', 1)] };
  expect(await refusalOf(at.domain.inbound.opening(input, at.call))).toMatchObject({
    code: 'INV_005',
    details: { issues: [{ path: 'asOf' }] },
  });
});

test('production is received like a purchase, and names its work order', async () => {
  const input = { ...inbound('M-1', [receipt('F', 3)]), workOrderNo: 'WO-9' };
  const document = await at.domain.inbound.production(input, at.call);
  expect(document).toMatchObject({
    type: 'production',
    workOrderNo: 'WO-9',
    lines: [{ batchNo: 'M-1-1', quantity: 3 }],
  });
  expect(await at.domain.inbound.production(input, at.call)).toEqual(document);
  expect((await at.domain.inbound.list({ type: 'production', limit: 9 })).items).toMatchObject([
    { workOrderNo: 'WO-9' },
  ]);
});
