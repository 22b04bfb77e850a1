/** What a SKU is costed from: layers of goods received at one cost, and what was issued before it was there. */
import type { Instant } from '@granary/contracts/instant';
import type { Account } from './record.ts';

/** A quantity received at one cost. Its truth is what is left and what that is worth; a unit cost is only derived from the two. */
export interface Layer {
  readonly layerId: string;
  /** The event that brought it in; several layers share one when a receipt was corrected later. */
  readonly receiptId: string;
  /** When it came in, in the time of costing (occurredAt): back-dated goods stand where they belong. */
  readonly at: Instant;
  readonly quantity: number;
  readonly remaining: number;
  /** The exact value of what remains; 0 where the strategy keeps one pool for the whole SKU. */
  readonly value: bigint;
  /** The batch number, for strategies that cost the goods that were really taken. */
  readonly lot: string | null;
  readonly expiresAt: Instant | null;
}

/** Units that left before they were there, at the cost assumed for them until a receipt settles it. */
export interface Deficit {
  readonly issueId: string;
  readonly account: Account;
  readonly quantity: number;
  readonly value: bigint;
}

/** Oldest receipt first; the identifiers, which are ordered by time of making, break ties. */
export function oldestFirst(a: Layer, b: Layer): number {
  return ascending(a.at, b.at) || ascending(a.layerId, b.layerId);
}

export function ascending<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
