/** The batches of a draft, which are asked for one by one and SKU by SKU: a unit for many calls has those of many SKUs. */
import type { BatchRow } from '../entities/batch.ts';

export class BatchBook extends Map<string, BatchRow> {
  /** A batch never changes its SKU. Declared and not initialised: Map's own constructor calls `set` before fields are made. */
  declare private bySku: Map<string, Set<string>> | undefined;

  override set(batchId: string, batch: BatchRow): this {
    this.bySku ??= new Map();
    const known = this.bySku.get(batch.skuId);
    if (known === undefined) this.bySku.set(batch.skuId, new Set([batchId]));
    else known.add(batchId);
    return super.set(batchId, batch);
  }

  /** In the order in which they came. */
  ofSku(skuId: string): readonly BatchRow[] {
    const found: BatchRow[] = [];
    for (const batchId of this.bySku?.get(skuId) ?? []) {
      const batch = this.get(batchId);
      if (batch !== undefined) found.push(batch);
    }
    return found;
  }
}
