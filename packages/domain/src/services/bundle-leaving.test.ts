/** Bundles that leave: whole ones, place by place, by deduct and by document; and their parts that come back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '@granary/contracts/document';
import type { Reservation } from '@granary/contracts/reservation';
import { batchIdOf, freezing, recalling } from '../testing/lock-inputs.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  // default has priority 100: north is asked first.
  await at.domain.locations.create({ locationId: 'north', priority: 10 }, at.call);
});
afterAll(() => closeSound(at));

let documents = 0;
const stock = (...lines: Parameters<typeof receipt>[]) => {
  const receipts = lines.map((line) => receipt(...line));
  return at.domain.inbound.purchase(inbound(`PO-${(documents += 1)}`, receipts), at.call);
};
const north = { locationId: 'north' };
const bundle = (skuId: string, parts: Readonly<Record<string, number>>) => {
  const components = Object.entries(parts).map(([part, quantity]) => ({ skuId: part, quantity }));
  return at.domain.bundles.create({ skuId, components }, at.call);
};
const reserve = (...line: Parameters<typeof hold>) => at.domain.reservations.reserve(hold(...line), at.call);
const sell = (...line: Parameters<typeof sale>) => at.domain.outbound.sales(sale(...line), at.call);
const held = ({ lines }: Reservation) =>
  lines.map(({ skuId, locationId, quantity, held: left }) => [skuId, locationId, quantity, left]);
const left = ({ lines }: Document) =>
  lines.map(({ line, skuId, locationId, quantity }) => [line, skuId, locationId, quantity]);

describe('a bundle leaves', () => {
  test('whole, place by place, when a part of what is held is deducted', async () => {
    await stock(['K1', 3], ['K2', 3], ['K1', 2, north], ['K2', 2, north]);
    await bundle('K', { K1: 1, K2: 1 });
    const made = await reserve('K', 4, 'O-K');
    const { reservations } = await at.domain.reservations.deduct({ id: made.id, quantity: 3 }, at.call);
    expect(reservations).toMatchObject([{ held: 1, fulfilled: 3, state: 'active' }]);
    expect(reservations.flatMap(held)).toEqual([
      ['K1', 'north', 2, 0],
      ['K2', 'north', 2, 0],
      ['K1', 'default', 2, 1],
      ['K2', 'default', 2, 1],
    ]);
    const over = { id: made.id, quantity: 2 };
    await expectRefusal(at, (key) => at.domain.reservations.deduct({ ...over, ...key }, at.call), { code: 'INV_010' });
    const rest = await at.domain.reservations.deduct({ id: made.id }, at.call);
    expect(rest.reservations).toMatchObject([{ held: 0, fulfilled: 4, state: 'fulfilled' }]);
  });

  test('on a sale as the batches of its parts, what the order holds before free stock', async () => {
    await stock(['L1', 6, { batchNo: 'L1-1' }], ['L2', 3, { batchNo: 'L2-1' }]);
    await bundle('L', { L1: 2, L2: 1 });
    const made = await reserve('L', 1, 'O-L');
    const document = await sell('O-L', [
      { skuId: 'L', quantity: 2 },
      { skuId: 'L1', quantity: 1 },
    ]);
    expect(
      document.lines.map(({ line, batchNo, quantity, reservationId }) => [line, batchNo, quantity, reservationId]),
    ).toEqual([
      [1, 'L1-1', 2, made.id],
      [1, 'L2-1', 1, made.id],
      [1, 'L1-1', 2, null],
      [1, 'L2-1', 1, null],
      [2, 'L1-1', 1, null],
    ]);
    expect(await at.domain.reservations.get({ id: made.id })).toMatchObject({ state: 'fulfilled', fulfilled: 1 });
    expect(await at.domain.outbound.get({ type: 'sales', documentNo: 'O-L' })).toEqual(document);
  });

  test('in parcels, each of whole bundles; more than there are is refused with what the order has', async () => {
    await stock(['N1', 3], ['N2', 9]);
    await bundle('N', { N1: 1, N2: 3 });
    await reserve('N', 2, 'O-N');
    expect(left(await sell('O-N', [{ skuId: 'N', quantity: 1 }], { documentNo: 'O-N/1' }))).toEqual([
      [1, 'N1', 'default', 1],
      [1, 'N2', 'default', 3],
    ]);
    const rest = sale('O-N', [{ skuId: 'N', quantity: 3 }], { documentNo: 'O-N/2' });
    await expectRefusal(at, (key) => at.domain.outbound.sales({ ...rest, ...key }, at.call), {
      code: 'INV_002',
      details: {
        lines: [
          {
            ...{ skuId: 'N', locationId: null, requested: 3, available: 2 },
            components: [
              { skuId: 'N1', requested: 2, available: 1 },
              { skuId: 'N2', requested: 6, available: 3 },
            ],
          },
        ],
      },
    });
    expect(left(await sell('O-N', [{ skuId: 'N', quantity: 2 }], { documentNo: 'O-N/2' }))).toEqual([
      [1, 'N1', 'default', 1],
      [1, 'N2', 'default', 3],
      [1, 'N1', 'default', 1],
      [1, 'N2', 'default', 3],
    ]);
  });

  test('on picking as well; not as damaged goods, which are named as they are', async () => {
    await stock(['R1', 2], ['R2', 2]);
    await bundle('R', { R1: 1, R2: 1 });
    const lines = [{ skuId: 'R', quantity: 1 }];
    expect(left(await at.domain.outbound.pick({ documentNo: 'PICK-R', lines }, at.call))).toHaveLength(2);
    const damage = { documentNo: 'DMG-R', reason: 'broken', lines };
    await expectRefusal(at, (key) => at.domain.outbound.damage({ ...damage, ...key }, at.call), {
      code: 'INV_010',
      details: { id: 'R', state: 'bundle' },
    });
  });

  test('not past a frozen part, which stays where it is; whole ones of other places leave', async () => {
    await stock(['S1', 1, north], ['S2', 1, { ...north, batchNo: 'S2-N' }], ['S1', 1], ['S2', 1]);
    await bundle('S', { S1: 1, S2: 1 });
    const made = await reserve('S', 2, 'O-S');
    const frozen = await batchIdOf(at, 'S2', { batchNo: 'S2-N', locationId: 'north' });
    const lock = await at.domain.locks.operation(freezing([frozen]), at.call);
    await expectRefusal(at, (key) => at.domain.reservations.deduct({ id: made.id, ...key }, at.call), {
      code: 'INV_016',
      details: { lockId: lock.id },
    });
    const { reservations } = await at.domain.reservations.deduct({ id: made.id, quantity: 1 }, at.call);
    expect(reservations.flatMap(held)).toEqual([
      ['S1', 'north', 1, 1],
      ['S2', 'north', 1, 1],
      ['S1', 'default', 1, 0],
      ['S2', 'default', 1, 0],
    ]);
  });

  test('and a recalled part is replaced by goods of the same place alone', async () => {
    await stock(['T1', 1], ['T2', 1, { batchNo: 'T-BAD' }], ['T2', 5, north], ['T1', 5, north]);
    await bundle('T', { T1: 1, T2: 1 });
    const made = await reserve('T', 1, { businessId: 'O-T', locationId: 'default' });
    const recall = await at.domain.batches.recall(recalling('T2', 'T-BAD', { otherLocations: true }), at.call);
    expect(recall).toMatchObject({ notMoved: [{ reservationId: made.id }] });
    expect(held(await at.domain.reservations.get({ id: made.id }))).toEqual([
      ['T1', 'default', 1, 1],
      ['T2', 'default', 1, 1],
    ]);
  });
});

describe('what is deducted and sold comes back part by part', () => {
  test('by its reservation and by its line', async () => {
    await stock(['U1', 4], ['U2', 4]);
    await bundle('U', { U1: 2, U2: 2 });
    const made = await reserve('U', 1, 'O-U');
    await at.domain.reservations.deduct({ id: made.id }, at.call);
    const back = (documentNo: string, line: object) =>
      at.domain.inbound.return(
        { documentNo, lines: [{ skuId: 'U1', quantity: 2, locationId: 'default', ...line }] },
        at.call,
      );
    expect((await back('RET-U', { reservationId: made.id })).lines).toMatchObject([{ skuId: 'U1', quantity: 2 }]);
    await sell('O-U2', [{ skuId: 'U', quantity: 1 }]);
    const original = { originalDocumentNo: 'O-U2', originalLine: 1 };
    expect((await back('RET-U2', original)).lines).toMatchObject([{ skuId: 'U1', quantity: 2 }]);
    expect(await refusalOf(back('RET-U3', original))).toMatchObject({ code: 'INV_010' });
  });
});

test('a plan names the SKU of every batch', async () => {
  await stock(['W1', 5], ['W2', 5, { batchNo: 'W2-1' }], ['W2', 5, { batchNo: 'W2-2' }]);
  await bundle('W', { W1: 1, W2: 1 });
  const plan = await at.domain.stock.allocate({ skuId: 'W', quantity: 2 });
  expect(plan.lines.map(({ skuId, quantity }) => [skuId, quantity])).toEqual([
    ['W1', 2],
    ['W2', 2],
  ]);
  expect(plan.passedOver).toMatchObject([{ batchNo: 'W2-2', reason: 'not needed' }]);
  expect(await refusalOf(at.domain.stock.allocate({ skuId: 'W', quantity: 6 }))).toMatchObject({
    details: { lines: [{ skuId: 'W', available: 5, components: [{ skuId: 'W1' }] }] },
  });
});

test('lines of one order that holds some tell of the parts what the rest of them needs', async () => {
  await stock(['Z1', 5], ['Z2', 9]);
  await bundle('Z', { Z1: 1, Z2: 1 });
  await reserve('Z', 3, 'O-Z');
  const lines = [
    { skuId: 'Z', quantity: 2 },
    { skuId: 'Z', quantity: 4 },
  ];
  expect(await refusalOf(sell('O-Z', lines))).toMatchObject({
    details: { lines: [{ requested: 6, available: 5, components: [{ skuId: 'Z1', requested: 3, available: 2 }] }] },
  });
});

test('who is limited to some places counts, holds and is refused as if there were no others', async () => {
  await stock(['X1', 4], ['X2', 4], ['X1', 2, north], ['X2', 1, north]);
  await bundle('X', { X1: 1, X2: 1 });
  const here = at.domain.within(['north']);
  expect((await here.stock.check({ skuId: 'X' })).available).toBe(1);
  expect((await here.stock.explain({ skuId: 'X' })).assembly?.locations).toMatchObject([{ locationId: 'north' }]);
  expect(await refusalOf(here.reservations.reserve(hold('X', 2, 'O-X'), at.call))).toMatchObject({
    details: { lines: [{ available: 1, components: [{ skuId: 'X2', requested: 2, available: 1 }] }] },
  });
  expect(held(await here.reservations.reserve(hold('X', 1, 'O-X'), at.call))).toEqual([
    ['X1', 'north', 1, 1],
    ['X2', 'north', 1, 1],
  ]);
  const wide = await reserve('X', 4, 'O-X2');
  expect(await refusalOf(here.reservations.get({ id: wide.id }))).toMatchObject({ code: 'INV_007' });
});
