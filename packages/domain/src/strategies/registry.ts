/** The strategies by name: Granary's own (built-in.ts), and those that a host registers at start-up. */
import { invariant } from '../refusal.ts';
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
  for (const strategy of [...builtInStrategies, ...own.map(guarded)]) {
    if (byName.has(strategy.name)) throw new Error(`allocation strategy "${strategy.name}" is registered twice`);
    byName.set(strategy.name, strategy);
  }
  return { find: (name) => byName.get(name), names: () => [...byName.keys()] };
}

/**
 * A strategy of a user gets copies and gives an order back: what it answers is looked up among what it was given, so that it
 * can neither make stock up nor change what others decide with.
 */
function guarded(strategy: AllocationStrategy): AllocationStrategy {
  const { name, scan } = strategy;
  return {
    name,
    scan,
    order: (candidates, need) => {
      const given = new Map(candidates.map((candidate) => [candidate.batchId, candidate]));
      const answered = strategy.order(
        candidates.map((candidate) => ({ ...candidate })),
        need,
      );
      return answered.map(({ batchId }) => {
        const candidate = given.get(batchId);
        invariant(candidate !== undefined, `strategy ${name} answered a batch that it was not given`);
        return candidate;
      });
    },
  };
}
