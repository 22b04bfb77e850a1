/** The stock of some SKUs as one snapshot shows it: the same draft that decisions use, but nothing is locked and nothing written. */
import { readBatches } from '../persistence/batch-store.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { readLevels } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { addBatches, addLevels, type Draft } from '../rules/draft.ts';
import { addAssemblies, partSkuIds, readDefinitions } from './assembly-loader.ts';
import { draftNow, type Engine } from './execution.ts';

/** With what bundles and virtual SKUs among them are taken from. */
export async function readStock(tx: Tx, engine: Engine, asked: readonly string[]): Promise<Draft> {
  const draft = await draftNow(tx, engine);
  const known = await readSkus(tx, asked);
  const definitions = await readDefinitions(tx, known);
  const parts = partSkuIds(definitions);
  const skuIds = [...new Set([...asked, ...parts])];
  addLevels(draft, await readLevels(tx, { skuIds, pairs: [] }));
  for (const [id, row] of [...known, ...(await readSkus(tx, parts))]) draft.skus.set(id, row);
  for (const [id, row] of await readLocations(tx)) draft.locations.set(id, row);
  for (const skuId of skuIds) addBatches(draft, await readBatches(tx, skuId));
  await addAssemblies(tx, draft, definitions);
  return draft;
}
