/** Which level owes what is sold short: the place that the line names, or the first open one. It must exist before it is locked. */
import { levelKey } from '../entities/level.ts';
import type { LocationRow } from '../entities/location.ts';
import { ensureSkus, readLocations, readSkus } from '../persistence/catalog-store.ts';
import { ensureLevels, lockLevels, readLevels } from '../persistence/level-store.ts';
import { setSavepoint } from '../persistence/savepoint.ts';
import type { Tx } from '../persistence/transaction.ts';
import { compareBytes } from '../rules/byte-order.ts';
import type { Draft } from '../rules/draft.ts';
import { isPlaceOpen } from '../rules/eligibility.ts';
import type { Demand } from '../rules/shortage.ts';
import { pairsOf, type Place } from './stock-loader.ts';

/**
 * Found by a plain read first, as making a level locks it: only what is missing is made. Answers whether anything was, behind
 * a savepoint to which a refusal must return.
 */
export async function openDeficitLevels(tx: Tx, lines: readonly Place[]): Promise<boolean> {
  const skuIds = [...new Set(lines.map((line) => line.skuId))];
  const known = await readSkus(tx, skuIds);
  const locations = await readLocations(tx);
  const [first] = inOrder([...locations.values()]);
  const levels = await readLevels(tx, { skuIds, pairs: [] });
  const there = new Set(levels.map(levelKey));
  const pairs = lines.flatMap(({ skuId, locationId = first?.locationId }) =>
    locationId === undefined || !locations.has(locationId) || known.get(skuId)?.kind !== 'stock'
      ? []
      : [{ skuId, locationId }],
  );
  const missing = pairs.filter((pair) => !there.has(levelKey(pair)));
  if (missing.length === 0) return false;
  await setSavepoint(tx);
  // The SKU row before the level, as in every receipt: a SKU that becomes a bundle meanwhile has no level that could owe.
  await ensureSkus(tx, [...new Set(missing.map((pair) => pair.skuId))], await tx.now());
  // Those that are there in their order before: a new one may stand behind some of them.
  await lockLevels(tx, pairsOf(lines));
  await ensureLevels(tx, missing);
  return true;
}

/** Undefined where no level of the SKU is open. A place that is named is: it was asked for before (checkPlace). */
export function deficitPlace(draft: Draft, { skuId, criteria }: Demand): string | undefined {
  if (criteria.locationId !== undefined) return criteria.locationId;
  return inOrder([...draft.locations.values()]).find(({ locationId }) => isPlaceOpen({ skuId, locationId }, draft))
    ?.locationId;
}

function inOrder(locations: readonly LocationRow[]): readonly LocationRow[] {
  return locations
    .filter((location) => location.isActive)
    .toSorted((a, b) => a.priority - b.priority || compareBytes(a.locationId, b.locationId));
}
