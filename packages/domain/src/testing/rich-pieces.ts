/** Of the rich history: pieces with serial numbers that lie, travel, were sold, lost and withdrawn. */
import { batchIdOf } from './lock-inputs.ts';
import { hold, inbound, receipt, sale } from './inputs.ts';
import type { TestDomain } from './test-domain.ts';

export async function buildPieces(at: TestDomain): Promise<void> {
  const { domain, call } = at;
  const skuId = 'H12';
  await domain.skus.create({ skuId, serialTracked: true }, call);
  const lot = (batchNo: string, ...serials: string[]) => receipt(skuId, serials.length, { batchNo, serials });
  const lots = [lot('P-1', 'S01', 'S02', 'S03', 'S04', 'S05', 'S06'), lot('P-2', 'S07', 'S08', 'S09')];
  await domain.inbound.purchase(inbound('PO-P', lots), call);
  await domain.outbound.sales(sale('O-P1', [{ skuId, quantity: 1, serials: ['S08'] }]), call);
  const { id } = await domain.reservations.reserve(hold(skuId, 1, 'O-P2'), call);
  await domain.reservations.deduct({ id }, call);
  await domain.batches.split({ batchId: await batchIdOf(at, skuId, 'P-1'), quantities: [2] }, call);
  const transfer = { fromLocationId: 'default', toLocationId: 'north', lines: [{ skuId, quantity: 2 }] };
  await domain.outbound.transfer({ transferNo: 'T-P', ...transfer }, call);
  await domain.transfers.writeOff({ transferNo: 'T-P', lines: [{ line: 1, quantity: 1 }], reason: 'lost' }, call);
  const wrong = await domain.inbound.purchase(inbound('PO-P2', [lot('P-3', 'S10')]), call);
  await domain.inbound.reverse({ documentId: wrong.id, operator: 'Ann', reason: 'mistake' }, call);
}
