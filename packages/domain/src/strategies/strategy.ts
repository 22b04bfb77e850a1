/**
 * A strategy is an order (and, if it likes, a filter) over candidates; one shared loop fills from it. Strategies are
 * pure: they get plain data and give data back, so each is a table of examples to test.
 */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';

/** A batch that may serve the request, with what is free of it. */
export interface Candidate {
  readonly batchId: string;
  readonly batchNo: string;
  readonly locationId: string;
  readonly free: number;
  readonly unitCost: Money;
  readonly receivedAt: Instant;
  /** Far in the future when undated, so that it sorts last. */
  readonly expiresAt: Instant;
}

/** What is still wanted when a location is asked. */
export interface Need {
  readonly quantity: number;
  readonly now: Instant;
}

/**
 * In which order candidates must be loaded so that a prefix that covers the need is enough: by an index, or `all`
 * when the choice depends on every candidate.
 */
export type Scan = 'oldest' | 'newest' | 'expiry' | 'all';

export interface AllocationStrategy {
  readonly name: string;
  readonly scan: Scan;
  /** The candidates of one location in the order in which they are taken; left out means never taken. */
  order(candidates: readonly Candidate[], need: Need): readonly Candidate[];
}

/** Negative when `a` is taken before `b`. */
export type Compare = (a: Candidate, b: Candidate) => number;

export const oldestFirst: Compare = (a, b) => ascending(a.receivedAt, b.receivedAt) || ascending(a.batchId, b.batchId);

export function ascending<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A strategy that is nothing but a comparison. */
export function orderedBy(name: string, scan: Scan, compare: Compare): AllocationStrategy {
  return { name, scan, order: (candidates) => candidates.toSorted(compare) };
}
