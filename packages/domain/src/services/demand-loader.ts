/** The batches that demands may take from, read under the lock of their levels. */
import { present } from '../refusal.ts';
import { compareBytes } from '../rules/byte-order.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import { type Demand, shelfDemands } from '../rules/demand.ts';
import { earliestExpiry, isPlaceOpen } from '../rules/eligibility.ts';
import { byPlace } from '../rules/making.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { CandidateQuery } from '../persistence/batch-store.ts';
import { loadCandidatesOf } from '../persistence/candidate-store.ts';
import type { Tx } from '../persistence/transaction.ts';

/** Enough candidates for all demands of a SKU together, so that each strategy finds the prefix it would take. */
export async function loadDemands(tx: Tx, draft: Draft, demands: readonly Demand[]): Promise<void> {
  addBatches(draft, await loadCandidatesOf(tx, queriesOf(draft, demands)));
}

/** What is asked for them: one query for all that ask the same of a SKU. */
export function queriesOf(draft: Draft, demands: readonly Demand[]): readonly CandidateQuery[] {
  const needs = new Map<string, number>();
  for (const { skuId, quantity } of demands.flatMap((demand) => shelfDemands(demand)))
    needs.set(skuId, (needs.get(skuId) ?? 0) + quantity);
  const openLevels = openBySku(draft);
  const queries = new Map<string, CandidateQuery>();
  for (const demand of demands.flatMap((demand) => shelvesOf(draft, demand))) {
    const { skuId, criteria, strategy } = demand;
    if (criteria.batchIds !== undefined) continue;
    const key = [skuId, criteria.locationId, criteria.qualityLevel, criteria.minRemainingDays, strategy.scan].join(
      '\0',
    );
    if (queries.has(key)) continue;
    const open = openLevels.get(skuId) ?? [];
    queries.set(key, candidateQuery(draft, demand, { open, need: present(needs.get(skuId), 'the need of a SKU') }));
  }
  return [...queries.values()];
}

function openBySku(draft: Draft): ReadonlyMap<string, readonly LevelRow[]> {
  const bySku = new Map<string, LevelRow[]>();
  for (const level of draft.levels.values()) {
    if (!isPlaceOpen(level, draft)) continue;
    const known = bySku.get(level.skuId);
    if (known === undefined) bySku.set(level.skuId, [level]);
    else known.push(level);
  }
  return bySku;
}

/** The parts of a bundle are looked for place by place, since those of the first places may have no use there. */
function shelvesOf(draft: Draft, demand: Demand): readonly Demand[] {
  if (demand.made?.kind !== 'bundle') return shelfDemands(demand);
  const mayMake = (local: Demand) =>
    shelfDemands(local, 1).every(({ skuId, quantity, criteria: { locationId = '' } }) => {
      const level = draft.levels.get(levelKey({ skuId, locationId }));
      return level !== undefined && level.onHand >= quantity;
    });
  return byPlace(draft, demand)
    .filter(mayMake)
    .flatMap((local) => shelfDemands(local));
}

function candidateQuery(
  draft: Draft,
  { skuId, criteria, strategy }: Demand,
  { open, need }: { open: readonly LevelRow[]; need: number },
): CandidateQuery {
  const places = open.map((level) => level.locationId);
  const rank = (locationId: string) => present(draft.locations.get(locationId), 'a location').priority;
  const named = criteria.locationId;
  const locationIds = (named === undefined ? places : places.filter((locationId) => locationId === named)).toSorted(
    (a, b) => rank(a) - rank(b) || compareBytes(a, b),
  );
  const expiresFrom =
    criteria.minRemainingDays === undefined ? undefined : earliestExpiry(draft.now, criteria.minRemainingDays);
  return {
    skuId,
    locationIds,
    scan: strategy.scan,
    need,
    now: draft.now,
    qualityLevel: criteria.qualityLevel,
    expiresFrom,
  };
}
