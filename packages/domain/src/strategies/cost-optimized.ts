/** The cheapest total: the lowest unit cost first; ties by receipt, then id. */
import { ascending, oldestFirst, orderedBy } from './strategy.ts';

export const costOptimized = orderedBy(
  'cost_optimized',
  'all',
  (a, b) => ascending(a.unitCost, b.unitCost) || oldestFirst(a, b),
);
