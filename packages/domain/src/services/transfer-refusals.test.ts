/** Transfers that are told twice, too early, or under a number that is taken. */
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { race } from '../testing/duels.ts';
import { inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { whileHeld } from '../testing/meanwhile.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let skuId = '';
let made = 0;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));
beforeEach(async () => {
  skuId = `X-${(made += 1)}`;
  await at.domain.inbound.purchase(inbound(`PO-${made}`, [receipt(skuId, 5)]), at.call);
});

const plan = (quantity: number) => ({
  ...{ transferNo: `T-${skuId}`, fromLocationId: 'default', toLocationId: 'north' },
  lines: [{ skuId, quantity }],
});
const receive = (more: object) =>
  at.domain.transfers.receive(transferReceiveInput.parse({ transferNo: `T-${skuId}`, ...more }), at.call);

test('a number has one content', async () => {
  await at.domain.transfers.create(plan(1), at.call);
  expect(await refusalOf(at.domain.transfers.create(plan(2), at.call))).toMatchObject({ kind: 'duplicate' });
});

test('goods arrive after they left, at a moment of their own', async () => {
  await at.domain.outbound.transfer(plan(2), at.call);
  expect(await refusalOf(receive({ occurredAt: secondsFromNow(-3600) }))).toMatchObject({
    details: { issues: [{ path: 'occurredAt' }] },
  });
  const moment = secondsFromNow(0);
  const { document } = await receive({ occurredAt: moment });
  expect(document.occurredAt).toBe(moment);
});

test('calling off under the number of a receipt is refused, and the goods stay on their way', async () => {
  const { transfer } = await at.domain.outbound.transfer(plan(2), at.call);
  await receive({ documentNo: `IN-${skuId}`, lines: [{ line: 1, quantity: 1 }] });
  const cancelling = { transferId: transfer.id, documentNo: `IN-${skuId}`, reason: 'not needed' };
  expect(await refusalOf(at.domain.transfers.cancel(cancelling, at.call))).toMatchObject({ kind: 'duplicate' });
  expect(await at.domain.transfers.get({ transferId: transfer.id })).toMatchObject({ lines: [{ inTransit: 1 }] });
});

test('of two that leave at once under one number the one with other content is told so, whatever it lacks', async () => {
  const hold = `SELECT * FROM stock_level WHERE sku_id = '${skuId}'`;
  const both = () =>
    race(
      () => at.domain.outbound.transfer(plan(5), at.call),
      () => at.domain.outbound.transfer(plan(4), at.call),
    );
  const outcomes = await whileHeld(at, { hold, change: [] }, both);
  expect(outcomes.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['INV_008', 'done']);
});
