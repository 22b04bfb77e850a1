/** Transfers told twice, or received while they are being shipped: the first answer again or a refusal, never a failure. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
/** What whoever changes onHand waits for before it commits. */
let gate: Promise<void> | undefined;

beforeAll(async () => {
  at = await openTestDomain({ ports: { onHandHandlers: [() => gate ?? Promise.resolve()] } });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

const breath = () => new Promise((resolve) => setTimeout(resolve, 150));
const way = { fromLocationId: 'default', toLocationId: 'north' };

test('outbound.transfer of all there is, twice at once', async () => {
  for (const round of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const skuId = `OUT-${round}`;
    await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
    const send = () =>
      at.domain.outbound.transfer({ transferNo: skuId, ...way, lines: [{ skuId, quantity: 5 }] }, at.call);
    const [first, second] = await Promise.all([send(), send()]);
    expect(second).toEqual(first);
  }
});

test('a receipt that waits for the shipping receives what was shipped', async () => {
  const skuId = 'EARLY';
  await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
  await at.domain.transfers.create({ transferNo: skuId, ...way, lines: [{ skuId, quantity: 5 }] }, at.call);
  let open = () => undefined as void;
  gate = new Promise((resolve) => (open = resolve));
  const shipping = at.domain.transfers.ship({ transferNo: skuId }, at.call);
  await breath();
  const receiving = at.domain.transfers.receive({ transferNo: skuId, isFinal: false }, at.call);
  await breath();
  open();
  gate = undefined;
  await shipping;
  expect((await receiving).transfer).toMatchObject({ state: 'done' });
});

test('a receipt of what never left is refused and leaves no level behind', async () => {
  const skuId = 'NEVER';
  await at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, 5)]), at.call);
  await at.domain.transfers.create({ transferNo: skuId, ...way, lines: [{ skuId, quantity: 5 }] }, at.call);
  const refusal = await refusalOf(at.domain.transfers.receive({ transferNo: skuId, isFinal: false }, at.call));
  expect(refusal).toMatchObject({ code: 'INV_010' });
  expect((await at.domain.stock.levels({ skuId, limit: 9 })).items).toHaveLength(1);
});
