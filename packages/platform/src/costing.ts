/** Costing as the composition root joins it: its core before the stock engine, whose changes it hears. */
import { GranaryError } from '@granary/contracts/error';
import { type CostCore, createCostCore } from '@granary/cost/cost';
import type { CostStrategy } from '@granary/cost/strategies/strategy';
import { ConfigError, type Config } from './env.ts';

export interface CostingParts {
  readonly config: Config;
  readonly ids: () => string;
  readonly costStrategies: readonly CostStrategy[];
}

/** Undefined when costing is switched off. The name of the strategy can only be checked here, as one's own are registered at start-up. */
export function costCoreFor({ config, ids, costStrategies: strategies }: CostingParts): CostCore | undefined {
  if (config.cost === undefined) return undefined;
  try {
    return createCostCore({ config: config.cost, ids, strategies });
  } catch (error) {
    const fix =
      error instanceof GranaryError
        ? `set STOCK_COST_DEFAULT_STRATEGY to another one. ${error.hint}`
        : 'give the cost strategy of your extension another name.';
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Granary does not start: ${problem.replace(/\.$/, '')}. Fix: ${fix}`);
  }
}
