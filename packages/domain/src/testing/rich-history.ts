/** A history in which every kind of movement, every ending of a reservation and every kind of document occurs. */
import type { TestDomain } from './test-domain.ts';
import { buildPieces } from './rich-pieces.ts';
import { batchIdOf, freezing, lockOn } from './lock-inputs.ts';
import { hold, inbound, receipt, sale } from './inputs.ts';

export async function buildRichHistory(at: TestDomain): Promise<void> {
  const { domain, call } = at;
  const { reservations } = domain;
  await domain.locations.create({ locationId: 'north', priority: 150 }, call);
  await domain.locations.create({ locationId: 'south', priority: 200 }, call);
  await domain.skus.create({ skuId: 'H1', spuId: 'H', shelfLifeDays: 30 }, call);
  const first = [
    receipt('H1', 40, { batchNo: 'LOT-1', unitCost: '1.00' }),
    receipt('H1', 25, { batchNo: 'LOT-1', locationId: 'north' }),
    receipt('H1', 10, { batchNo: 'LOT-2', locationId: 'north', qualityLevel: 'B' }),
    receipt('H2', 60),
    receipt('商品-3', 12, { unitCost: '99.999999' }),
  ];
  await domain.inbound.purchase(inbound('PO-1', first, { supplier: 'Acme' }), call);
  await domain.inbound.purchase(inbound('PO-2', [receipt('H1', 5, { batchNo: 'LOT-1', unitCost: '3.00' })]), call);
  await domain.inbound.return(inbound('RET-1', [receipt('H2', 2)], { reason: 'too small' }), call);
  await domain.batches.create(
    { skuId: 'H4', batchNo: 'B-1', locationId: 'south', quantity: 9, unitCost: '0.10', qualityLevel: 'A' },
    call,
  );
  await domain.stock.configure({ skuId: 'H2', locationId: 'default', warningThreshold: 5 }, call);

  const confirmed = await reservations.reserve(hold('H1', 50, 'O-1'), call);
  await reservations.confirm({ id: confirmed.id }, call);
  await reservations.deduct({ id: confirmed.id, quantity: 3 }, call);
  const cart = hold('H2', 4, { businessId: 'CART-1', type: 'cart', ttlSeconds: 600 });
  await reservations.reserveMany({ lines: [cart, { ...cart, skuId: 'H1', quantity: 2 }] }, call);
  await reservations.extend({ type: 'cart', businessId: 'CART-1', ttlSeconds: 1200 }, call);
  await reservations.reserve({ ...cart, quantity: 6, replace: true }, call);
  const order = { type: 'order' as const, businessId: 'O-2' };
  await reservations.convert({ from: { type: 'cart', businessId: 'CART-1' }, to: order }, call);
  await domain.outbound.sales(sale('O-2', [{ skuId: 'H2', quantity: 9 }]), call);
  await reservations.release({ ...order, reason: 'bought less' }, call);
  await reservations.reserve(hold('H4', 5, { businessId: 'O-3', ttlSeconds: 30 }), call);
  await reservations.reserve(hold('H4', 4, { businessId: 'O-4', ttlSeconds: 31 }), call);
  at.advance(32);
  await reservations.reserve({ ...hold('H4', 7, 'O-5'), idempotencyKey: 'met-them' }, call);
  await reservations.reserve(hold('商品-3', 12, { businessId: 'O-6', ttlSeconds: 5 }), call);
  at.advance(6);
  await reservations.expireDue({ limit: 100 }, call);
  await reservations.reserve({ ...hold('H2', 500, 'O-7'), idempotencyKey: 'refused' }, call).catch(() => undefined);
  await reservations.reserve(hold('H2', 8, 'O-8'), call);
  await domain.outbound.sales(sale('O-9', [{ skuId: 'H2', quantity: 1 }], { idempotencyKey: 'sold' }), call);
  await buildLocks(at);
  await buildDocuments(at);
  await buildAssemblies(at);
  await buildTransfers(at);
  await buildPieces(at);
}

/** A business lock that stands, one that was released, and a batch that is frozen. */
async function buildLocks(at: TestDomain): Promise<void> {
  const { locks, inbound: inbounds } = at.domain;
  const lines = [receipt('H5', 20, { batchNo: 'L-1' }), receipt('H5', 20, { batchNo: 'L-2' })];
  await inbounds.purchase(inbound('PO-5', lines), at.call);
  const [kept, frozen] = [await batchIdOf(at, 'H5', 'L-1'), await batchIdOf(at, 'H5', 'L-2')];
  await locks.business(lockOn('LOCK-1', { [kept]: 4, [frozen]: 5 }, { ttlSeconds: 0 }), at.call);
  const { id } = await locks.business(lockOn('LOCK-2', { [kept]: 6 }), at.call);
  await locks.release({ lockId: id, reason: 'over' }, at.call);
  await locks.operation(freezing([frozen]), at.call);
}

