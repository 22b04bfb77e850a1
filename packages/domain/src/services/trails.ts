/**
 * On which shelf a plain SKU was looked for the last time, so that the packet that locks its levels may ask for the batches
 * as well. A trail says where to look and never what is there; what was found so is held against what is asked.
 */
import type { CandidateQuery } from '../persistence/batch-store.ts';
import type { Shelf } from '../persistence/candidate-store.ts';
import { present } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';

export interface Trails {
  /** Undefined unless there is one of each. */
  of(skuIds: readonly string[]): readonly Shelf[] | undefined;
  /** Where these queries looked first. What is no plain stock leaves no trail, as its definition is locked before levels. */
  note(draft: Pick<Draft, 'skus'>, queries: readonly CandidateQuery[]): void;
  forget(skuIds: readonly string[]): void;
}

/** The oldest give way. */
const MOST = 50_000;

export function createTrails(): Trails {
  const known = new Map<string, Shelf>();
  return {
    of: (skuIds) => {
      const named = [...new Set(skuIds)];
      const shelves = named.flatMap((skuId) => known.get(skuId) ?? []);
      return shelves.length === named.length ? shelves : undefined;
    },
    note: (draft, queries) => {
      for (const { skuId, locationIds, scan } of queries) {
        const [locationId] = locationIds;
        const last = known.get(skuId);
        if (locationId === undefined || scan === 'all' || draft.skus.get(skuId)?.kind !== 'stock') continue;
        if (last?.locationId === locationId && last.scan === scan) continue;
        known.set(skuId, { skuId, locationId, scan });
        if (known.size > MOST) known.delete(present(known.keys().next().value, 'a trail'));
      }
    },
    forget: (skuIds) => {
      for (const skuId of skuIds) known.delete(skuId);
    },
  };
}
