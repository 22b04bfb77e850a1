/**
 * A costing strategy is an order over layers; one shared loop takes from them (core/consume.ts). What else strategies
 * differ in is said by two words: where the value is held, and at which cost goods come in.
 */
import { type Layer, oldestFirst } from '../core/layer.ts';

/** Oldest or newest receipt first; the identifiers break ties. */
export type LayerScan = 'oldest' | 'newest';

export interface CostStrategy {
  readonly name: string;
  /** Negative when `a` is taken before `b`. It must tell any two layers apart. */
  readonly compare: (a: Layer, b: Layer) => number;
  /** Where the order is that of receipt: no more layers are loaded then than are taken. Left out, all of them are. */
  readonly scan?: LayerScan;
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

/** A strategy that takes goods in the order in which they were received, or against it. */
export function receivedFirst(name: string, scan: LayerScan): CostStrategy {
  return { ...orderedBy(name, scan === 'oldest' ? oldestFirst : (a, b) => oldestFirst(b, a)), scan };
}

/** The same strategy by periods: goods are costed at the close, when all receipts of the period are known. */
export function periodically(strategy: CostStrategy, name = `periodic_${strategy.name}`): CostStrategy {
  return { ...strategy, name, periodic: true };
}
