/** Transfers at once: goods arrive once, come back once, and leave only where nobody else took them. */
import { GranaryError } from '@granary/contracts/error';
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

const ROUNDS = 10;
const rounds = Array.from({ length: ROUNDS }, (_, round) => round);

async function outcomes(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const results = await Promise.allSettled(calls);
  return results.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    const reason: unknown = result.reason;
    return reason instanceof GranaryError ? reason.code : String(reason);
  });
}
const buy = (skuId: string, quantity: number) =>
  at.domain.inbound.purchase(inbound(skuId, [receipt(skuId, quantity)]), at.call);
const send = (skuId: string, quantity: number) =>
  at.domain.outbound.transfer(
    { transferNo: skuId, fromLocationId: 'default', toLocationId: 'north', lines: [{ skuId, quantity }] },
    at.call,
  );
const receive = (transferNo: string, more: object = {}) =>
  at.domain.transfers.receive(transferReceiveInput.parse({ transferNo, ...more }), at.call);
const cancel = (transferNo: string) => at.domain.transfers.cancel({ transferNo, reason: 'race' }, at.call);
const stockAt = async (skuId: string, locationId: string) =>
  (await at.domain.stock.levels({ skuId, locationId, limit: 1 })).items[0]?.onHand ?? 0;

test('a transfer received twice at once arrives once: the same receipt is answered the same, another one is refused', async () => {
  for (const round of rounds) {
    const skuId = `TWICE-${round}`;
    await buy(skuId, 5);
    await send(skuId, 5);
    const same = await Promise.all([receive(skuId), receive(skuId), receive(skuId)]);
    expect(new Set(same.map((each) => each.document.id)).size).toBe(1);
    expect(await stockAt(skuId, 'north')).toBe(5);

    const other = `OTHER-${round}`;
    await buy(other, 5);
    await send(other, 5);
    const codes = await outcomes(
      ['A', 'B', 'C'].map((documentNo) => receive(other, { documentNo: `${other}-${documentNo}` })),
    );
    expect(codes.toSorted()).toEqual(['INV_010', 'INV_010', 'done']);
    expect(await stockAt(other, 'north')).toBe(5);
  }
});

test('of partial receipts that together exceed what was shipped, as many arrive as were shipped', async () => {
  for (const round of rounds) {
    const skuId = `PART-${round}`;
    await buy(skuId, 5);
    await send(skuId, 5);
    const calls = Array.from({ length: 6 }, (_, each) =>
      receive(skuId, { documentNo: `${skuId}-${each}`, lines: [{ line: 1, quantity: 2 }] }),
    );
    expect((await outcomes(calls)).filter((code) => code === 'done')).toHaveLength(2);
    expect(await stockAt(skuId, 'north')).toBe(4);
    expect(await at.domain.transfers.get({ transferNo: skuId })).toMatchObject({
      state: 'partlyReceived',
      lines: [{ received: 4, inTransit: 1 }],
    });
  }
});

test('shipping and a sale want the last units: one of them has them', async () => {
  for (const round of rounds) {
    const skuId = `LAST-${round}`;
    await buy(skuId, 5);
    const sell = () => at.domain.outbound.sales(sale(skuId, [{ skuId, quantity: 4 }]), at.call);
    const calls = round % 2 === 0 ? [send(skuId, 3), sell()] : [sell(), send(skuId, 3)];
    const codes = await outcomes(calls);
    expect(codes.toSorted()).toEqual(['INV_002', 'done']);
  }
});

test('a cancellation and a receipt: the goods are at one of the two places, all of them', async () => {
  for (const round of rounds) {
    const skuId = `CANCEL-${round}`;
    await buy(skuId, 5);
    await send(skuId, 5);
    const calls = round % 2 === 0 ? [cancel(skuId), receive(skuId)] : [receive(skuId), cancel(skuId)];
    expect((await outcomes(calls)).toSorted()).toEqual(['INV_010', 'done']);
    const { state } = await at.domain.transfers.get({ transferNo: skuId });
    expect([await stockAt(skuId, 'default'), await stockAt(skuId, 'north')]).toEqual(
      state === 'cancelled' ? [5, 0] : [0, 5],
    );
  }
});

test('a write-off and a receipt of the same goods: one of them has them', async () => {
  for (const round of rounds) {
    const skuId = `LOST-${round}`;
    await buy(skuId, 5);
    await send(skuId, 5);
    const lose = at.domain.transfers.writeOff({ transferNo: skuId, reason: 'race' }, at.call);
    expect((await outcomes([lose, receive(skuId)])).toSorted()).toEqual(['INV_010', 'done']);
    const { lines } = await at.domain.transfers.get({ transferNo: skuId });
    expect(lines[0]?.received).toBe(await stockAt(skuId, 'north'));
  }
});

test('a draft shipped twice, and shipped while it is cancelled: it leaves once or not at all', async () => {
  for (const round of rounds) {
    const skuId = `DRAFT-${round}`;
    await buy(skuId, 5);
    const plan = { fromLocationId: 'default', toLocationId: 'north', lines: [{ skuId, quantity: 2 }] };
    await at.domain.transfers.create({ transferNo: skuId, ...plan }, at.call);
    const ship = () => at.domain.transfers.ship({ transferNo: skuId }, at.call);
    const both = await Promise.all([ship(), ship()]);
    expect(both[0].document.id).toBe(both[1].document.id);
    await at.domain.transfers.create({ transferNo: `${skuId}-2`, ...plan }, at.call);
    const [left] = await outcomes([
      at.domain.transfers.ship({ transferNo: `${skuId}-2` }, at.call),
      cancel(`${skuId}-2`),
    ]);
    const { state } = await at.domain.transfers.get({ transferNo: `${skuId}-2` });
    expect(left === 'done' ? ['shipped', 'cancelled'] : ['cancelled']).toContain(state);
    expect(await stockAt(skuId, 'default')).toBe(state === 'cancelled' ? 3 : 1);
  }
});

test("two transfers across each other, and one number planned by twenty, do not stand in each other's way", async () => {
  const skuIds = ['X1', 'X2', 'X3'];
  for (const skuId of skuIds)
    await at.domain.inbound.purchase(
      inbound(skuId, [receipt(skuId, 50), receipt(skuId, 50, { locationId: 'north' })]),
      at.call,
    );
  const cross = Array.from({ length: 20 }, (_, each) => {
    const [fromLocationId, toLocationId] = each % 2 === 0 ? ['default', 'north'] : ['north', 'default'];
    const lines = (each % 3 === 0 ? skuIds.toReversed() : skuIds).map((skuId) => ({ skuId, quantity: 2 }));
    const transferNo = `CROSS-${each}`;
    const plan = { transferNo, fromLocationId: fromLocationId ?? '', toLocationId: toLocationId ?? '', lines };
    return at.domain.outbound.transfer(plan, at.call).then(() => receive(transferNo));
  });
  expect(new Set(await outcomes(cross))).toEqual(new Set(['done']));
  const same = await Promise.all(Array.from({ length: 20 }, () => send('X1', 1)));
  expect(new Set(same.map((each) => each.transfer.id)).size).toBe(1);
});
