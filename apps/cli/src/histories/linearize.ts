/**
 * Whether calls that overlapped can be put into one order, each somewhere between its call and its return, in which every
 * answer is right. The search of Wing and Gong with the memory of Lowe: a set of calls that led nowhere once is not tried again.
 */

/** What the search wants to know of a call. */
export interface Timed {
  readonly calledAt: number;
  /** Infinity for what has no answer. */
  readonly returnedAt: number;
}

export interface Linearizing<E extends Timed, S> {
  readonly events: readonly E[];
  readonly initial: S;
  /**
   * The state after the event, or undefined where it cannot stand. The same set of events must lead to the same state in
   * whatever legal order: then the set alone says all.
   */
  readonly step: (state: S, event: E) => S | undefined;
  /** True for one that need not stand anywhere. */
  readonly isOptional: (event: E) => boolean;
  readonly mostSteps?: number;
}

export interface Linearized<E> {
  readonly verdict: 'legal' | 'illegal' | 'undecided';
  /** The order that was found, or the longest one that was legal so far. */
  readonly order: readonly E[];
  readonly steps: number;
}

const MOST_STEPS = 300_000;

export function linearize<E extends Timed, S>(what: Linearizing<E, S>): Linearized<E> {
  const search = new Search(what);
  const found = search.from(what.initial, 0);
  const verdict = found ? 'legal' : search.isExhausted ? 'undecided' : 'illegal';
  return { verdict, order: search.longest, steps: search.steps };
}

class Search<E extends Timed, S> {
  steps = 0;
  longest: readonly E[] = [];
  readonly #what: Linearizing<E, S>;
  readonly #mostSteps: number;
  /** By their call. */
  readonly #due: readonly E[];
  readonly #optional: readonly E[];
  readonly #placed = new Set<E>();
  readonly #seen = new Set<string>();
  readonly #number: ReadonlyMap<E, number>;

  constructor(what: Linearizing<E, S>) {
    const sorted = what.events.toSorted((a, b) => a.calledAt - b.calledAt);
    this.#what = what;
    this.#mostSteps = what.mostSteps ?? MOST_STEPS;
    this.#due = sorted.filter((event) => !what.isOptional(event));
    this.#optional = sorted.filter(what.isOptional);
    this.#number = new Map([...this.#due, ...this.#optional].map((event, number) => [event, number]));
  }

  get isExhausted(): boolean {
    return this.steps >= this.#mostSteps;
  }

  /** `first` is the first of those due that has no place yet. */
  from(state: S, first: number): boolean {
    if (this.#placed.size > this.longest.length) this.longest = [...this.#placed];
    if (first === this.#due.length) return true;
    if (this.#isKnown(first)) return false;
    for (const event of this.#candidates(first)) {
      if (this.isExhausted) return false;
      this.steps += 1;
      const next = this.#what.step(state, event);
      if (next === undefined) continue;
      this.#placed.add(event);
      if (this.from(next, this.#firstOpen(first))) return true;
      this.#placed.delete(event);
    }
    return false;
  }

  #firstOpen(from: number): number {
    let first = from;
    for (let event = this.#due[first]; event !== undefined && this.#placed.has(event); event = this.#due[first])
      first += 1;
    return first;
  }

  /** All of the set but what stands before `first` anyway. */
  #isKnown(first: number): boolean {
    const ahead: number[] = [];
    for (const event of this.#placed) {
      const number = this.#number.get(event) ?? 0;
      if (number >= first) ahead.push(number);
    }
    const set = `${first}:${ahead.toSorted((a, b) => a - b).join()}`;
    if (this.#seen.has(set)) return true;
    this.#seen.add(set);
    return false;
  }

  /**
   * Whatever was called before the first of the open ones returned. What returned first comes first, as it most likely did, and
   * what need not stand comes last, so that it stands only where it is needed.
   */
  #candidates(first: number): readonly E[] {
    let horizon = Infinity;
    const open: E[] = [];
    for (let at = first; at < this.#due.length; at += 1) {
      const event = this.#due[at];
      if (event === undefined || event.calledAt > horizon) break;
      if (this.#placed.has(event)) continue;
      horizon = Math.min(horizon, event.returnedAt);
      open.push(event);
    }
    const due = open.toSorted((a, b) => a.returnedAt - b.returnedAt);
    return [...due, ...this.#optional.filter((event) => event.calledAt <= horizon && !this.#placed.has(event))];
  }
}
