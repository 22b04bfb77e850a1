/** Expected receipts: told, changed, lowered by what arrives; read beside stock, and in a refusal for want of it. */
import { inTransitCreateInput, inTransitListInput } from '@granary/contracts/in-transit';
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  for (const locationId of ['north', 'south']) await at.domain.locations.create({ locationId }, at.call);
});
afterAll(() => closeSound(at));

const SOON = secondsFromNow(86_400);
const LATER = secondsFromNow(2 * 86_400);
const expecting = (reference: string, lines: readonly object[], more: object = {}) =>
  at.domain.inTransit.create(
    inTransitCreateInput.parse({ reference, expectedAt: SOON, supplier: 'Acme', lines, ...more }),
    at.call,
  );
const list = async (input: object) => (await at.domain.inTransit.list(inTransitListInput.parse(input))).items;
const code = async (work: Promise<unknown>) => (await refusalOf(work)).code;

test('an expected purchase is lowered by what arrives of it, and of nothing else', async () => {
  const made = await expecting('E-1', [
    { skuId: 'A', quantity: 10 },
    { skuId: 'A', quantity: 4, locationId: 'north' },
    { skuId: 'B', quantity: 3 },
  ]);
  expect(made).toMatchObject({ source: 'purchase', status: 'expected', overdue: false, supplier: 'Acme', version: 1 });
  const receive = (documentNo: string, lines: Parameters<typeof receipt>[], by: object) =>
    at.domain.inbound.purchase(
      inbound(
        documentNo,
        lines.map((line) => receipt(...line)),
        by,
      ),
      at.call,
    );
  await receive(
    'P-1',
    [
      ['A', 4],
      ['A', 9, { locationId: 'north' }],
      ['C', 1],
    ],
    { inTransitId: made.id },
  );
  const some = await at.domain.inTransit.get({ inTransitId: made.id });
  expect(some).toMatchObject({ status: 'partlyReceived', version: 2 });
  expect(some.lines.map(({ received, outstanding }) => [received, outstanding])).toEqual([
    [4, 6],
    [4, 0],
    [0, 3],
  ]);
  await receive(
    'P-1',
    [
      ['A', 4],
      ['A', 9, { locationId: 'north' }],
      ['C', 1],
    ],
    { inTransitId: made.id },
  );
  expect((await at.domain.inTransit.get({ inTransitId: made.id })).version).toBe(2);
  await receive(
    'P-2',
    [
      ['A', 7],
      ['B', 3],
    ],
    { expectedReference: 'E-1' },
  );
  expect(await at.domain.inTransit.get({ inTransitId: made.id })).toMatchObject({ status: 'received', version: 3 });
  // Received in full, more of it may still come; nothing is left to lower.
  await receive('P-3', [['A', 1]], { expectedReference: 'E-1' });
  expect((await at.domain.inTransit.get({ inTransitId: made.id })).version).toBe(3);
  expect(await code(receive('P-4', [['A', 1]], { expectedReference: 'NOBODY' }))).toBe('INV_007');
  expect(await code(at.domain.inbound.get({ type: 'purchase', documentNo: 'P-4' }))).toBe('INV_007');
});

test('one reference has one content; SKUs and places must be such that goods can come', async () => {
  const lines = [{ skuId: 'A', quantity: 1 }];
  const first = await expecting('E-2', lines);
  expect(await expecting('E-2', lines)).toEqual(first);
  expect(await code(expecting('E-2', [{ skuId: 'A', quantity: 2 }]))).toBe('INV_008');
  await expectRefusal(at, (key) => expecting('E-3', [{ skuId: 'A', quantity: 1, locationId: 'nowhere' }], key), {
    code: 'INV_007',
  });
});

