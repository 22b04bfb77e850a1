/**
 * A costing strategy is an order over layers; one shared loop takes from them (core/consume.ts). What else strategies
 * differ in is said by two words: where the value is held, and at which cost goods come in.
 */
import type { Layer } from '../core/layer.ts';

export interface CostStrategy {
  readonly name: string;
  /** Negative when `a` is taken before `b`. It must tell any two layers apart. */
  readonly compare: (a: Layer, b: Layer) => number;
  /** `layer`: each layer has its own value. `pool`: the SKU has one value, and layers tell only what is left of a receipt. */
  readonly value: 'layer' | 'pool';
  /** `actual`: at what was paid. `standard`: at the standard cost, the difference being booked at once. */
  readonly receipts: 'actual' | 'standard';
  /** True when the batches that were taken decide which layers are consumed. */
  readonly byLot: boolean;
  /** True when the close of a period costs its issues anew, as if all receipts had come before them. */
  readonly periodic: boolean;
}

/** A strategy that is nothing but an order. */
export function orderedBy(name: string, compare: CostStrategy['compare']): CostStrategy {
  return { name, compare, value: 'layer', receipts: 'actual', byLot: false, periodic: false };
}

/** The same strategy by periods: goods are costed at the close, when all receipts of the period are known. */
export function periodically(strategy: CostStrategy, name = `periodic_${strategy.name}`): CostStrategy {
  return { ...strategy, name, periodic: true };
}
