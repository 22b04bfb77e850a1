/**
 * What loadDraft loads, in one packet, with what stands first on the shelf of each SKU: for SKUs that this process has looked
 * for before. SKUs are read under the lock of their levels here, so none of them can become a bundle in between.
 */
import { loadBatches } from '../persistence/batch-store.ts';
import { findPages, type Pages } from '../persistence/candidate-store.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { LevelsGrew } from '../persistence/database-error.ts';
import { lockLevels, pairOf } from '../persistence/level-store.ts';
import { findHeld } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { addBatches, addLevels, type Draft } from '../rules/draft.ts';
import { draftAt, type Engine } from './engine.ts';
import { loadHolds, type United } from './stock-loader.ts';

/** Undefined where a SKU has no trail, or where reservations are named: what they hold must be found before it is locked. */
export async function loadKnown(
  tx: Tx,
  engine: Engine,
  { levels, skuIds, keys, targets, batchIds, grown }: United,
): Promise<{ readonly draft: Draft; readonly pages: Pages } | undefined> {
  const shelves = skuIds.length === 0 || targets.length > 0 ? undefined : engine.trails.of(skuIds);
  if (shelves === undefined) return undefined;
  const pairs = [...levels.pairs, ...grown.map(pairOf)];
  const [locked, now, skus, locations, holdIds, batches, pages] = await Promise.all([
    lockLevels(tx, { skuIds: levels.skuIds, pairs }),
    tx.now(),
    readSkus(tx, skuIds),
    readLocations(tx),
    findHeld(tx, keys),
    loadBatches(tx, batchIds),
    findPages(tx, shelves),
  ]);
  const made = [...skus.values()].filter(({ kind }) => kind !== 'stock').map(({ skuId }) => skuId);
  if (made.length > 0) {
    // What it is made of is locked before levels, so the unit starts again the longer way.
    engine.trails.forget(made);
    throw new LevelsGrew([]);
  }
  const draft = draftAt(engine, { now, scope: tx.scope });
  addLevels(draft, locked);
  for (const [id, row] of skus) draft.skus.set(id, row);
  for (const [id, row] of locations) draft.locations.set(id, row);
  await loadHolds(tx, draft, holdIds);
  addBatches(draft, batches);
  return { draft, pages };
}
