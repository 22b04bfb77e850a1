/** The strategies by name. To add one of Granary's own: write its file and its test, and name it in this list. */
import { costOptimized } from './cost-optimized.ts';
import { fefo } from './fefo.ts';
import { fifo } from './fifo.ts';
import { leastBatches } from './least-batches.ts';
import { lifo } from './lifo.ts';
import type { AllocationStrategy } from './strategy.ts';

export const builtInStrategies: readonly AllocationStrategy[] = [fifo, lifo, fefo, costOptimized, leastBatches];

export interface StrategyRegistry {
  find(name: string): AllocationStrategy | undefined;
  names(): readonly string[];
}

/** A name may be registered once: a second strategy under it would silently change what callers get. */
export function createStrategyRegistry(own: readonly AllocationStrategy[]): StrategyRegistry {
  const byName = new Map<string, AllocationStrategy>();
  for (const strategy of [...builtInStrategies, ...own]) {
    if (byName.has(strategy.name)) throw new Error(`allocation strategy "${strategy.name}" is registered twice`);
    byName.set(strategy.name, strategy);
  }
  return { find: (name) => byName.get(name), names: () => [...byName.keys()] };
}
