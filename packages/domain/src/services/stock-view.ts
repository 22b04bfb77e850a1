/** The stock of some SKUs as one snapshot shows it: the same draft that decisions use, but nothing is locked and nothing written. */
import { readBatches } from '../persistence/batch-store.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { readLevels } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { addBatches, addLevels, type Draft } from '../rules/draft.ts';
import { draftNow, type Engine } from './execution.ts';

export async function readStock(tx: Tx, engine: Engine, skuIds: readonly string[]): Promise<Draft> {
  const draft = await draftNow(tx, engine);
  addLevels(draft, await readLevels(tx, { skuIds, pairs: [] }));
  for (const [id, row] of await readSkus(tx, skuIds)) draft.skus.set(id, row);
  for (const [id, row] of await readLocations(tx)) draft.locations.set(id, row);
  for (const skuId of skuIds) addBatches(draft, await readBatches(tx, skuId));
  return draft;
}
