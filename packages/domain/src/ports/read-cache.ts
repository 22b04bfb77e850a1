/**
 * Answers that were given before, for reading calls alone: no decision reads one. Whoever asks after a change that this process
 * has acknowledged gets an answer from after it.
 */

/** The SKUs that something was read from or has changed; `everything` where they are not a few. */
export type Sources = readonly string[] | 'everything';

/** The calls whose answers are kept; how long at most is the cache's own table. */
export type AnswerKind =
  | 'stock.check'
  | 'stock.available'
  | 'stock.allocate'
  | 'cost.averageCost'
  | 'cost.inventoryValue';

export interface Question<T> {
  readonly kind: AnswerKind;
  /** What was kept elsewhere, as an answer; undefined when it is none. */
  readonly read: (kept: unknown) => T | undefined;
  /** The SKUs that a key asks about. More may turn out to be read, such as the parts of a bundle. */
  readonly asks: (key: string) => Sources;
}

export interface Sourced<T> {
  readonly answer: T;
  readonly sources: Sources;
  /** How long it stays right if nothing changes, in milliseconds: until the next batch expires. */
  readonly holdsMs: number;
}

export interface ReadCache {
  /** The answers by key; what is not known is loaded in one go. A key without an answer is left out and not remembered. */
  answers<T>(
    question: Question<T>,
    keys: readonly string[],
    load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Sourced<T>>>,
  ): Promise<ReadonlyMap<string, T>>;
}
