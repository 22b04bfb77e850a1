/** Discovery and loading for decisions: which levels, in the global order; then the time; then what lies under their lock. */
import type { GranaryError } from '@granary/contracts/error';
import { LevelsGrew } from '../persistence/database-error.ts';
import { loadBatches, loadCandidates } from '../persistence/batch-store.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { type LevelPair, type LevelSet, lockLevels, pairOf } from '../persistence/level-store.ts';
import { findHeldLevels, findOverdue, lockHolds } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { SkuRow } from '../entities/sku.ts';
import { invalidInput, invalidState, notFound, quote, unknownSku } from '../refusal.ts';
import { addBatches, addHolds, addLevels, type Draft } from '../rules/draft.ts';
import { earliestExpiry, isPlaceOpen } from '../rules/eligibility.ts';
import { expireHold, isOverdue } from '../rules/hold.ts';
import { type Demand, shelfDemands } from '../rules/demand.ts';
import { byPlace } from '../rules/making.ts';
import { levelsInTheWay } from '../rules/shortage.ts';
import type { AllocationStrategy } from '../strategies/strategy.ts';
import { addAssemblies, lockDefinitions, partSkuIds, withShelves } from './assembly-loader.ts';
import { draftNow, type Engine } from './execution.ts';

/** A shortage looks for stock among at most this many overdue holds. */
const MAX_OVERDUE = 500;

export interface Wanted {
  readonly levels: LevelSet;
  readonly skuIds: readonly string[];
  /** Finds the ids of the reservations concerned, by a plain read. */
  readonly holds?: (tx: Tx) => Promise<readonly string[]>;
  /** Whether the levels to lock follow from those reservations. */
  readonly isByHolds?: boolean;
  readonly grown?: readonly string[];
}

/**
 * Reads SKUs and locations, which no lock guards anyway; locks definitions, then levels; then the time, and holds with the batches that they
 * hold. Reservations are found again under the lock: while this call waited, the one before it may have ended what was
 * there and made another.
 */
export async function loadDraft(tx: Tx, engine: Engine, wanted: Wanted): Promise<Draft> {
  const { holds = nothing, grown = [] } = wanted;
  const discovered = wanted.isByHolds === true ? await findHeldLevels(tx, await holds(tx)) : [];
  const pairs = [...wanted.levels.pairs, ...discovered, ...grown.map(pairOf)];
  const skus = await readSkus(tx, wanted.skuIds);
  const definitions = await lockDefinitions(tx, skus);
  const parts = await readSkus(tx, partSkuIds(definitions));
  const locations = wanted.skuIds.length > 0 ? await readLocations(tx) : [];
  const levels = await lockLevels(tx, withShelves({ skuIds: wanted.levels.skuIds, pairs }, definitions));
  const draft = await draftNow(tx, engine);
  addLevels(draft, levels);
  // A SKU without goods may have become a bundle while this call waited for its levels; one with goods cannot.
  const bare = [...skus.keys()].filter((skuId) => isBare(levels, skuId));
  const again = await readSkus(tx, bare);
  const isMadeNow = ({ skuId, kind }: SkuRow) => kind !== 'stock' && skus.get(skuId)?.kind === 'stock';
  // Then the levels of its parts are concerned, and none of them is locked.
  if ([...again.values()].some(isMadeNow)) throw new LevelsGrew([]);
  for (const [id, row] of [...skus, ...parts, ...again]) draft.skus.set(id, row);
  for (const [id, row] of locations) draft.locations.set(id, row);
  await addAssemblies(tx, draft, definitions);
  await loadHolds(tx, draft, await holds(tx));
  return draft;
}

function isBare(levels: readonly LevelRow[], skuId: string): boolean {
  const own = levels.filter((level) => level.skuId === skuId);
  return own.length > 0 && own.every((level) => level.onHand === 0);
}

const nothing = () => Promise.resolve([]);

/** Holds are read again under the lock of their levels; should they hold elsewhere by now, the unit starts again. */
export async function loadHolds(tx: Tx, draft: Draft, ids: readonly string[]): Promise<void> {
  const holds = await lockHolds(
    tx,
    ids.filter((id) => !draft.holds.has(id)),
  );
  const held = holds.flatMap((hold) => hold.lines.filter((line) => line.held > 0));
  const unlocked = held.filter((line) => !draft.levels.has(levelKey(line)));
  if (unlocked.length > 0) throw new LevelsGrew([...new Set(unlocked.map(levelKey))]);
  addBatches(
    draft,
    await loadBatches(
      tx,
      held.map((line) => line.batchId).filter((id) => !draft.batches.has(id)),
    ),
  );
  addHolds(draft, holds);
}

