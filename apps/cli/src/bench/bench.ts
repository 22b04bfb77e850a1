/** What every bench is: its name, what it compares, and the goals that it is judged by. `registry.ts` knows all of them. */
import type { CommandContext } from '../command.ts';

export interface BenchContext extends Pick<CommandContext, 'say' | 'progress' | 'signal'> {
  /** How often each of the compared things is measured, in turns. */
  readonly rounds: number;
  /** A size of the whole bench cut down to what was asked for. */
  readonly sized: (whole: number) => number;
  /** How long a closed loop of callers is measured each time; the bench's own length when left out. */
  readonly seconds?: number | undefined;
  /** How many callers wait for answers at once; the bench's own numbers when left out. */
  readonly callers?: readonly number[] | undefined;
  /** Variables of the environment table for the engine that is measured, such as how it combines. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** One figure that is judged. */
export interface Goal {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  /** Whether it may be at most the limit, or must be at least; at most when left out. */
  readonly bound?: 'most' | 'least';
  /** What is hoped for beyond the limit. */
  readonly wish?: number;
}

export interface BenchResult {
  readonly goals: readonly Goal[];
  /** What was measured besides: medians, sizes, the settings of the database. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: BenchContext): Promise<BenchResult>;
}

/** What is not a number was not measured, and meets nothing. */
export const isMet = ({ measured, limit, bound = 'most' }: Goal): boolean =>
  bound === 'most' ? measured <= limit : measured >= limit;

/** Figures are read by people too. */
export const rounded = (value: number, decimals = 2): number => Number(value.toFixed(decimals));
