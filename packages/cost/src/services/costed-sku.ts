/** Which SKUs can have a cost: those that are there and lie on shelves. A bundle or a virtual SKU has none beside that of what it is taken from. */
import type { GranaryError } from '@granary/contracts/error';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import { unknownSku } from '@granary/domain/refusal';
import { ownsNoLevel } from '@granary/domain/rules/assembly';

/** The refusal of the first that cannot. */
export async function whyUncosted(tx: Tx, skuIds: readonly string[]): Promise<GranaryError | undefined> {
  const skus = await readSkus(tx, skuIds);
  const unknown = skuIds.find((skuId) => !skus.has(skuId));
  return unknown === undefined ? ownsNoLevel({ skus: new Map(skus) }, skuIds) : unknownSku(unknown);
}
