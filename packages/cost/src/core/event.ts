/** What happens to the cost of a SKU: the input of costing, made from stock movements and from calls of accountants. */
import type { Instant } from '@granary/contracts/instant';
import type { Account } from './record.ts';

interface Happening {
  /** Unique and ordered by time of making (ULID): it names layers and breaks ties of time. */
  readonly id: string;
  /** When it happened (occurredAt). */
  readonly at: Instant;
}

/** Goods come in: bought, produced, taken over, or found (account `adjustments`). */
export interface Receipt extends Happening {
  readonly type: 'receipt';
  readonly quantity: number;
  /** What all of it cost, in the base currency; left out: what a unit costs now. */
  readonly value?: bigint;
  readonly account: Extract<Account, 'purchases' | 'opening' | 'adjustments'>;
  /** More goods of an earlier receipt, which then shares costs that arrive late with it. */
  readonly receiptId?: string;
  readonly lot?: string;
  readonly expiresAt?: Instant;
  /** How much of it was owed already; left out: as much as is owed. A place that owes nothing says 0. */
  readonly settles?: number;
}

/** Goods leave: sold, sent back to the supplier (`purchases`), written off (`adjustments`). */
export interface Issue extends Happening {
  readonly type: 'issue';
  readonly quantity: number;
  readonly account: Extract<Account, 'purchases' | 'cost_of_sales' | 'adjustments'>;
  /** The batches that were taken, for strategies that cost them; their sum is the quantity without what is owed. */
  readonly lots?: readonly { readonly lot: string; readonly quantity: number }[];
  /** More of an earlier issue, which is then one consumption with it. */
  readonly issueId?: string;
  /** How much of it was not there; left out: what exceeds what is held. A place may lack what another one holds. */
  readonly owed?: number;
  /** What all of what is owed is taken to cost, where somebody states it; left out: what a unit costs now. */
  readonly value?: bigint;
}

/** Goods that were sold come back. */
export interface Return extends Happening {
  readonly type: 'return';
  readonly quantity: number;
  /** The issue that they left by; where nobody knows, they come back at the stated value, else at what a unit costs now. */
  readonly issueId?: string;
  /** What all of them are worth, where somebody states it and no issue tells. */
  readonly value?: bigint;
  /** The account that the issue charged; `cost_of_sales` when left out. */
  readonly account?: Issue['account'];
  readonly lot?: string;
  readonly expiresAt?: Instant;
  readonly settles?: number;
}

/** An earlier receipt was smaller than it was booked. */
export interface Reversal extends Happening {
  readonly type: 'reversal';
  readonly quantity: number;
  readonly receiptId: string;
  readonly account: Receipt['account'];
}

/** Freight, duty, overhead: onto what is left of a receipt, or onto the whole SKU. */
export interface Allocation extends Happening {
  readonly type: 'allocation';
  readonly amount: bigint;
  readonly receiptId?: string;
  /** The units that the amount is for, where it is not for one receipt; left out: what is held. */
  readonly quantity?: number;
}

/** The value held is raised or written down by an amount. */
export interface Revaluation extends Happening {
  readonly type: 'revaluation';
  readonly amount: bigint;
  /** Down to nothing where less is held by now: a whole period costed anew must not stumble over what was written down in it. */
  readonly isCapped?: true;
}

/** A new standard cost for `per` units; stock held at standard cost is revalued to it. */
export interface StandardCost extends Happening {
  readonly type: 'standard_cost';
  readonly cost: bigint;
  readonly per: number;
}

export interface StrategySwitch extends Happening {
  readonly type: 'switch';
  readonly strategy: string;
}

/** Goods are from now on of another lot: batches were merged or split. Nothing moves in or out, and no value changes. */
export interface Relabel extends Happening {
  readonly type: 'relabel';
  readonly quantity: number;
  readonly from: string;
  readonly to: string;
  /** When the lot that they are of now expires; null for never. */
  readonly expiresAt: Instant | null;
}

export type CostEvent =
  | Receipt
  | Issue
  | Return
  | Reversal
  | Allocation
  | Revaluation
  | StandardCost
  | StrategySwitch
  | Relabel;

/** What an earlier receipt brought or an earlier issue took, with all that corrected it since: what can still come back. */
export interface Flow {
  readonly quantity: number;
  readonly value: bigint;
}

/** The flows that events refer to, by event id. */
export type Flows = ReadonlyMap<string, Flow>;
