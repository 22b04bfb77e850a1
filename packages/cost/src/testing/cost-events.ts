/** Which events each mutation of costing tells, the first one along what it was called for. */
import type { EventType } from '@granary/contracts/event';

export const toldByCosting: Readonly<Record<string, readonly EventType[]>> = {
  'cost.switchStrategy': ['cost.strategy.switched'],
  'cost.revalue': ['cost.revalued'],
  'cost.standardCost': ['cost.standard.set'],
  'cost.setRate': ['cost.rate.set'],
  'costAllocation.createRule': ['cost.rule.created'],
  'costAllocation.updateRule': ['cost.rule.updated'],
  'costAllocation.allocate': ['cost.allocated'],
  'costAllocation.lateCost': ['cost.late.added'],
  'period.create': ['cost.period.created'],
  'period.freeze': ['cost.period.frozen'],
  'period.unfreeze': ['cost.period.unfrozen'],
  'period.close': ['cost.period.closed', 'cost.period.frozen'],
};

/** Told by the watch of a worker, on nobody's call. */
export const toldByWatch: readonly EventType[] = ['cost.variance.exceeded', 'cost.variance.settled'];
