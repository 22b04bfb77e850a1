/** Documents at once: nothing comes back twice, a reversal and a sale never have the same goods, an opening is the first or refused. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GranaryError } from '@granary/contracts/error';
import { bothWays } from '../testing/both-ways.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

async function outcomes(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const results = await Promise.allSettled(calls);
  return results.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    const reason: unknown = result.reason;
    return reason instanceof GranaryError ? reason.code : String(reason);
  });
}

const ROUNDS = 8;
const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
const why = { operator: 'Ann', reason: 'race' };
const purchase = (documentNo: string, ...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.purchase(
    inbound(
      documentNo,
      lines.map((line) => receipt(...line)),
    ),
    at.call,
  );
const sell = (orderNo: string, skuId: string, quantity: number) =>
  at.domain.outbound.sales(sale(orderNo, [{ skuId, quantity }]), at.call);
const back = (documentNo: string, line: object, skuId: string) =>
  at.domain.inbound.return({ documentNo, lines: [{ skuId, quantity: 2, locationId: 'default', ...line }] }, at.call);
const free = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

test('of ten returns of one line at once, at two places, as many are taken as left', async () => {
  for (const round of rounds) {
    const skuId = `RET-${round}`;
    await purchase(skuId, [skuId, 5]);
    await sell(skuId, skuId, 5);
    const calls = Array.from({ length: 10 }, (_, each) => {
      const locationId = each % 2 === 0 ? 'default' : 'north';
      return back(`${skuId}-${each}`, { originalDocumentNo: skuId, originalLine: 1, locationId }, skuId);
    });
    expect((await outcomes(calls)).toSorted()).toEqual([...Array.from({ length: 8 }, () => 'INV_010'), 'done', 'done']);
    expect(await free(skuId)).toBe(4);
  }
});

test('of ten returns of one reservation at once as many are taken as were deducted', async () => {
  for (const round of rounds) {
    const skuId = `RES-${round}`;
    await purchase(skuId, [skuId, 5]);
    const { id } = await at.domain.reservations.reserve(hold(skuId, 5, skuId), at.call);
    await at.domain.reservations.deduct({ id, quantity: 3 }, at.call);
    const calls = Array.from({ length: 10 }, (_, each) => back(`${skuId}-${each}`, { reservationId: id }, skuId));
    expect((await outcomes(calls)).filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await free(skuId)).toBe(2);
  }
});

test('a reversal and a sale of the same goods: one of them has them', async () => {
  let round = 0;
  await bothWays(ROUNDS, async (start) => {
    const skuId = `REV-${(round += 1)}`;
    const { id } = await purchase(skuId, [skuId, 5]);
    const pair = await start(
      () => at.domain.inbound.reverse({ documentId: id, ...why }, at.call),
      () => sell(skuId, skuId, 1),
    );
    expect(['done INV_002', 'INV_010 done']).toContain(pair.join(' '));
    expect(await free(skuId)).toBe(pair[0] === 'done' ? 0 : 4);
    return pair[0] === 'done';
  });
});

test('a reversal of a sale and a return of it: one of them brings the goods back', async () => {
  for (const round of rounds) {
    const skuId = `BOTH-${round}`;
    await purchase(skuId, [skuId, 2]);
    const { id } = await sell(skuId, skuId, 2);
    const pair = await outcomes([
      at.domain.outbound.reverse({ documentId: id, ...why }, at.call),
      back(skuId, { originalDocumentNo: skuId, originalLine: 1, locationId: 'north' }, skuId),
    ]);
    expect([...pair].toSorted()).toEqual(['INV_010', 'done']);
    expect(await free(skuId)).toBe(2);
  }
});

test('of ten reversals of one document under ten numbers one is written', async () => {
  for (const round of rounds) {
    const skuId = `ONCE-${round}`;
    const { id } = await purchase(skuId, [skuId, 20]);
    const calls = Array.from({ length: 10 }, (_, each) =>
      at.domain.inbound.reverse({ documentId: id, documentNo: `${skuId}-${each}`, ...why }, at.call),
    );
    expect((await outcomes(calls)).filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await free(skuId)).toBe(0);
  }
});

test('an opening and a receipt of one SKU, also at another place: the opening is first, or is refused', async () => {
  for (const round of rounds) {
    const [known, skuId] = [round % 2 === 0, `OPEN-${round}`];
    if (known) await at.domain.skus.create({ skuId }, at.call);
    const opening = { documentNo: skuId, asOf: '2026-01-01T00:00:00.000000Z', lines: [receipt(skuId, 5)] };
    const [opened, received] = await outcomes([
      at.domain.inbound.opening(opening, at.call),
      purchase(skuId, [skuId, 1, { locationId: round % 3 === 0 ? 'default' : 'north' }]),
    ]);
    expect(received).toBe('done');
    expect(['done', 'INV_010']).toContain(opened);
    const { items } = await at.domain.stock.movements({ skuId, limit: 9 });
    const first = items.toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))[0];
    expect(first?.onHandDelta).toBe(opened === 'done' ? 5 : 1);
  }
});

test('of two openings of one SKU at two places one is the first', async () => {
  for (const round of rounds) {
    const skuId = `TWO-${round}`;
    const open = (locationId: string) =>
      at.domain.inbound.opening(
        {
          documentNo: `${skuId}-${locationId}`,
          asOf: '2026-01-01T00:00:00.000000Z',
          lines: [receipt(skuId, 5, { locationId })],
        },
        at.call,
      );
    expect([...(await outcomes([open('default'), open('north')]))].toSorted()).toEqual(['INV_010', 'done']);
  }
});
