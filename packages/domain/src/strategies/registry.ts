/** The strategies by name: Granary's own (built-in.ts), and those that a host registers at start-up. */
import * as builtIn from './built-in.ts';
import type { AllocationStrategy } from './strategy.ts';

export const builtInStrategies: readonly AllocationStrategy[] = Object.values(builtIn);

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
