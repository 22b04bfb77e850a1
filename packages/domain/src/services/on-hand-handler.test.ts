/** The port that costing will use: called inside the transaction, once a unit of work, with every change of onHand; if it fails, all fails. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ComingMove, OnHandChange } from '../ports/on-hand-handler.ts';
import type { Tx } from '../persistence/transaction.ts';
import { changedBy, valueOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let calls: (readonly OnHandChange[])[] = [];
/** What it was told before that, and whether its transaction then heard of changes. */
let coming: (ComingMove & { readonly tx: Tx })[] = [];
let heardIn: Tx[] = [];
/** The place of the change at which the double fails. */
let failsAt: number | undefined;

beforeAll(async () => {
  at = await openTestDomain({
    ports: {
      onHandHandlers: [
        Object.assign(handle, {
          prepare: async (tx: Tx, told: ComingMove) => {
            coming.push({ ...told, tx });
          },
        }),
      ],
    },
  });
  await at.dataSource.query('CREATE TABLE costed (sku varchar(64) NOT NULL, delta int NOT NULL)');
});
beforeEach(() => {
  [calls, coming, heardIn, failsAt] = [[], [], [], undefined];
});
afterAll(() => closeSound(at));

async function handle(tx: Tx, changes: readonly OnHandChange[]): Promise<void> {
  calls.push(changes);
  heardIn.push(tx);
  for (const [place, change] of changes.entries()) {
    if (place === failsAt) throw new Error(`cannot cost change ${place}`);
    await tx.write('INSERT INTO costed (sku, delta) VALUES (?, ?)', [change.skuId, change.onHandDelta]);
  }
}

const brief = (changes: readonly OnHandChange[] | undefined) =>
  changes?.map(({ skuId, kind, onHandDelta, version }) => [skuId, kind, onHandDelta, version]);

test('a receipt is one call with every line, its cost and its document', async () => {
  const occurredAt = secondsFromNow(-60);
  const lines = [receipt('A', 10, { unitCost: '1.50' }), receipt('B', 20), receipt('A', 5, { unitCost: '2.00' })];
  const document = await at.domain.inbound.purchase(inbound('P1', lines, { occurredAt }), at.call);
  expect(calls).toHaveLength(1);
  expect(brief(calls[0])).toEqual([
    ['A', 'receive', 10, 1],
    ['B', 'receive', 20, 1],
    ['A', 'receive', 5, 2],
  ]);
  expect(calls[0]?.map(({ unitCost }) => unitCost)).toEqual([1_500_000n, 2_500_000n, 2_000_000n]);
  for (const change of calls[0] ?? []) {
    expect(change).toMatchObject({ documentId: document.id, reservationId: null, occurredAt, locationId: 'default' });
  }
  const { items } = await at.domain.stock.movements({ documentId: document.id, limit: 9 });
  expect(new Set(calls[0]?.map(({ commandId }) => commandId))).toEqual(new Set([items[0]?.commandId]));
});

test('who prepares is told once a document what will leave of each SKU, and of pieces nothing', async () => {
  const occurredAt = secondsFromNow(-30);
  const lines = [receipt('X', 9), receipt('Y', 9), receipt('X', 1, { batchNo: 'LATER' })];
  await at.domain.inbound.purchase(inbound('PX', lines, { occurredAt }), at.call);
  const wanted = ['X', 'Y', 'X'].map((skuId, place) => ({ skuId, quantity: place + 1 }));
  await at.domain.outbound.sales(sale('OX', wanted), at.call);
  const short = sale('OY', [{ skuId: 'Y', quantity: 99 }]);
  await expect(at.domain.outbound.sales(short, at.call)).rejects.toMatchObject({ kind: 'insufficientStock' });
  expect(coming.map(({ leaving }) => Object.fromEntries(leaving))).toEqual([{ X: 0, Y: 0 }, { X: 4, Y: 2 }, { Y: 99 }]);
  expect(coming.map(({ tx }) => heardIn.indexOf(tx))).toEqual([0, 1, -1]);
  expect(coming[0]?.occurredAt).toBe(occurredAt);
  expect(coming[1]?.occurredAt).toBe(calls[1]?.[0]?.occurredAt);
  await at.domain.skus.create({ skuId: 'PIECE', serialTracked: true }, at.call);
  const pieces = [receipt('PIECE', 1, { serials: ['one'] }), receipt('X', 1)];
  await at.domain.inbound.purchase(inbound('PZ', pieces), at.call);
  expect(coming).toHaveLength(3);
});

test('a change tells all that the engine had loaded: the batch, its expiry, and which type of document made it', async () => {
  const lines = [receipt('E', 3, { batchNo: 'LOT', expiresAt: '2199-01-01T00:00:00Z' }), receipt('F', 1)];
  const { documentNo } = await at.domain.inbound.purchase(inbound('PE', lines), at.call);
  await at.domain.outbound.damage(
    { documentNo, operator: 'anna', reason: 'fell', lines: [{ skuId: 'E', quantity: 1 }] },
    at.call,
  );
  expect(calls.flat()).toMatchObject([
    { batchNo: 'LOT', expiresAt: '2199-01-01T00:00:00.000000Z', documentType: 'purchase', inTransitDelta: 0 },
    { batchNo: 'PE-2', expiresAt: null, documentType: 'purchase' },
    { batchNo: 'LOT', expiresAt: '2199-01-01T00:00:00.000000Z', documentType: 'damage' },
  ]);
});