test('time and quantities change, never below what arrived; a cancelled one is over', async () => {
  const { id: inTransitId } = await expecting('E-4', [{ skuId: 'U', quantity: 5 }]);
  const update = (more: object) => at.domain.inTransit.update({ inTransitId, ...more }, at.call);
  await at.domain.inbound.purchase(inbound('P-U', [receipt('U', 2)], { inTransitId }), at.call);
  const changed = await update({ expectedAt: LATER, lines: [{ line: 1, quantity: 8 }] });
  expect(changed).toMatchObject({ expectedAt: LATER, lines: [{ quantity: 8, received: 2, outstanding: 6 }] });
  expect(await code(update({ lines: [{ line: 1, quantity: 1 }] }))).toBe('INV_005');
  expect(await code(update({ lines: [{ line: 2, quantity: 1 }] }))).toBe('INV_007');
  expect(await update({ lines: [{ line: 1, quantity: 2 }] })).toMatchObject({ status: 'received' });
  expect(await update({ lines: [{ line: 1, quantity: 3 }] })).toMatchObject({ status: 'partlyReceived' });
  const cancel = () => at.domain.inTransit.cancel({ inTransitId, reason: 'sold out' }, at.call);
  const over = await cancel();
  expect(over).toMatchObject({ status: 'cancelled', endReason: 'sold out', lines: [{ received: 2, outstanding: 0 }] });
  expect(await cancel()).toEqual(over);
  expect(await code(update({ expectedAt: SOON }))).toBe('INV_010');
  const late = at.domain.inbound.purchase(inbound('P-U2', [receipt('U', 1)], { inTransitId }), at.call);
  expect(await code(late)).toBe('INV_010');
});

test('a transfer stands among them from shipping on, under its own id, and is changed by itself alone', async () => {
  await at.domain.inbound.purchase(inbound('P-T', [receipt('T', 9)]), at.call);
  const plan = { transferNo: 'T-1', fromLocationId: 'default', toLocationId: 'north', expectedAt: SOON };
  const made = await at.domain.transfers.create({ ...plan, lines: [{ skuId: 'T', quantity: 6 }] }, at.call);
  expect(await list({ skuId: 'T' })).toEqual([]);
  await at.domain.transfers.ship({ transferId: made.id }, at.call);
  expect(await list({ skuId: 'T', locationId: 'north', source: 'transfer' })).toMatchObject([
    { id: made.id, reference: 'T-1', status: 'expected', expectedAt: SOON, lines: [{ quantity: 6, outstanding: 6 }] },
  ]);
  expect(await code(at.domain.inTransit.cancel({ inTransitId: made.id, reason: 'no' }, at.call))).toBe('INV_010');
  expect(await code(at.domain.inTransit.update({ inTransitId: made.id, expectedAt: LATER }, at.call))).toBe('INV_010');
  const some = transferReceiveInput.parse({ transferNo: 'T-1', documentNo: 'R', lines: [{ line: 1, quantity: 2 }] });
  await at.domain.transfers.receive(some, at.call);
  expect(await list({ skuId: 'T', status: 'partlyReceived' })).toMatchObject([
    { lines: [{ received: 2, outstanding: 4 }] },
  ]);
  await at.domain.transfers.writeOff({ transferNo: 'T-1', reason: 'lost' }, at.call);
  expect(await list({ skuId: 'T' })).toMatchObject([{ status: 'received', lines: [{ received: 2, outstanding: 0 }] }]);
});

