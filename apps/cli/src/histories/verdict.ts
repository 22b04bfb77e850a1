/** What is held against one history when it is over. */
import { PLANT_STEPS, searchSettled } from './check.ts';
import { type Event, type History, isUnknown, operationsOf } from './history.ts';
import type { Ledger } from './ledger.ts';
import { createRandom } from '../sample/random.ts';
import { type PlantKind, plantKinds, planted, proofOf } from './plants.ts';
import { smallest } from './smallest.ts';
import { versionProblems } from './version-order.ts';

export interface Violation {
  readonly seed: number;
  readonly key: string;
  readonly problem: string;
  /** As few events as still cannot be ordered; empty where the ledger tells. */
  readonly events: readonly Event[];
}

/** Faults that were planted into a history and are surely wrong, and how many of them were found. */
export type Planted = Readonly<Record<PlantKind, { readonly planted: number; readonly caught: number }>>;

export interface Verdict {
  readonly operations: number;
  readonly unknown: number;
  /** Holds that nobody ended. */
  readonly expired: number;
  /** Levels for which the search gave up. */
  readonly undecided: number;
  readonly violations: readonly Violation[];
  readonly planted: Planted;
}

export const noPlants: Planted = {
  oversell: { planted: 0, caught: 0 },
  'double confirm': { planted: 0, caught: 0 },
  'stale read': { planted: 0, caught: 0 },
};

/** @param ledgers one of each level */
export function judge(history: History, ledgers: readonly Ledger[], options: { readonly plants: boolean }): Verdict {
  const { seed, levels } = history;
  let undecided = 0;
  const violations: Violation[] = [];
  for (const [at, level] of levels.entries()) {
    const ledger = ledgers[at];
    if (ledger === undefined) throw new Error(`the ledger of ${level.key} is missing`);
    const { verdict } = searchSettled(level, ledger);
    if (verdict === 'undecided') undecided += 1;
    const { key } = level;
    if (verdict === 'illegal')
      violations.push({ seed, key, problem: 'no order explains the answers', events: smallest(level, ledger) });
    violations.push(...versionProblems(level, ledger).map((problem) => ({ seed, key, problem, events: [] })));
  }
  return {
    operations: operationsOf(history),
    unknown: levels.flatMap(({ events }) => events).filter(isUnknown).length,
    expired: ledgers.flatMap(({ holds }) => [...holds.values()]).filter(({ state }) => state === 'expired').length,
    ...{ undecided, violations },
    planted: options.plants ? plantInto(history, ledgers) : noPlants,
  };
}

/** One of each kind, in whichever level has a place for it. */
function plantInto({ seed, levels }: History, ledgers: readonly Ledger[]): Planted {
  const of = (kind: PlantKind): Planted[PlantKind] => {
    for (const [at, level] of levels.entries()) {
      const broken = planted(kind, level, createRandom(seed));
      const ledger = ledgers[at];
      if (broken === undefined || ledger === undefined || proofOf[kind](broken).length === 0) continue;
      return { planted: 1, caught: searchSettled(broken, ledger, PLANT_STEPS).verdict === 'illegal' ? 1 : 0 };
    }
    return { planted: 0, caught: 0 };
  };
  return { oversell: of('oversell'), 'double confirm': of('double confirm'), 'stale read': of('stale read') };
}

export function sumOfPlants(one: Planted, other: Planted): Planted {
  const sum = { ...one };
  for (const kind of plantKinds)
    sum[kind] = {
      planted: one[kind].planted + other[kind].planted,
      caught: one[kind].caught + other[kind].caught,
    };
  return sum;
}
