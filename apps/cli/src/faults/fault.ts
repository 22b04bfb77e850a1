/** What a fault is: a row of the catalogue of `reliability.md` section 5, with how it is made, what must hold, and a count that it really happened. */
import type { Diary } from '../effects/diary.ts';
import type { Testbed } from './testbed.ts';

/** What callers were told while it happened: held against the database when all has recovered. */
export interface Told {
  readonly diary: Diary;
  /** By SKU, what was there before the first call. */
  readonly opening: ReadonlyMap<string, number>;
}

export interface Happening {
  /** How often the fault struck; 0 is a failure of the harness. */
  readonly happened: number;
  /** What should have held and did not; empty when it survived. */
  readonly problems: readonly string[];
  readonly figures?: Readonly<Record<string, number | string>>;
  readonly told?: Told;
}

interface Described {
  /** As in the catalogue, such as F7. */
  readonly id: string;
  /** What goes wrong. */
  readonly title: string;
  /** How it is made to go wrong here. */
  readonly inject: string;
  /** What must hold. */
  readonly expect: string;
  /** The tool that this machine lacks for it; undefined when it can be run. */
  readonly lacks?: (bed: Pick<Testbed, 'engine'>) => Promise<string | undefined>;
  /** A minute when left out. */
  readonly limitMs?: number;
  /** Whether it is one of the few that every test run makes. */
  readonly isFast?: boolean;
}

/** One that happens to the servers, the engine and the processes of the common testbed. */
export interface BedFault extends Described {
  readonly on: 'testbed';
  run(bed: Testbed): Promise<Happening>;
}

/** One that brings servers and processes of its own, and proves by itself that all has recovered. */
export interface OwnFault extends Described {
  readonly on: 'own';
  run(signal: AbortSignal): Promise<Happening>;
}

export type Fault = BedFault | OwnFault;

/** Problems of what was expected and is not so; for short lists of checks. */
export function unless(isSo: boolean, problem: string): readonly string[] {
  return isSo ? [] : [problem];
}
