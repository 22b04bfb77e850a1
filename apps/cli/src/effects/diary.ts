/** What callers asked for and what they were told, kept to be held against the database when all is over. */

/** `unknown`: no answer, or one that decides nothing. The effect may be there, or not, and nobody was promised either. */
export type Outcome = 'done' | 'refused' | 'unknown';
export type Step = 'confirm' | 'release' | 'deduct';

/** One thing that a caller wanted, with a name that nothing else has. A hold goes on by steps, each asked after the one before. */
export interface Entry {
  readonly kind: 'hold' | 'sale' | 'purchase';
  readonly name: string;
  readonly skuId: string;
  readonly quantity: number;
  /** The hold runs out within the time of the run, unless it is confirmed or ends before. */
  readonly isShort: boolean;
  made: Outcome;
  readonly steps: { readonly step: Step; readonly outcome: Outcome }[];
}

export interface Answer {
  /** By the clock of this process, milliseconds since it began. */
  readonly at: number;
  readonly ms: number;
  readonly outcome: Outcome;
}

export interface Diary {
  readonly entries: Entry[];
  readonly answers: Answer[];
  /** How calls ended that were neither done nor decided against, by code or kind of failure. */
  readonly unanswered: Record<string, number>;
}

/** A thing wanted is known by its kind and name. */
export const keyOf = ({ kind, name }: Pick<Entry, 'kind' | 'name'>): string => `${kind} ${name}`;

export const emptyDiary = (): Diary => ({ entries: [], answers: [], unanswered: {} });

/** The longest time, in milliseconds, in which nobody was answered with a decision. */
export function longestSilenceMs({ answers }: Diary): number {
  const times = answers
    .filter(({ outcome }) => outcome !== 'unknown')
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  return Math.round(times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0));
}
