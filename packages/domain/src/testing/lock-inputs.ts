/** Locks, recalls and the batches that they name, in as few words as a test needs. */
import type { LockBusinessInput, LockOperationInput } from '@granary/contracts/lock';
import type { BatchRecallInput } from '@granary/contracts/trace';
import type { TestDomain } from './test-domain.ts';

/** `lot` is its number at `default`, or number and place. */
export async function batchIdOf(
  at: TestDomain,
  skuId: string,
  lot: string | { readonly batchNo: string; readonly locationId: string },
): Promise<string> {
  const { batchNo, locationId } = typeof lot === 'string' ? { batchNo: lot, locationId: 'default' } : lot;
  const { items } = await at.domain.batches.list({ skuId, locationId, limit: 500 });
  const found = items.find((batch) => batch.batchNo === batchNo);
  if (found === undefined) throw new Error(`no batch ${batchNo} of ${skuId} at ${locationId}`);
  return found.batchId;
}

export function lockOn(
  businessId: string,
  quantities: Readonly<Record<string, number>>,
  more: Partial<LockBusinessInput> = {},
): LockBusinessInput {
  const batches = Object.entries(quantities).map(([batchId, quantity]) => ({ batchId, quantity }));
  return { batches, type: 'promotion', businessId, reason: 'set aside', ...more };
}

export function freezing(batchIds: readonly string[], more: Partial<LockOperationInput> = {}): LockOperationInput {
  return { batchIds: [...batchIds], operationType: 'inspection', operator: 'Ida', reason: 'a look at it', ...more };
}

export function recalling(skuId: string, batchNo: string, more: Partial<BatchRecallInput> = {}): BatchRecallInput {
  return { skuId, batchNo, reason: 'glass in it', operator: 'Ida', otherLocations: false, ...more };
}
