/** STOCK_ALLOW_NEGATIVE: what is sold short is owed by a level and paid first by its next receipt; onHand is never negative. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain({ config: { allowNegative: true } });
  await at.domain.locations.create({ locationId: 'near', priority: 1 }, at.call);
});
afterAll(() => closeSound(at));

let made = 0;
const next = (stem: string) => `${stem}-${(made += 1)}`;
const stock = (...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.purchase(
    inbound(
      next('PO'),
      lines.map((line) => receipt(...line)),
    ),
    at.call,
  );
const sell = (skuId: string, quantity: number, more: { locationId?: string; orderNo?: string } = {}) =>
  at.domain.outbound.sales(
    sale(more.orderNo ?? next('O'), [
      { skuId, quantity, ...(more.locationId === undefined ? {} : { locationId: more.locationId }) },
    ]),
    at.call,
  );
const levels = async (skuId: string) =>
  Object.fromEntries(
    (await at.domain.stock.levels({ skuId, limit: 9 })).items.map(({ locationId, onHand, reserved, deficit }) => [
      locationId,
      [onHand, reserved, deficit],
    ]),
  );
const kinds = async (documentId: string) =>
  (await at.domain.stock.movements({ documentId, limit: 20 })).items.map(
    ({ kind, onHandDelta, deficitDelta, batchId }) => [kind, onHandDelta, deficitDelta, batchId === null],
  );

describe('a sale that is short', () => {
  test('takes what there is and owes the rest, at the first open place', async () => {
    await stock(['A', 3]);
    const sold = await sell('A', 5);
    expect(sold).toMatchObject({
      lines: [{ quantity: 3, locationId: 'default' }],
      deficits: [{ skuId: 'A', locationId: 'near', quantity: 2 }],
    });
    expect(await at.domain.outbound.get({ id: sold.id })).toEqual(sold);
    expect(await kinds(sold.id)).toEqual([
      ['ship', -3, 0, false],
      ['deficit', 0, 2, true],
    ]);
    expect(await levels('A')).toEqual({ default: [0, 0, 0], near: [0, 0, 2] });
    expect((await at.domain.stock.check({ skuId: 'A' })).available).toBe(0);
    expect(
      (await at.domain.stock.explain({ skuId: 'A' })).levels.map(({ deficit }) => deficit).toSorted((a, b) => a - b),
    ).toEqual([0, 2]);
  });

  test('owes at the place that the line names, also where nothing was ever received', async () => {
    await at.domain.skus.create({ skuId: 'B' }, at.call);
    const sold = await sell('B', 4, { locationId: 'default' });
    expect(sold).toMatchObject({ lines: [], deficits: [{ locationId: 'default', quantity: 4 }] });
    expect(await levels('B')).toEqual({ default: [0, 0, 4] });
  });

  test('takes what its order holds and never what another one holds', async () => {
    await stock(['C', 5]);
    await at.domain.reservations.reserve(hold('C', 2, 'O-C'), at.call);
    await at.domain.reservations.reserve(hold('C', 3, 'O-OTHER'), at.call);
    const sold = await sell('C', 4, { orderNo: 'O-C' });
    expect(sold.lines.map(({ quantity }) => quantity)).toEqual([2]);
    expect(await levels('C')).toEqual({ default: [3, 3, 0], near: [0, 0, 2] });
  });

  test('a pick owes as well; damage and a reservation never do', async () => {
    await stock(['D', 1]);
    await at.domain.outbound.pick({ documentNo: next('PK'), lines: [{ skuId: 'D', quantity: 2 }] }, at.call);
    const lines = [{ skuId: 'D', quantity: 1 }];
    const damage = at.domain.outbound.damage({ documentNo: next('DM'), reason: 'r', lines }, at.call);
    expect(await refusalOf(damage)).toMatchObject({ code: 'INV_002' });
    expect(await refusalOf(at.domain.reservations.reserve(hold('D', 1, 'O-D'), at.call))).toMatchObject({
      code: 'INV_002',
    });
    expect(await refusalOf(sell('GHOST', 1))).toMatchObject({ code: 'INV_001' });
  });

  test('is refused where a named batch is short, and beyond what a level can count', async () => {
    const { lines } = await stock(['E', 1]);
    const named = [{ skuId: 'E', quantity: 2, batchId: lines[0]?.batchId }];
    expect(await refusalOf(at.domain.outbound.pick({ documentNo: next('PK'), lines: named }, at.call))).toMatchObject({
      code: 'INV_002',
    });
    await sell('E', 2_147_483_647);
    expect(await refusalOf(sell('E', 3))).toMatchObject({ code: 'INV_002' });
  });
});

describe('the next goods that arrive', () => {
  test('pay the deficit first, with the receipt as their document', async () => {
    await stock(['F', 1, { locationId: 'near' }]);
    await sell('F', 4);
    const part = await stock(['F', 2, { locationId: 'near', batchNo: 'L1' }]);
    expect(await kinds(part.id)).toEqual([
      ['receive', 2, 0, false],
      ['settle', -2, -2, false],
    ]);
    expect(part.lines).toMatchObject([{ quantity: 2 }]);
    const rest = await stock(['F', 5, { locationId: 'near', batchNo: 'L2' }]);
    expect(await kinds(rest.id)).toEqual([
      ['receive', 5, 0, false],
      ['settle', -1, -1, false],
    ]);
    expect(await levels('F')).toEqual({ near: [4, 0, 0] });
  });

  test('pay it only at the level that owes it', async () => {
    await stock(['G', 1]);
    await sell('G', 2);
    await stock(['G', 5]);
    expect(await levels('G')).toEqual({ default: [5, 0, 0], near: [0, 0, 1] });
  });

  test('pay it when they are returned, opened or come back by a reversal', async () => {
    await stock(['H', 2, { locationId: 'near' }]);
    const first = await sell('H', 2);
    await sell('H', 3);
    const line = { skuId: 'H', quantity: 1, locationId: 'near', unitCost: '1.00' };
    await at.domain.inbound.return({ documentNo: next('RT'), lines: [line] }, at.call);
    expect(await levels('H')).toEqual({ near: [0, 0, 2] });
    const reversal = await at.domain.outbound.reverse({ documentId: first.id, operator: 'o', reason: 'r' }, at.call);
    expect(await kinds(reversal.id)).toEqual([
      ['reverse', 2, 0, false],
      ['settle', -2, -2, false],
    ]);
    expect(await levels('H')).toEqual({ near: [0, 0, 0] });
  });
});

test('a batch made by hand, which names no document, is refused with goods beside a deficit and made without', async () => {
  await at.domain.skus.create({ skuId: 'HAND' }, at.call);
  await sell('HAND', 2, { locationId: 'default' });
  const batch = { skuId: 'HAND', batchNo: 'LOT', locationId: 'default', unitCost: '1.00', qualityLevel: 'A' };
  expect(await refusalOf(at.domain.batches.create({ ...batch, quantity: 5 }, at.call))).toMatchObject({
    code: 'INV_010',
    details: { noun: 'level', state: 'in deficit' },
  });
  await at.domain.batches.create({ ...batch, quantity: 0 }, at.call);
});

describe('a sale that owed, taken back,', () => {
  test('owes no more and brings back what was there', async () => {
    await stock(['I', 2, { locationId: 'near' }]);
    const sold = await sell('I', 5);
    const reversal = await at.domain.outbound.reverse({ documentId: sold.id, operator: 'o', reason: 'r' }, at.call);
    expect(reversal).toMatchObject({ lines: [{ quantity: 2 }], deficits: [{ locationId: 'near', quantity: -3 }] });
    expect(await at.domain.outbound.get({ id: reversal.id })).toEqual(reversal);
    expect(await levels('I')).toEqual({ near: [2, 0, 0] });
  });

  test('is refused once a receipt has settled it', async () => {
    await stock(['J', 1, { locationId: 'near' }]);
    const sold = await sell('J', 2);
    await stock(['J', 5, { locationId: 'near' }]);
    expect(
      await refusalOf(at.domain.outbound.reverse({ documentId: sold.id, operator: 'o', reason: 'r' }, at.call)),
    ).toMatchObject({ code: 'INV_010', details: { state: 'settled' } });
  });
});

test('what was sold short elsewhere is as absent as what was sold elsewhere', async () => {
  await at.domain.skus.create({ skuId: 'K' }, at.call);
  const only = await sell('K', 1, { locationId: 'near' });
  await stock(['K', 1]);
  const both = await sell('K', 2);
  expect(both).toMatchObject({ lines: [{ locationId: 'default' }], deficits: [{ locationId: 'near' }] });
  const here = at.domain.within(['default']);
  for (const { id } of [only, both]) {
    expect(await refusalOf(here.outbound.get({ id }))).toMatchObject({ code: 'INV_007' });
    const reversal = here.outbound.reverse({ documentId: id, operator: 'o', reason: 'r' }, at.call);
    expect(await refusalOf(reversal)).toMatchObject({ code: 'INV_007' });
  }
  expect((await here.outbound.list({ limit: 500 })).items.map(({ id }) => id)).not.toContain(only.id);
});

test('every counter can be computed again from the ledger', async () => {
  await sell('A', 1);
  expect((await at.domain.rebuild()).repaired).toEqual([]);
});
