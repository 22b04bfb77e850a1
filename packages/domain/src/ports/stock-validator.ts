/**
 * A user's own rules, asked before a batch, an allocation or a reservation is accepted. Pure: plain data in, issues out;
 * they are asked inside a transaction, while others wait for the same stock.
 */
import type { InputIssue } from '@granary/contracts/error';
import type { Attributes } from '@granary/contracts/attributes';
import type { ReservationType } from '@granary/contracts/reservation';

export interface StockValidator {
  /** Named in every refusal. */
  readonly name: string;
  /** Of goods that come in and open a batch or top one up. */
  batch?(batch: ProposedBatch): Issues;
  /** Of free stock that was chosen, for a plan, a reservation or an outbound document. */
  allocation?(allocation: ProposedAllocation): Issues;
  /** Of a hold that is new or replaced, after its allocation. */
  reservation?(reservation: ProposedReservation): Issues;
}

/** Paths are fields of what was proposed, such as `quantity`. None, or undefined, is consent. */
export type Issues = readonly InputIssue[] | undefined;

export interface ProposedBatch {
  readonly skuId: string;
  readonly locationId: string;
  readonly batchNo: string;
  readonly quantity: number;
  /** As a decimal, such as `2.50`. */
  readonly unitCost: string;
  readonly qualityLevel: string;
  readonly producedOn: string | null;
  readonly expiresAt: string | null;
  readonly attributes: Attributes | null;
  /** The time of the engine. */
  readonly now: string;
}

export interface ProposedAllocation {
  /** What was asked for; of a bundle or a virtual SKU the lines lie under others. */
  readonly skuId: string;
  readonly quantity: number;
  readonly purpose: 'plan' | 'reservation' | 'outbound';
  readonly lines: readonly ProposedLine[];
  readonly now: string;
}

export interface ProposedLine {
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly batchNo: string;
  readonly quantity: number;
  readonly qualityLevel: string;
  readonly expiresAt: string | null;
  /** Free of this batch before the call. */
  readonly free: number;
}

export interface ProposedReservation extends Omit<ProposedAllocation, 'purpose'> {
  readonly type: ReservationType;
  readonly businessId: string;
  readonly lineId: string;
  readonly expiresAt: string;
}
