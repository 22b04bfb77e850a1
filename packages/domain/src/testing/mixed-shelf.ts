/** One SKU whose stock is of every kind: free, held, near its end, expired, frozen, of another quality, at closed places. */
import { daysFromNow, hold, inbound, receipt } from './inputs.ts';
import type { TestDomain } from './test-domain.ts';

export const MIXED = 'MIXED';

/** Numbers of batches are words, so that a test reads like the shelf. What is free in all: 37. */
export async function fillMixedShelf(at: TestDomain): Promise<void> {
  const { domain, call } = at;
  await domain.locations.create({ locationId: 'north', priority: 10 }, call);
  await domain.locations.create({ locationId: 'closed' }, call);
  await domain.locations.create({ locationId: 'shut' }, call);
  await domain.skus.create({ skuId: MIXED, spuId: 'PRODUCT' }, call);
  await domain.inbound.purchase(
    inbound('MIXED', [
      receipt(MIXED, 5, { batchNo: 'held' }),
      receipt(MIXED, 10, { batchNo: 'old', unitCost: '4.00', expiresAt: daysFromNow(0) }),
      receipt(MIXED, 10, { batchNo: 'soon', unitCost: '2.00', expiresAt: daysFromNow(4) }),
      receipt(MIXED, 10, { batchNo: 'fresh', unitCost: '1.00', expiresAt: daysFromNow(100) }),
      receipt(MIXED, 10, { batchNo: 'second', unitCost: '1.50', qualityLevel: 'B' }),
      receipt(MIXED, 10, { batchNo: 'frozen' }),
      receipt(MIXED, 7, { batchNo: 'north', unitCost: '3.00', locationId: 'north' }),
      receipt(MIXED, 9, { batchNo: 'closed', locationId: 'closed' }),
      receipt(MIXED, 8, { batchNo: 'shut', locationId: 'shut' }),
    ]),
    call,
  );
  await domain.reservations.reserve(hold(MIXED, 5, { businessId: 'HOLDER', locationId: 'default' }), call);
  await domain.locations.update({ locationId: 'closed', isActive: false }, call);
  await domain.stock.configure({ skuId: MIXED, locationId: 'shut', isActive: false }, call);
  const [frozen] = (await domain.batches.list({ skuId: MIXED, limit: 50 })).items.filter(
    ({ batchNo }) => batchNo === 'frozen',
  );
  const freezing = { operationType: 'inspection', operator: 'Somebody', reason: 'a look at it' };
  await domain.locks.operation({ batchIds: [frozen?.batchId ?? ''], ...freezing }, call);
  at.advance(86_400);
}
