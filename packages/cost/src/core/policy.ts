/** What real systems decide differently, as configuration. Everything else about costing is not a matter of taste. */

export interface CostPolicy {
  /** Goods that are not there: refuse to cost them, or owe them at the last known cost until a receipt settles it. */
  readonly shortage: 'refuse' | 'owe';
  /** Goods of a customer come back at the cost at which they left, or at what a unit costs now. */
  readonly returns: 'original' | 'current';
  /** A receipt that turns out smaller leaves an averaged stock at its own cost, or at the average. */
  readonly reversals: 'original' | 'current';
  /**
   * A batch whose layers hold fewer units than are taken of it: refused, or the rest is taken from other layers, as goods that lie
   * there must be sellable whatever strategy costed them before; preferred when left out.
   */
  readonly lots?: 'strict' | 'preferred';
  /** Decimals of the cost of an issue, half up; the last units take the residue. 6 when left out. */
  readonly issueDecimals?: number;
  /** Decimals of an average, fixed at each receipt; left out, an average is an exact fraction. */
  readonly average?: AverageRounding;
}

export interface AverageRounding {
  readonly decimals: number;
  /** How many of the smallest units an average is stated for: 1000 where prices are per kilogram and stock is in grams. */
  readonly per: number;
}

export const defaultPolicy: CostPolicy = {
  shortage: 'refuse',
  returns: 'original',
  reversals: 'original',
  lots: 'strict',
};
