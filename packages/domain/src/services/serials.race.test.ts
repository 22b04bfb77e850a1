/** Calls at once for the same piece: one gets it, the others are told what became of it, and nothing is lost or doubled. */
import { GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { fresh, placesOf, receivePieces, statesOf, trackedSku } from '../testing/pieces.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const ROUNDS = 8;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

async function outcomes(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const results = await Promise.allSettled(calls);
  return results
    .map((result) => {
      if (result.status === 'fulfilled') return 'done';
      const reason: unknown = result.reason;
      return reason instanceof GranaryError ? reason.code : String(reason);
    })
    .toSorted();
}

const sell = (skuId: string, serials?: string[]) =>
  at.domain.outbound.sales(
    sale(fresh('O'), [{ skuId, quantity: 1, ...(serials === undefined ? {} : { serials }) }]),
    at.call,
  );
const giveBack = (skuId: string, serial: string, more: object = {}) =>
  at.domain.inbound.return(
    {
      documentNo: fresh('RT'),
      lines: [{ skuId, quantity: 1, locationId: 'default', unitCost: '1.00', serials: [serial], ...more }],
    },
    at.call,
  );

test('sales that name the same piece: one sells it', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    await receivePieces(at, skuId, { LOT: ['1', '2', '3'] });
    const told = await outcomes([1, 2, 3, 4].map(() => sell(skuId, ['1'])));
    expect(told).toEqual(['INV_010', 'INV_010', 'INV_010', 'done']);
    expect(await statesOf(at, skuId)).toEqual({ 1: 'sold', 2: 'inStock', 3: 'inStock' });
  }
});

test('sales that name none never get the same piece, next to deducts and one that names its own', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    await receivePieces(at, skuId, { ONE: ['1', '2', '3'], TWO: ['4', '5', '6'] });
    const { id } = await at.domain.reservations.reserve(hold(skuId, 2, fresh('O')), at.call);
    const told = await outcomes([
      ...[1, 2].map(() => sell(skuId)),
      at.domain.reservations.deduct({ id }, at.call),
      sell(skuId, ['6']),
    ]);
    expect(told).toEqual(['done', 'done', 'done', 'done']);
    expect(Object.values(await placesOf(at, skuId))).toHaveLength(1);
    await expectSound(at);
  }
});

test('a return against a sale of the same piece: the sale comes before it and is refused, or after it and has it', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    await receivePieces(at, skuId, { LOT: ['1'] });
    await sell(skuId, ['1']);
    const [sold, returned] = await Promise.allSettled([sell(skuId, ['1']), giveBack(skuId, '1')]);
    expect(returned.status).toBe('fulfilled');
    expect(await statesOf(at, skuId)).toEqual({ 1: sold.status === 'fulfilled' ? 'sold' : 'inStock' });
    await expectSound(at);
  }
});

test('a piece that is returned at two places at once comes back to one, and its sale is not reversed as well', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    await receivePieces(at, skuId, { LOT: ['1'] });
    const { id } = await sell(skuId);
    const told = await outcomes([
      giveBack(skuId, '1', { batchNo: 'HERE' }),
      giveBack(skuId, '1', { batchNo: 'THERE', locationId: 'north' }),
      at.domain.outbound.reverse({ documentId: id, operator: 'Ida', reason: 'wrong' }, at.call),
    ]);
    expect(told.filter((each) => each === 'done')).toEqual(['done']);
    expect(Object.keys(await placesOf(at, skuId))).toEqual(['1']);
    await expectSound(at);
  }
});

test('receipts of the same new piece at two places: one registers it', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    const buy = (locationId: string) =>
      at.domain.inbound.purchase(inbound(fresh('PO'), [receipt(skuId, 1, { locationId, serials: ['1'] })]), at.call);
    expect(await outcomes([buy('default'), buy('north'), buy('default')])).toEqual(['INV_008', 'INV_008', 'done']);
    await expectSound(at);
  }
});

test('tracking that is turned off against a receipt: the goods have names or none', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    const buy = (more: object) => at.domain.inbound.purchase(inbound(fresh('PO'), [receipt(skuId, 1, more)]), at.call);
    await outcomes([at.domain.skus.update({ skuId, serialTracked: false }, at.call), buy({ serials: ['1'] }), buy({})]);
    await expectSound(at);
  }
});

test('a merge against a sale that names a piece of a source: the piece is sold out of one of them', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const skuId = await trackedSku(at);
    const { lines } = await receivePieces(at, skuId, { ONE: ['1', '2'], TWO: ['3'] });
    const batchIds = lines.map((line) => line.batchId);
    const told = await outcomes([
      at.domain.batches.merge({ batchIds, targetBatchNo: 'ALL' }, at.call),
      sell(skuId, ['2']),
    ]);
    expect(told).toEqual(['done', 'done']);
    expect(await placesOf(at, skuId)).toEqual({ 1: 'ALL@default', 3: 'ALL@default' });
    await expectSound(at);
  }
});
