/** What the call under judgement has taken or freed so far: units of batches, and units of virtual SKUs that may only be held so many at a time. */
import type { OracleBatch } from './world.ts';

export interface Take {
  readonly batchId: string;
  readonly quantity: number;
}

export interface Draft {
  /** By batch: taken (positive) or freed (negative). */
  readonly batches: Map<string, number>;
  /** By SKU, in its own units. */
  readonly units: Map<string, number>;
}

export function openDraft(): Draft {
  return { batches: new Map(), units: new Map() };
}

export function freeOf(batch: OracleBatch, draft: Draft): number {
  return batch.onHand - batch.reserved - batch.locked - (draft.batches.get(batch.id) ?? 0);
}

export function note(draft: Draft, takes: readonly Take[], sign: 1 | -1 = 1): void {
  for (const take of takes)
    draft.batches.set(take.batchId, (draft.batches.get(take.batchId) ?? 0) + sign * take.quantity);
}

export function noteUnits(draft: Draft, skuId: string, units: number): void {
  draft.units.set(skuId, (draft.units.get(skuId) ?? 0) + units);
}
