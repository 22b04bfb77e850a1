/**
 * What costing appends. Every record is one two-sided entry: so much value onto (or off) the stock against one account.
 * The value held is therefore the sum of all records, and a journal balances by construction.
 */

import type { CostAccount, CostRecordKind } from '@granary/contracts/cost-record';

export type Account = CostAccount;
export type RecordKind = CostRecordKind;

export interface CostRecord {
  readonly kind: RecordKind;
  readonly account: Account;
  /** The event that made this record. */
  readonly causeId: string;
  /** The event whose cost it states: the cause itself, or an earlier one that it corrects. */
  readonly subjectId: string;
  /** For corrections after a back-dated event: the event whose posting is corrected, and in whose period that falls. */
  readonly correctsId?: string;
  /** Change of the quantity, negative for what leaves; 0 where only value moves. */
  readonly quantity: number;
  /** Change of the value of stock; the account gets the opposite. */
  readonly value: bigint;
}

/** A part of one consumption: how much of which layer at what value. No layer: taken before it was there. */
export interface ConsumedLine {
  readonly layerId: string | null;
  readonly quantity: number;
  readonly value: bigint;
}

/** The sum of values against one account, or against all; their negative is what the account was charged. */
export function sumOf(records: readonly CostRecord[], account?: Account): bigint {
  let sum = 0n;
  for (const record of records) if (account === undefined || record.account === account) sum += record.value;
  return sum;
}