/** One transfer received in part and partly lost, one called back, one done; a purchase that is expected. */
async function buildTransfers(at: TestDomain): Promise<void> {
  const { call } = at;
  const { inbound: inbounds, outbound, transfers, inTransit } = at.domain;
  await inbounds.purchase(inbound('PO-8', [receipt('H9', 20, { batchNo: 'V-1' })]), call);
  const send = (transferNo: string) =>
    outbound.transfer(
      { transferNo, fromLocationId: 'default', toLocationId: 'north', lines: [{ skuId: 'H9', quantity: 5 }] },
      call,
    );
  for (const transferNo of ['TR-1', 'TR-2', 'TR-3']) await send(transferNo);
  const lines = [{ line: 1, quantity: 2 }];
  await transfers.receive({ transferNo: 'TR-1', documentNo: 'TR-1/1', lines, isFinal: false }, call);
  await transfers.writeOff({ transferNo: 'TR-1', lines: [{ line: 1, quantity: 1 }], reason: 'lost' }, call);
  await transfers.cancel({ transferNo: 'TR-2', reason: 'mistake' }, call);
  await transfers.receive({ transferNo: 'TR-3', isFinal: true }, call);
  const expected = [{ skuId: 'H9', locationId: 'north', quantity: 3 }];
  const order = { reference: 'EXP-1', source: 'purchase', expectedAt: '2036-01-01T00:00:00.000000Z' } as const;
  await inTransit.create({ ...order, lines: expected }, call);
}

/** A bundle held at two places and shipped in part, and a virtual SKU that is held and sold. */
async function buildAssemblies(at: TestDomain): Promise<void> {
  const { call } = at;
  const { bundles, inbound: inbounds, outbound, reservations, virtuals } = at.domain;
  const lines = ['default', 'north'].flatMap((locationId) => [
    receipt('H7', 6, { locationId, batchNo: `H7-${locationId}` }),
    receipt('H8', 20, { locationId, batchNo: `H8-${locationId}` }),
  ]);
  await inbounds.purchase(inbound('PO-7', lines), call);
  await bundles.create(
    {
      skuId: 'SET',
      components: [
        { skuId: 'H7', quantity: 2 },
        { skuId: 'H8', quantity: 1 },
      ],
    },
    call,
  );
  const held = await reservations.reserve(hold('SET', 5, 'O-11'), call);
  await reservations.deduct({ id: held.id, quantity: 2 }, call);
  await virtuals.create({ skuId: 'CASE', realSkuId: 'H8', ratio: 12, cap: 5 }, call);
  await reservations.reserve(hold('CASE', 1, 'O-12'), call);
  await outbound.sales(sale('O-13', [{ skuId: 'CASE', quantity: 1 }]), call);
}

/** Every type of document: an opening, goods that were made, sold, came back, went back, broke, and a reversal of each side. */
async function buildDocuments(at: TestDomain): Promise<void> {
  const { call } = at;
  const { inbound: inbounds, outbound } = at.domain;
  const why = { operator: 'Ann', reason: 'mistake' };
  const opening = { documentNo: 'OPEN', asOf: '2026-01-01T00:00:00.000000Z', lines: [receipt('H6', 10)] };
  await inbounds.opening(opening, call);
  const made = await inbounds.production(inbound('MADE', [receipt('H6', 5)]), call);
  await inbounds.purchase(inbound('PO-6', [receipt('H6', 5)]), call);
  await outbound.sales(sale('O-10', [{ skuId: 'H6', quantity: 4 }]), call);
  const lines = [{ skuId: 'H6', quantity: 1 }];
  const original = (originalDocumentNo: string) => ({ skuId: 'H6', quantity: 2, originalDocumentNo, originalLine: 1 });
  await inbounds.return({ documentNo: 'RET-2', lines: [{ ...original('O-10'), locationId: 'default' }] }, call);
  await outbound.supplierReturn({ documentNo: 'SR', supplier: 'Acme', lines: [original('PO-6')] }, call);
  await outbound.pick({ documentNo: 'PICK', lines }, call);
  const broken = await outbound.damage({ documentNo: 'DMG', reason: 'broken', lines }, call);
  await outbound.reverse({ documentId: broken.id, ...why }, call);
  await inbounds.reverse({ documentId: made.id, ...why }, call);
}
