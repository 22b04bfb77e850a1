/** Names of pieces that do not fit are refused in every call that takes them, and the piece at fault is told. */
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adjusting, counting, levelOf } from '../testing/adjustment-inputs.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { batchIdOf, freezing } from '../testing/lock-inputs.ts';
import { fresh, placesOf, receivePieces, statesOf, trackedSku } from '../testing/pieces.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let skuId: string;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));
/** `ONE` has 1, 2 and 3, `TWO` has 4 and 5. */
beforeEach(async () => {
  skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2', '3'], TWO: ['4', '5'] });
});

const unknownPiece = { kind: 'notFound', details: { noun: 'serial', id: 'X' } };
const badField = (path: string) => ({ kind: 'validation', details: { issues: [{ path }] } });
const freeze = async (batchNo: string) => {
  const batchId = await batchIdOf(at, skuId, batchNo);
  return await at.domain.locks.operation(freezing([batchId]), at.call);
};

describe('an adjustment', () => {
  test('cannot take away a piece that nobody has seen, nor one that is frozen', async () => {
    const take = (serials: string[], more = {}) =>
      refusalOf(at.domain.adjustments.adjust(adjusting(skuId, -1, { serials, ...more }), at.call));
    expect(await take(['X'])).toMatchObject(unknownPiece);
    const batchId = await batchIdOf(at, skuId, 'TWO');
    expect(await take(['1'], { batchId })).toMatchObject(badField('serials'));
    await freeze('ONE');
    expect(await take(['1'])).toMatchObject({ kind: 'lockConflict' });
  });

  test('a count that finds as many as there should be needs no names', async () => {
    const { onHandVersion } = await levelOf(at, skuId);
    const counted = await at.domain.adjustments.count(counting(skuId, 5, { onHandVersion }), at.call);
    expect(counted.lines).toEqual([]);
  });
});

describe('a sale', () => {
  test('cannot take a piece of frozen goods', async () => {
    await freeze('TWO');
    const lines = [{ skuId, quantity: 1, serials: ['4'] }];
    expect(await refusalOf(at.domain.outbound.sales(sale(fresh('O'), lines), at.call))).toMatchObject({
      kind: 'lockConflict',
    });
  });

  test('of more pieces than one call may move is refused as a whole', async () => {
    const many = (from: number) => Array.from({ length: 1000 }, (_, each) => `P${from + each}`);
    const lines = Array.from({ length: 10 }, (_, each) =>
      receipt(skuId, 1000, { batchNo: `LOT-${each}`, serials: many(each * 1000) }),
    );
    await at.domain.inbound.purchase(inbound(fresh('PO'), lines), at.call);
    const refusal = await refusalOf(at.domain.outbound.sales(sale(fresh('O'), [{ skuId, quantity: 10_001 }]), at.call));
    expect(refusal).toMatchObject({ kind: 'validation' });
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 10_005 });
  });
});

describe('a deduct', () => {
  test('names pieces of its own SKU, and as many as it takes', async () => {
    const { id } = await at.domain.reservations.reserve(hold(skuId, 4, fresh('O')), at.call);
    const deduct = (more: object) => at.domain.reservations.deduct({ id, quantity: 2, ...more }, at.call);
    expect(await refusalOf(deduct({ serials: ['X', '1'] }))).toMatchObject(unknownPiece);
    expect(await refusalOf(deduct({ serials: ['1'] }))).toMatchObject(badField('serials'));
    await deduct({ serials: ['4', '2'] });
    const done = await deduct({ quantity: undefined, serials: ['1', '3'] });
    expect(done.reservations).toMatchObject([{ state: 'fulfilled', fulfilled: 4 }]);
    expect(await placesOf(at, skuId)).toEqual({ 5: 'TWO@default' });
    // The hold has ended: a repeat asks nothing of its pieces.
    expect(await deduct({ quantity: undefined, serials: ['1', '3'] })).toEqual(done);
  });

  test('whose pieces come back names the reservation, and only the SKU that it held', async () => {
    const { id } = await at.domain.reservations.reserve(hold(skuId, 4, fresh('O')), at.call);
    await at.domain.reservations.deduct({ id, quantity: 2, serials: ['1', '4'] }, at.call);
    const back = (sku: string, serials?: string[]) => ({
      documentNo: fresh('RT'),
      lines: [{ skuId: sku, quantity: 1, locationId: 'default', reservationId: id, serials }],
    });
    await at.domain.inbound.purchase(inbound(fresh('PO'), [receipt('PLAIN', 1)]), at.call);
    expect(await refusalOf(at.domain.inbound.return(back('PLAIN'), at.call))).toMatchObject(badField('lines.0.skuId'));
    const document = await at.domain.inbound.return(back(skuId, ['4']), at.call);
    expect(document.lines).toMatchObject([{ batchNo: 'TWO', serials: ['4'], original: { reservationId: id } }]);
    expect(await statesOf(at, skuId)).toMatchObject({ 1: 'sold', 4: 'inStock' });
  });
});

