/** Merges, splits and corrections, in as few words as a test needs. */
import type { Batch } from '@granary/contracts/batch';
import type { BatchMerge, BatchMergeInput, BatchSplit, BatchUpdateInput } from '@granary/contracts/batch-life';
import type { InboundLine } from '@granary/contracts/document';
import { inbound, receipt } from './inputs.ts';
import type { TestDomain } from './test-domain.ts';

let made = 0;

/** A name that no other test of the file has. */
export function fresh(prefix = 'N'): string {
  return `${prefix}-${(made += 1)}`;
}

export interface Shelf {
  readonly at: TestDomain;
  readonly skuId: string;
  /** By batch number. */
  readonly ids: Readonly<Record<string, string>>;
  id(batchNo: string): string;
}

/** A SKU of its own with one receipt for every line, one after the other. */
export async function shelfOf(
  at: TestDomain,
  lines: Readonly<Record<string, number | (Partial<InboundLine> & { readonly quantity: number })>>,
): Promise<Shelf> {
  const skuId = fresh('S');
  const ids: Record<string, string> = {};
  for (const [batchNo, of] of Object.entries(lines)) {
    const { quantity, ...more } = typeof of === 'number' ? { quantity: of } : of;
    const line = receipt(skuId, quantity, { batchNo, ...more });
    const document = await at.domain.inbound.purchase(inbound(fresh('P'), [line]), at.call);
    ids[batchNo] = document.lines[0]?.batchId ?? '';
  }
  return { at, skuId, ids, id: (batchNo) => ids[batchNo] ?? '' };
}

export function merge(
  { at, id }: Pick<Shelf, 'at' | 'id'>,
  numbers: readonly string[],
  more: Partial<BatchMergeInput> & Pick<BatchMergeInput, 'targetBatchNo'>,
): Promise<BatchMerge> {
  return at.domain.batches.merge({ batchIds: numbers.map((number) => id(number)), ...more }, at.call);
}

export function split(at: TestDomain, batchId: string, ...quantities: readonly number[]): Promise<BatchSplit> {
  return at.domain.batches.split({ batchId, quantities: [...quantities] }, at.call);
}

export function correct(at: TestDomain, batchId: string, fields: Omit<BatchUpdateInput, 'batchId'>): Promise<Batch> {
  return at.domain.batches.update({ batchId, ...fields }, at.call);
}

export async function sweep(at: TestDomain): Promise<readonly string[]> {
  return (await at.domain.batches.expireDue({ limit: 500 }, at.call)).batchIds;
}
