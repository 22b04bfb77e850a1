/** Where SKUs are made by hand alone, no call makes one on the way. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imported } from '../testing/importing.ts';
import { secondsFromNow } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain({ config: { autoCreateSku: false } });
});
afterAll(() => closeSound(at));

const unknown = { code: 'INV_001', details: { skuId: 'NEW' } };

test('a batch of an unknown SKU is refused', async () => {
  const batch = { skuId: 'NEW', batchNo: 'B', quantity: 1, unitCost: '1', locationId: 'default', qualityLevel: 'A' };
  await expectRefusal(at, (key) => at.domain.batches.create({ ...batch, ...key }, at.call), unknown);
});

test('nothing is expected of an unknown SKU', async () => {
  const lines = [{ skuId: 'NEW', locationId: 'default', quantity: 1 }];
  const expected = { reference: 'PO-1', source: 'purchase' as const, expectedAt: secondsFromNow(3600), lines };
  await expectRefusal(at, (key) => at.domain.inTransit.create({ ...expected, ...key }, at.call), unknown);
});

test('a file of batches names each row whose SKU is unknown', async () => {
  const csv = 'skuId,batchNo,quantity,unitCost\r\nNEW,B1,1,1.00\r\n';
  const { answer, errors } = await imported(at, { kind: 'batches', csv });
  expect(answer.state).toBe('rejected');
  expect(errors).toMatchObject([{ row: 2, code: 'INV_001' }]);
});
