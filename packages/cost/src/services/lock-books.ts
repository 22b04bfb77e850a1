/** The books that a posting is decided from, locked and read in one packet: when it is known what will move, or what has moved. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { dayOf } from '@granary/domain/rules/calendar';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { FirstLayers, ReadLayers } from '../persistence/cost-layer-store.ts';
import { type LockedAhead, lockStates, lockStatesAhead, withMissing } from '../persistence/cost-state-store.ts';
import { periodWith, sharedPeriod } from '../persistence/period-store.ts';
import type { CostEngine, Work } from './cost-engine.ts';
import { unitsTaken } from './plan-costs.ts';

export interface Books {
  readonly rows: ReadonlyMap<string, CostStateRow>;
  readonly held?: CostPeriodRow | undefined;
  readonly read?: ReadLayers | undefined;
}

/** Good for what is posted of these SKUs, once: a posting changes them. */
export interface BooksAhead {
  readonly skuIds: ReadonlySet<string>;
  readonly locked: LockedAhead<CostPeriodRow>;
  readonly held: CostPeriodRow | undefined;
}

interface Coming {
  readonly first: Instant;
  /** Of each SKU, how many units leave; undefined where other layers may matter than those that are taken. */
  readonly leaving: ReadonlyMap<string, number | undefined>;
}

/** The states, and the first period that is posted into: whatever is found out later falls into that one or after it. */
export async function lockBooksAhead(tx: Tx, engine: CostEngine, { first, leaving }: Coming): Promise<BooksAhead> {
  const day = dayOf(first, engine.config.timezone);
  const skuIds = [...leaving.keys()];
  const locked = await lockStatesAhead(tx, { skuIds, next: sharedPeriod(day), first: guessLayers(leaving, engine) });
  return { skuIds: new Set(skuIds), locked, held: periodWith(day, locked.next) };
}

/** `ahead` is used where it has all of the SKUs; others are locked in their order, all over. */
export async function lockBooks(
  tx: Tx,
  engine: CostEngine,
  { work, ahead }: { readonly work: Work; readonly ahead?: BooksAhead | undefined },
): Promise<Books> {
  const { defaultStrategy: strategy } = engine.config;
  const skuIds = [...work.keys()];
  const first = earliest(work);
  if (first === undefined) return { rows: await lockStates(tx, skuIds, strategy) };
  const isAhead = ahead !== undefined && skuIds.every((skuId) => ahead.skuIds.has(skuId));
  const { locked, held } = isAhead ? ahead : await lockBooksAhead(tx, engine, { first, leaving: leavingOf(work) });
  const sorted = isAhead ? locked.sorted.filter((skuId) => work.has(skuId)) : locked.sorted;
  const found = isAhead ? locked.found.filter(({ skuId }) => work.has(skuId)) : locked.found;
  return { rows: await withMissing(tx, { sorted, found, strategy }), held, read: locked.read };
}

function leavingOf(work: Work): Coming['leaving'] {
  return new Map([...work].map(([skuId, posted]) => [skuId, unitsTaken(posted.map(({ event }) => event))]));
}

/** What most likely is taken, before anything is known of the SKUs: they are costed by default and nothing is back-dated. */
function guessLayers(leaving: Coming['leaving'], { strategies, config }: CostEngine): ReadonlyMap<string, FirstLayers> {
  const guessed = new Map<string, FirstLayers>();
  const { scan } = strategies.get(config.defaultStrategy);
  if (scan === undefined) return guessed;
  for (const [skuId, units] of leaving)
    if (units !== undefined && units > 0) guessed.set(skuId, { first: scan, units });
  return guessed;
}

function earliest(work: Work): Instant | undefined {
  let first: Instant | undefined;
  for (const posted of work.values())
    for (const { event } of posted) if (first === undefined || event.at < first) first = event.at;
  return first;
}
