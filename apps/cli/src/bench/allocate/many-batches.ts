/** One SKU with many batches of few units each, and the oldest of them used up. */
import type { Domain } from '@granary/domain';
import { call } from '../load/stock.ts';

const LINES_A_DOCUMENT = 1000;
const UNITS_A_BATCH = 1000;
/** Batches that one hold takes whole. */
const BATCHES_A_HOLD = 100;

export async function receiveBatches({ inbound }: Domain, skuId: string, batches: number): Promise<void> {
  for (let from = 0; from < batches; from += LINES_A_DOCUMENT) {
    const lines = Array.from({ length: Math.min(LINES_A_DOCUMENT, batches - from) }, (_, at) => ({
      ...{ skuId, quantity: UNITS_A_BATCH, unitCost: '1.00', batchNo: `B-${String(from + at).padStart(6, '0')}` },
      ...{ locationId: 'default', qualityLevel: 'A' as const },
    }));
    await inbound.purchase({ documentNo: `${skuId}-${from}`, lines }, call);
  }
}

export async function useUp({ reservations }: Domain, skuId: string, batches: number): Promise<void> {
  for (let from = 0; from < batches; from += BATCHES_A_HOLD) {
    const quantity = Math.min(BATCHES_A_HOLD, batches - from) * UNITS_A_BATCH;
    const line = { skuId, quantity, type: 'other', businessId: `used-${from}`, lineId: '', replace: false } as const;
    await reservations.reserve(line, call);
  }
}