describe('a split', () => {
  test('gives each child its pieces, or says whose are missing', async () => {
    const batchId = await batchIdOf(at, skuId, 'ONE');
    const split = (serials: string[][], more = {}) =>
      at.domain.batches.split(
        { batchId, quantities: [1, 1], serials, operator: 'Ann', reason: 'sorted', ...more },
        at.call,
      );
    expect(await refusalOf(split([['1']]))).toMatchObject(badField('serials'));
    expect(await refusalOf(split([['1'], ['X']]))).toMatchObject(unknownPiece);
    expect(await refusalOf(split([['1'], ['2']], { occurredAt: '2999-01-01T00:00:00Z' }))).toMatchObject(
      badField('occurredAt'),
    );
    await split([['3'], ['2']]);
    expect(await placesOf(at, skuId)).toMatchObject({ 1: 'ONE@default', 2: 'ONE-2@default', 3: 'ONE-1@default' });
  });
});

describe('a transfer', () => {
  const lines = () => [
    { skuId, quantity: 2 },
    { skuId, quantity: 1 },
  ];
  const draft = async () => {
    const transferNo = fresh('TR');
    await at.domain.transfers.create(
      { transferNo, fromLocationId: 'default', toLocationId: 'north', lines: lines() },
      at.call,
    );
    return transferNo;
  };
  const shipped = async () => {
    const transferNo = await draft();
    const serials = [
      { line: 1, serials: ['1', '4'] },
      { line: 2, serials: ['2'] },
    ];
    await at.domain.transfers.ship({ transferNo, serials }, at.call);
    return transferNo;
  };
  const receive = (transferNo: string, parts: object[]) =>
    at.domain.transfers.receive(
      transferReceiveInput.parse({ transferNo, documentNo: fresh('TI'), lines: parts }),
      at.call,
    );

  test.each([
    ['a line that it does not have', [{ line: 9, serials: ['1'] }], 'serials.0.line'],
    [
      'a line twice',
      [
        { line: 2, serials: ['1'] },
        { line: 2, serials: ['2'] },
      ],
      'serials.1.line',
    ],
  ])('does not leave with pieces for %s', async (_what, serials, path) => {
    const transferNo = await draft();
    expect(await refusalOf(at.domain.transfers.ship({ transferNo, serials }, at.call))).toMatchObject(badField(path));
  });

  test('does not leave without the goods', async () => {
    const transferNo = await draft();
    await at.domain.outbound.sales(sale(fresh('O'), [{ skuId, quantity: 4 }]), at.call);
    expect(await refusalOf(at.domain.transfers.ship({ transferNo }, at.call))).toMatchObject({
      kind: 'insufficientStock',
    });
  });

  test('arrives and is written off by pieces of the line, beside lines that name none', async () => {
    const transferNo = await shipped();
    expect(await refusalOf(receive(transferNo, [{ line: 9, quantity: 1, serials: ['1'] }]))).toMatchObject(
      badField('lines.0.serials'),
    );
    expect(await refusalOf(receive(transferNo, [{ line: 1, quantity: 2, serials: ['1'] }]))).toMatchObject(
      badField('lines.0.serials'),
    );
    expect(await refusalOf(receive(transferNo, [{ line: 2, quantity: 1, serials: ['1'] }]))).toMatchObject({
      details: { noun: 'serial', id: '1' },
    });
    const writeOff = (parts: { line: number; quantity: number; serials?: string[] }[]) =>
      at.domain.transfers.writeOff({ transferNo, lines: parts, reason: 'fell off' }, at.call);
    expect(await refusalOf(writeOff([{ line: 2, quantity: 1, serials: ['4'] }]))).toMatchObject({
      details: { noun: 'serial', id: '4' },
    });
    await receive(transferNo, [
      { line: 1, quantity: 1, serials: ['4'] },
      { line: 2, quantity: 1 },
    ]);
    expect(await statesOf(at, skuId)).toMatchObject({ 1: 'inTransit', 2: 'inStock', 4: 'inStock' });
    await writeOff([{ line: 1, quantity: 1, serials: ['1'] }]);
    expect(await statesOf(at, skuId)).toMatchObject({ 1: 'lost' });
  });
});
