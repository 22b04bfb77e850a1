/** What every bench is: its name, what it compares, and the goals that it is judged by. `registry.ts` knows all of them. */
import type { CommandContext } from '../command.ts';

export interface BenchContext extends Pick<CommandContext, 'say' | 'progress' | 'signal'> {
  /** How often each of the compared things is measured, in turns. */
  readonly rounds: number;
  /** A size of the whole bench cut down to what was asked for. */
  readonly sized: (whole: number) => number;
}

/** One figure that is judged: at most so much. */
export interface Goal {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
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

export const isMet = ({ measured, limit }: Goal): boolean => measured <= limit;

/** Figures are read by people too. */
export const rounded = (value: number, decimals = 2): number => Number(value.toFixed(decimals));
