/** The same adjustment or count told twice at the same moment, and a count of several batches of a level that owes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adjusting, counting, levelOf, shelfOf } from '../testing/adjustment-inputs.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain({ config: { allowNegative: true } });
});
afterAll(() => closeSound(at));

const rounds = Array.from({ length: 8 }, (_, round) => round);

async function twice<T>(call: () => Promise<T>): Promise<void> {
  const [first, second] = await Promise.all([call(), call()]);
  expect(second).toEqual(first);
}

test('an adjustment of all there is is told the same, and happened once', async () => {
  for (const round of rounds) {
    const skuId = `ADJ-${round}`;
    await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
    await twice(() => at.domain.adjustments.adjust(adjusting(skuId, -5, { adjustmentNo: skuId }), at.call));
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 0 });
  }
});

test('a count, after which its version is past, is told the same', async () => {
  for (const round of rounds) {
    const skuId = `CNT-${round}`;
    await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
    const { onHandVersion } = await levelOf(at, skuId);
    await twice(() => at.domain.adjustments.count(counting(skuId, 3, { onHandVersion, countNo: skuId }), at.call));
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 3 });
  }
});

test('a count of two batches of a level that owes: after it both hold what was counted, and nothing is owed', async () => {
  const skuId = 'OWES';
  const lines = [receipt(skuId, 5, { batchNo: 'A' }), receipt(skuId, 5, { batchNo: 'B' })];
  const { lines: received } = await at.domain.inbound.purchase(inbound('PO', lines), at.call);
  await at.domain.reservations.reserve(hold(skuId, 10, 'O-HELD'), at.call);
  await at.domain.outbound.sales(sale('O-SHORT', [{ skuId, quantity: 3 }]), at.call);
  const { onHandVersion, deficit } = await levelOf(at, skuId);
  expect(deficit).toBe(3);
  await at.domain.adjustments.countMany(
    {
      ...{ reasonCode: 'stocktake', operator: 'Ann' },
      lines: received.map(({ batchId }) => ({ skuId, batchId, counted: 6, onHandVersion })),
    },
    at.call,
  );
  expect(await shelfOf(at, skuId)).toEqual({ A: 6, B: 6 });
  expect(await levelOf(at, skuId)).toMatchObject({ onHand: 12, deficit: 0 });
});

test('a count of two batches of which one was merged into the other counts it twice', async () => {
  const skuId = 'ONE';
  const lines = [receipt(skuId, 5, { batchNo: 'C' }), receipt(skuId, 5, { batchNo: 'D' })];
  const { lines: received } = await at.domain.inbound.purchase(inbound('PO-ONE', lines), at.call);
  await at.domain.batches.merge({ batchIds: received.map(({ batchId }) => batchId), targetBatchNo: 'D' }, at.call);
  const { onHandVersion } = await levelOf(at, skuId);
  const counted = received.map(({ batchId }) => ({ skuId, batchId, counted: 5, onHandVersion }));
  await expectRefusal(
    at,
    (key) =>
      at.domain.adjustments.countMany({ reasonCode: 'stocktake', operator: 'Ann', lines: counted, ...key }, at.call),
    { code: 'INV_005', details: { issues: [{ path: 'lines.1.batchId' }] } },
  );
});