/** Enough candidates for all demands of a SKU together, so that each strategy finds the prefix it would take. */
export async function loadDemands(tx: Tx, draft: Draft, demands: readonly Demand[]): Promise<void> {
  const needs = new Map<string, number>();
  for (const { skuId, quantity } of demands.flatMap((demand) => shelfDemands(demand)))
    needs.set(skuId, (needs.get(skuId) ?? 0) + quantity);
  const asked = new Set<string>();
  for (const demand of demands.flatMap((demand) => shelvesOf(draft, demand))) {
    if (demand.criteria.batchIds !== undefined) continue;
    const query = candidateQuery(draft, demand, needs.get(demand.skuId) ?? 0);
    const key = JSON.stringify(query);
    if (asked.has(key)) continue;
    asked.add(key);
    addBatches(draft, await loadCandidates(tx, query));
  }
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

function candidateQuery(draft: Draft, { skuId, criteria, strategy }: Demand, need: number) {
  const open = [...draft.levels.values()].filter(
    (level) =>
      level.skuId === skuId &&
      isPlaceOpen(level, draft) &&
      (criteria.locationId === undefined || criteria.locationId === level.locationId),
  );
  const rank = (locationId: string) => draft.locations.get(locationId)?.priority ?? 0;
  const locationIds = open.map((level) => level.locationId).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
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

/**
 * Expires the oldest overdue holds at the levels of these demands; answers whether deciding again may say something else.
 * Of bundles it may: their parts were looked for only where all of them lie, and a refusal counts them wherever they are.
 */
export async function expireInTheWay(tx: Tx, draft: Draft, demands: readonly Demand[]): Promise<boolean> {
  const hasExpired = await expireAt(tx, draft, levelsInTheWay(draft, demands));
  const isMade = demands.some((demand) => demand.made !== undefined);
  if (isMade)
    await loadDemands(
      tx,
      draft,
      demands.flatMap((demand) => shelfDemands(demand)),
    );
  return hasExpired || isMade;
}

/** Expires the oldest overdue holds at some levels, which are locked; answers whether there were any. */
export async function expireAt(tx: Tx, draft: Draft, levels: readonly LevelPair[]): Promise<boolean> {
  const ids = await findOverdue(tx, { levels, now: draft.now, limit: MAX_OVERDUE });
  await loadHolds(tx, draft, ids);
  const overdue = ids.flatMap((id) => draft.holds.get(id) ?? []).filter((hold) => isOverdue(hold, draft.now));
  for (const hold of overdue) expireHold(draft, hold, tx.commandId);
  return overdue.length > 0;
}

export interface Place {
  readonly skuId: string;
  readonly locationId?: string | undefined;
}

/** Whether stock of this SKU may be held or sold there at all; the first thing wrong is the refusal. */
export function checkPlace(draft: Draft, { skuId, locationId }: Place): GranaryError | undefined {
  const sku = draft.skus.get(skuId);
  if (sku === undefined) return unknownSku(skuId);
  if (sku.status === 'inactive') return inactive('SKU', skuId);
  if (locationId === undefined) return undefined;
  const location = draft.locations.get(locationId);
  if (location === undefined) return notFound('location', locationId);
  if (!location.isActive) return inactive('location', locationId);
  const level = draft.levels.get(levelKey({ skuId, locationId }));
  return level === undefined || level.isActive ? undefined : inactive('level', `${skuId} at ${locationId}`);
}

function inactive(noun: string, id: string): GranaryError {
  return invalidState({
    noun,
    id,
    state: 'inactive',
    message: `${noun} ${quote(id)} is inactive: nothing may be reserved or sold there.`,
    hint: 'Activate it, or name another place.',
  });
}

/** The call's own choice, the SKU's, the configured one; an unknown name is refused with the list of known ones. */
export function chooseStrategy(
  engine: Engine,
  draft: Draft,
  asked: { skuId: string; strategy?: string | undefined; path: string },
): AllocationStrategy {
  const name = asked.strategy ?? draft.skus.get(asked.skuId)?.defaultStrategy ?? engine.config.defaultStrategy;
  return knownStrategy(engine, name, asked.path);
}

export function knownStrategy(engine: Engine, name: string, path: string): AllocationStrategy {
  const strategy = engine.strategies.find(name);
  if (strategy !== undefined) return strategy;
  throw invalidInput([{ path, message: `is not a known strategy; known are ${engine.strategies.names().join(', ')}` }]);
}

export function pairsOf(places: readonly Place[]): { skuIds: string[]; pairs: LevelPair[] } {
  const skuIds = places.filter((place) => place.locationId === undefined).map((place) => place.skuId);
  const pairs = places.flatMap(({ skuId, locationId }) => (locationId === undefined ? [] : [{ skuId, locationId }]));
  return { skuIds, pairs };
}
