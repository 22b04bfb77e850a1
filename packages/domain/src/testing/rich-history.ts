/** A history in which every kind of movement, every ending of a reservation and every kind of document occurs. */
import type { TestDomain } from './test-domain.ts';
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
}
