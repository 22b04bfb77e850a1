/** Prices in other currencies, in the base currency at the rate of a day: costing knows the rates. */
import type { ForeignPrice } from '@granary/contracts/currency';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { Tx } from '../persistence/transaction.ts';

/** A line as it was bought. */
export interface PricedLine {
  /** Where the caller said the currency. */
  readonly path: string;
  readonly currency: string;
  /** In that currency, millionths. */
  readonly unitCost: Money;
  readonly quantity: number;
}

export interface Exchanged {
  /** All of the line in the base currency, rounded once. */
  readonly value: Money;
  /** Undefined where it was bought in the base currency. */
  readonly price: ForeignPrice | undefined;
}

/** One answer for each line; refuses all of them when a rate is missing (COST_009) or other currencies are switched off (INV_005). */
export type Exchange = (tx: Tx, lines: readonly PricedLine[], at: Instant) => Promise<readonly Exchanged[]>;