describe('read', () => {
  beforeAll(async () => {
    await at.domain.inbound.purchase(
      inbound('P-R', [receipt('R', 2), receipt('R', 1, { locationId: 'north' })]),
      at.call,
    );
    await expecting('E-R1', [{ skuId: 'R', quantity: 7 }], { expectedAt: LATER });
    await expecting('E-R2', [{ skuId: 'R', quantity: 5, locationId: 'north' }]);
    await expecting('E-R3', [{ skuId: 'R', quantity: 4 }], { expectedAt: '2026-01-01T00:00:00.000000Z' });
  });

  test('overdue ones are marked, and lists narrow by what was expected when', async () => {
    expect((await list({ skuId: 'R' })).map(({ reference, overdue }) => [reference, overdue])).toEqual([
      ['E-R3', true],
      ['E-R2', false],
      ['E-R1', false],
    ]);
    expect((await list({ skuId: 'R', from: SOON, to: LATER })).map(({ reference }) => reference)).toEqual(['E-R2']);
  });

  test('beside stock: per place, with the nearest time, and row by row', async () => {
    const stock = await at.domain.stock.available({ skuId: 'R', excludeExpired: true, includeReserved: false });
    expect(stock).toMatchObject({
      available: 3,
      inTransit: { quantity: 16, nextExpectedAt: '2026-01-01T00:00:00.000000Z' },
    });
    expect(stock.locations.map(({ locationId, inTransit }) => [locationId, inTransit])).toEqual([
      ['default', { quantity: 11, nextExpectedAt: '2026-01-01T00:00:00.000000Z' }],
      ['north', { quantity: 5, nextExpectedAt: SOON }],
    ]);
    const { inTransit } = await at.domain.stock.explain({ skuId: 'R' });
    expect(inTransit.map(({ reference, outstanding, overdue }) => [reference, outstanding, overdue])).toEqual([
      ['E-R3', 4, true],
      ['E-R2', 5, false],
      ['E-R1', 7, false],
    ]);
    await expecting('E-NEW', [{ skuId: 'A', quantity: 2, locationId: 'south' }]);
    const first = await at.domain.stock.available({
      skuId: 'A',
      locationId: 'south',
      excludeExpired: true,
      includeReserved: false,
    });
    expect(first.locations).toMatchObject([{ locationId: 'south', onHand: 0, version: 0, inTransit: { quantity: 2 } }]);
    await at.domain.skus.create({ skuId: 'R0' }, at.call);
    const none = await at.domain.stock.available({ skuId: 'R0', excludeExpired: true, includeReserved: false });
    expect(none).not.toHaveProperty('inTransit');
  });

  test('a refusal for want of stock tells what comes next, with and without a key, and a repeat tells the same', async () => {
    const lines = async (work: Promise<unknown>) => (await refusalOf(work)).details;
    const reserve = (more: object) =>
      lines(at.domain.reservations.reserve({ ...hold('R', 9, 'O-R'), ...more }, at.call));
    const nextSupply = { expectedAt: SOON, quantity: 5 };
    const north = { lines: [{ skuId: 'R', locationId: 'north', requested: 9, available: 1, nextSupply }] };
    expect(await reserve({ locationId: 'north' })).toEqual(north);
    expect(await reserve({ locationId: 'north', idempotencyKey: 'north' })).toEqual(north);
    await expecting('E-R4', [{ skuId: 'R', quantity: 1, locationId: 'north' }]);
    expect(await reserve({ locationId: 'north', idempotencyKey: 'north' })).toEqual(north);
    expect(await reserve({ locationId: 'north' })).toMatchObject({ lines: [{ nextSupply: { quantity: 6 } }] });
    const wanted = [
      { skuId: 'R', quantity: 99 },
      { skuId: 'A', quantity: 99 },
    ];
    const { lines: short } = (await lines(at.domain.outbound.sales(sale('O-R2', wanted), at.call))) as {
      lines: readonly object[];
    };
    expect(short[0]).toMatchObject({ nextSupply: { expectedAt: '2026-01-01T00:00:00.000000Z', quantity: 4 } });
    expect(short[1]).toMatchObject({ skuId: 'A', nextSupply: { expectedAt: SOON, quantity: 3 } });
  });

  test('who may see some places alone is told of those alone', async () => {
    const { stock, inTransit } = at.domain.within(['north']);
    const { inTransit: told } = await stock.available({ skuId: 'R', excludeExpired: true, includeReserved: false });
    expect(told?.quantity).toBe(6);
    const references = (await inTransit.list(inTransitListInput.parse({ skuId: 'R' }))).items.map(
      (row) => row.reference,
    );
    expect(references).toEqual(['E-R4', 'E-R2']);
    const [hidden] = await list({ skuId: 'R', status: 'expected', from: LATER });
    expect(await code(inTransit.get({ inTransitId: hidden?.id ?? '' }))).toBe('INV_007');
  });
});
