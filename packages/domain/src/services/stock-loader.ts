/** Discovery and loading for decisions: which levels, in the global order; then the time; then what lies under their lock. */
import type { GranaryError } from '@granary/contracts/error';
import { LevelsGrew } from '../persistence/database-error.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import type { LocationRow } from '../entities/location.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { type LevelPair, type LevelSet, lockLevels, pairOf } from '../persistence/level-store.ts';
import {
  type BusinessKey,
  findHeld,
  findHeldLevels,
  findOverdue,
  findTargets,
  lockHolds,
} from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { SkuRow } from '../entities/sku.ts';
import { invalidInput, invalidState, notFound, present, quote, unknownSku } from '../refusal.ts';
import { addBatches, addHolds, addLevels, type Draft } from '../rules/draft.ts';
import { expireHold, isOverdue } from '../rules/hold.ts';
import { type Demand, shelfDemands } from '../rules/demand.ts';
import { levelsInTheWay } from '../rules/shortage.ts';
import type { Target } from '../rules/target.ts';
import type { AllocationStrategy } from '../strategies/strategy.ts';
import { addAssemblies, lockDefinitions, partSkuIds, withShelves } from './assembly-loader.ts';
import { loadDemands } from './demand-loader.ts';
import { draftAt, type Engine } from './engine.ts';

/** A shortage looks for stock among at most this many overdue holds. */
const MAX_OVERDUE = 500;

export interface Wanted {
  readonly levels: LevelSet;
  readonly skuIds: readonly string[];
  /** Whose held reservations are met. */
  readonly keys?: readonly BusinessKey[];
  /** Reservations that are named: the levels to lock follow from what they hold. */
  readonly targets?: readonly Target[];
  /** Batches that are named. */
  readonly batchIds?: readonly string[];
  /** Finds the ids of further reservations concerned, by a plain read. */
  readonly holds?: (tx: Tx) => Promise<readonly string[]>;
  /** Whether the levels to lock follow from those reservations. */
  readonly isByHolds?: boolean;
  readonly grown?: readonly string[];
}

/** What several calls want, without what only one call by itself can look for. */
export type United = Required<Pick<Wanted, 'levels' | 'skuIds' | 'keys' | 'targets' | 'batchIds' | 'grown'>>;

/** What several calls want is loaded at once. */
export function unite(wanted: readonly Wanted[], grown: readonly string[]): United {
  return {
    levels: {
      skuIds: wanted.flatMap(({ levels }) => levels.skuIds),
      pairs: wanted.flatMap(({ levels }) => levels.pairs),
    },
    skuIds: wanted.flatMap(({ skuIds }) => skuIds),
    keys: wanted.flatMap(({ keys = [] }) => keys),
    targets: wanted.flatMap(({ targets = [] }) => targets),
    batchIds: wanted.flatMap(({ batchIds = [] }) => batchIds),
    grown,
  };
}

/**
 * Reads SKUs and locations, which no lock guards anyway; locks definitions, then levels; then the time, and holds with the batches that they
 * hold. Reservations are found again under the lock: while this call waited, the one before it may have ended what was
 * there and made another.
 */
export async function loadDraft(tx: Tx, engine: Engine, wanted: Wanted): Promise<Draft> {
  const { grown = [] } = wanted;
  const [discovered, skus, locations] = await Promise.all([
    discover(tx, wanted),
    readSkus(tx, wanted.skuIds),
    wanted.skuIds.length > 0 ? readLocations(tx) : new Map<string, LocationRow>(),
  ]);
  const pairs = [...wanted.levels.pairs, ...discovered, ...grown.map(pairOf)];
  const definitions = await lockDefinitions(tx, skus);
  const parts = await readSkus(tx, partSkuIds(definitions));
  // One packet: what follows the locking statement is answered once the locks are had.
  const [levels, now, holdIds] = await Promise.all([
    lockLevels(tx, withShelves({ skuIds: wanted.levels.skuIds, pairs }, definitions)),
    tx.now(),
    findHolds(tx, wanted),
  ]);
  const draft = draftAt(engine, { now, scope: tx.scope });
  addLevels(draft, levels);
  // A SKU without goods may have become a bundle while this call waited for its levels; one with goods cannot.
  const again = await readSkus(tx, bareOf(levels, skus));
  const isMadeNow = ({ skuId, kind }: SkuRow) => kind !== 'stock' && skus.get(skuId)?.kind === 'stock';
  // Then the levels of its parts are concerned, and none of them is locked.
  if ([...again.values()].some(isMadeNow)) throw new LevelsGrew([]);
  for (const [id, row] of [...skus, ...parts, ...again]) draft.skus.set(id, row);
  for (const [id, row] of locations) draft.locations.set(id, row);
  await addAssemblies(tx, draft, definitions);
  await loadHolds(tx, draft, holdIds);
  addBatches(draft, await loadBatches(tx, wanted.batchIds ?? []));
  return draft;
}

async function discover(tx: Tx, { targets = [], holds, isByHolds = false }: Wanted): Promise<readonly LevelPair[]> {
  const named = await findTargets(tx, targets);
  const found = isByHolds && holds !== undefined ? await holds(tx) : [];
  return await findHeldLevels(tx, [...named, ...found]);
}

async function findHolds(tx: Tx, { keys = [], targets = [], holds }: Wanted): Promise<readonly string[]> {
  const found = await Promise.all([findHeld(tx, keys), findTargets(tx, targets), holds?.(tx) ?? []]);
  return [...new Set(found.flat())];
}

/** Those that have levels and nothing at any of them. */
function bareOf(levels: readonly LevelRow[], skus: ReadonlyMap<string, unknown>): readonly string[] {
  const onHand = new Map<string, number>();
  for (const level of levels) onHand.set(level.skuId, (onHand.get(level.skuId) ?? 0) + level.onHand);
  return [...skus.keys()].filter((skuId) => onHand.get(skuId) === 0);
}

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
  const unswept = levels.filter((level) => !draft.swept.has(levelKey(level)));
  const ids = await findOverdue(tx, { levels: unswept, now: draft.now, limit: MAX_OVERDUE });
  // Calls that share the draft share its time too: where none was left, none is overdue for those that follow.
  if (ids.length === 0) for (const level of unswept) draft.swept.add(levelKey(level));
  await loadHolds(tx, draft, ids);
  const overdue = ids
    .map((id) => present(draft.holds.get(id), 'a reservation'))
    .filter((hold) => isOverdue(hold, draft.now));
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
