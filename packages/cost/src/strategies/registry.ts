/** The costing strategies by name: Granary's own (built-in.ts), and those that a host registers at start-up. */
import { GranaryError } from '@granary/contracts/error';
import * as builtIn from './built-in.ts';
import type { CostStrategy } from './strategy.ts';

export interface CostStrategyRegistry {
  /** Refuses an unknown name with the list of known ones (COST_003). */
  get(name: string): CostStrategy;
  names(): readonly string[];
}

/** A name may be registered once: a second strategy under it would silently change what goods cost. */
export function createCostStrategyRegistry(own: readonly CostStrategy[] = []): CostStrategyRegistry {
  const byName = new Map<string, CostStrategy>();
  for (const strategy of [...Object.values(builtIn), ...own]) {
    if (byName.has(strategy.name)) throw new Error(`cost strategy "${strategy.name}" is registered twice`);
    byName.set(strategy.name, strategy);
  }
  const names = () => [...byName.keys()];
  const get = (name: string) => {
    const strategy = byName.get(name);
    if (strategy !== undefined) return strategy;
    throw new GranaryError('unknownCostStrategy', {
      message: `There is no cost strategy "${name}".`,
      hint: `Name one of ${names().join(', ')}.`,
      details: { strategy: name, known: names() },
    });
  };
  return { get, names };
}