test('goods on their way leave one side and come to the other; those that are lost are told, though no level moves', async () => {
  await at.domain.locations.create({ locationId: 'far', priority: 300 }, at.call);
  await at.domain.inbound.purchase(inbound('PT', [receipt('T', 9, { batchNo: 'LOT' })]), at.call);
  const plan = { transferNo: 'T', fromLocationId: 'default', toLocationId: 'far' };
  const { document } = await at.domain.outbound.transfer({ ...plan, lines: [{ skuId: 'T', quantity: 6 }] }, at.call);
  const some = { lines: [{ line: 1, quantity: 4 }], isFinal: true, writeOff: { reason: 'fell off' } };
  await at.domain.transfers.receive({ transferNo: 'T', ...some }, at.call);
  expect(calls.flat().slice(1)).toMatchObject([
    { kind: 'transferOut', onHandDelta: -6, inTransitDelta: 6, locationId: 'default' },
    { kind: 'transferIn', onHandDelta: 4, inTransitDelta: -4, locationId: 'far' },
    { kind: 'lost', onHandDelta: 0, inTransitDelta: -2, version: null, batchNo: 'LOT', documentId: document.id },
  ]);
});

test('a sale is one call with what was held and what was free', async () => {
  const { id } = await at.domain.reservations.reserve(hold('A', 4, 'O-1'), at.call);
  expect(calls, 'a reservation costs nothing').toEqual([]);
  await at.domain.reservations.confirm({ id }, at.call);
  const lines = [
    { skuId: 'A', quantity: 6 },
    { skuId: 'B', quantity: 1 },
  ];
  const document = await at.domain.outbound.sales(sale('O-1', lines), at.call);
  expect(calls).toHaveLength(1);
  expect(brief(calls[0])).toEqual([
    ['A', 'deduct', -4, 4],
    ['A', 'ship', -2, 5],
    ['B', 'ship', -1, 2],
  ]);
  expect(calls[0]).toMatchObject([
    { reservationId: id, documentId: document.id, unitCost: null },
    { reservationId: null },
    {},
  ]);
});

test('deduct, return and batch.create are told as well; release, expiry and refusals are not', async () => {
  const { id } = await at.domain.reservations.reserve(hold('B', 3, 'O-2'), at.call);
  await at.domain.reservations.deduct({ id, quantity: 2 }, at.call);
  await at.domain.reservations.release({ id }, at.call);
  await at.domain.inbound.return(inbound('R1', [receipt('B', 2)]), at.call);
  const made = { skuId: 'C', batchNo: 'LOT', locationId: 'default', unitCost: '1.00', qualityLevel: 'A' };
  await at.domain.batches.create({ ...made, quantity: 8 }, at.call);
  await at.domain.batches.create({ ...made, batchNo: 'EMPTY', quantity: 0 }, at.call);
  await at.domain.reservations.reserve(hold('C', 1, { businessId: 'O-3', ttlSeconds: 1 }), at.call);
  at.advance(2);
  await at.domain.reservations.expireDue({ limit: 10 }, at.call);
  await at.domain.outbound.sales(sale('O-4', [{ skuId: 'C', quantity: 99 }]), at.call).catch(() => undefined);
  expect(calls.map(brief)).toEqual([[['B', 'deduct', -2, 4]], [['B', 'return', 2, 6]], [['C', 'receive', 8, 1]]]);
  expect(calls[0]?.[0]).toMatchObject({ reservationId: id, documentId: null });
});

describe('a handler that fails leaves nothing:', () => {
  const everyTable = (work: () => Promise<unknown>) => changedBy(at.dataSource, work);

  test.each([0, 1, 2])('at change %i of a receipt', async (place) => {
    failsAt = place;
    const lines = [receipt('NEW', 1), receipt('A', 1), receipt('B', 1)];
    const input = inbound('P2', lines, { idempotencyKey: 'P2' });
    const changed = await everyTable(async () => {
      await expect(at.domain.inbound.purchase(input, at.call)).rejects.toThrow(`cannot cost change ${place}`);
    });
    expect(changed).toEqual([]);
    expect(calls, 'a bug is not tried again').toHaveLength(1);
  });

  test('at the second change of a sale; with the fault gone the same key succeeds', async () => {
    const { id } = await at.domain.reservations.reserve(hold('A', 1, 'O-5'), at.call);
    const input = sale('O-5', [{ skuId: 'A', quantity: 2 }], { idempotencyKey: 'O-5' });
    failsAt = 1;
    const changed = await everyTable(async () => {
      await expect(at.domain.outbound.sales(input, at.call)).rejects.toThrow('cannot cost change 1');
    });
    expect(changed).toEqual([]);
    failsAt = undefined;
    const sold = await at.domain.outbound.sales(input, at.call);
    expect(sold.lines.map(({ reservationId }) => reservationId)).toEqual([id, null]);
    expect(await at.domain.outbound.sales(input, at.call)).toEqual(sold);
  });

  test('on deduct, whose reservation stays as it was', async () => {
    const { id, version } = await at.domain.reservations.reserve(hold('A', 1, 'O-6'), at.call);
    failsAt = 0;
    await expect(at.domain.reservations.deduct({ id }, at.call)).rejects.toThrow('cannot cost change 0');
    expect(await at.domain.reservations.get({ id })).toMatchObject({ state: 'active', held: 1, version });
  });
});

test('what was costed is what lies there: nothing was told that did not happen, or kept that was told in vain', async () => {
  expect(await valueOf(at.dataSource, 'SELECT SUM(delta) FROM costed')).toBe(
    await valueOf(at.dataSource, 'SELECT SUM(on_hand) FROM stock_level'),
  );
});
