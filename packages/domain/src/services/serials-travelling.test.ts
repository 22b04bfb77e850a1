/** Pieces travel with their goods: shipped, received, lost and called off by name, or the lowest first. */
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fresh, placesOf, receivePieces, statesOf, trackedSku } from '../testing/pieces.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

const plan = (transferNo: string, skuId: string, quantity: number) => ({
  ...{ transferNo, fromLocationId: 'default', toLocationId: 'north' },
  lines: [{ skuId, quantity }],
});
const receive = (transferNo: string, more: object = {}) =>
  at.domain.transfers.receive(transferReceiveInput.parse({ transferNo, ...more }), at.call);

test('the pieces of a transfer are in transit, arrive by name or lowest first, and the rest is lost', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2', '3'], TWO: ['4', '5', '6'] });
  const no = fresh('TR');
  await at.domain.transfers.create(plan(no, skuId, 4), at.call);
  const serials = [{ line: 1, serials: ['1', '2', '5', '6'] }];
  const left = await at.domain.transfers.ship({ transferNo: no, serials }, at.call);
  expect(left.document.lines.map((line) => line.serials)).toEqual([
    ['1', '2'],
    ['5', '6'],
  ]);
  expect(await statesOf(at, skuId)).toMatchObject({ 1: 'inTransit', 2: 'inTransit', 3: 'inStock', 6: 'inTransit' });
  await expectSound(at);

  const first = await receive(no, { documentNo: `${no}/1`, lines: [{ line: 1, quantity: 1, serials: ['6'] }] });
  expect(first.document.lines).toMatchObject([{ batchNo: 'TWO', serials: ['6'] }]);
  await receive(no, { documentNo: `${no}/2`, lines: [{ line: 1, quantity: 1 }] });
  expect(await placesOf(at, skuId)).toEqual({ 1: 'ONE@north', 3: 'ONE@default', 4: 'TWO@default', 6: 'TWO@north' });
  await at.domain.transfers.writeOff(
    { transferNo: no, lines: [{ line: 1, quantity: 1, serials: ['5'] }], reason: 'fell off' },
    at.call,
  );
  await expectSound(at);
  await at.domain.transfers.writeOff({ transferNo: no, reason: 'never came' }, at.call);
  expect(await statesOf(at, skuId)).toMatchObject({ 2: 'lost', 5: 'lost' });
  const { history } = await at.domain.serials.get({ skuId, serial: '6' });
  expect(history.map(({ kind, state, locationId, batchNo }) => [kind, state, locationId, batchNo])).toEqual([
    ['receive', 'inStock', 'default', 'TWO'],
    ['transferOut', 'inTransit', 'default', 'TWO'],
    ['transferIn', 'inStock', 'north', 'TWO'],
  ]);
});

test('what is missing at the last receipt is lost by name', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2', '3'] });
  const no = fresh('TR');
  await at.domain.outbound.transfer(plan(no, skuId, 3), at.call);
  await receive(no, {
    ...{ documentNo: `${no}/1`, isFinal: true, writeOff: { reason: 'two are missing' } },
    lines: [{ line: 1, quantity: 1, serials: ['2'] }],
  });
  expect(await statesOf(at, skuId)).toEqual({ 1: 'lost', 2: 'inStock', 3: 'lost' });
});

test('pieces on their way are nobody else to sell, return or receive, and come back when the transfer is called off', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2'] });
  const no = fresh('TR');
  await at.domain.outbound.transfer({ ...plan(no, skuId, 1), serials: [{ line: 1, serials: ['2'] }] }, at.call);
  const lines = [{ skuId, quantity: 1, locationId: 'default', unitCost: '1.00', serials: ['2'] }];
  expect(await refusalOf(at.domain.inbound.return({ documentNo: fresh('RT'), lines }, at.call))).toMatchObject({
    kind: 'invalidState',
    details: { noun: 'serial', id: '2', state: 'inTransit' },
  });
  const lost = { documentNo: `${no}/1`, lines: [{ line: 1, quantity: 1, serials: ['1'] }] };
  expect(await refusalOf(receive(no, lost))).toMatchObject({ kind: 'notFound', details: { noun: 'serial', id: '1' } });
  await at.domain.transfers.cancel({ transferNo: no, reason: 'not needed' }, at.call);
  expect(await placesOf(at, skuId)).toEqual({ 1: 'ONE@default', 2: 'ONE@default' });
});

test('a SKU with pieces in transit stays tracked', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1'] });
  await at.domain.outbound.transfer(plan(fresh('TR'), skuId, 1), at.call);
  const told = await refusalOf(at.domain.skus.update({ skuId, serialTracked: false }, at.call));
  expect(told).toMatchObject({ kind: 'invalidState', details: { state: 'in transit' } });
});
