/** The cost bundle, composed. The handler goes to the stock engine's port; the services stand beside its own. */
import type { DomainConfig } from '@granary/domain/config';
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { DomainPorts } from '@granary/domain/ports/domain-ports';
import type { OnHandHandler } from '@granary/domain/ports/on-hand-handler';
import type { Engine } from '@granary/domain/services/execution';
import { createRefusalRecord } from '@granary/domain/services/refusal-record';
import { createStrategyRegistry } from '@granary/domain/strategies/registry';
import type { DataSource } from 'typeorm';
import type { CostConfig } from './config.ts';
import { createCostAllocation } from './services/cost-allocation.ts';
import { createCostCalculation } from './services/cost-calculation.ts';
import { createCostChanges } from './services/cost-change.ts';
import { createCostPreview } from './services/cost-preview.ts';
import { createCostReader } from './services/cost-reader.ts';
import { createCostVerification } from './services/cost-verification.ts';
import { createPeriodService } from './services/period-service.ts';
import type { CostEngine } from './services/cost-engine.ts';
import { createStockHandler } from './services/stock-handler.ts';
import { createCostStrategyRegistry } from './strategies/registry.ts';
import type { CostStrategy } from './strategies/strategy.ts';

export interface CostCoreParts {
  readonly config: CostConfig;
  /** Time-ordered identifiers, made in the process: those of the stock engine. */
  readonly ids: () => string;
  /** A user's own, beside the built-in ones. */
  readonly strategies?: readonly CostStrategy[];
}

/** What costing needs before there is a database; it holds the handler that the stock engine is made with. */
export interface CostCore extends CostEngine {
  readonly handler: OnHandHandler;
}

export function createCostCore({ config, ids, strategies = [] }: CostCoreParts): CostCore {
  const engine: CostEngine = { config, ids, strategies: createCostStrategyRegistry(strategies) };
  // Refuses an unknown default at start-up, not at the first receipt.
  engine.strategies.get(config.defaultStrategy);
  return { ...engine, handler: createStockHandler(engine) };
}

export interface CostParts {
  readonly core: CostCore;
  /** Initialised, with the migrations of the stock engine and of costing. */
  readonly dataSource: DataSource;
  readonly config: DomainConfig;
  readonly ports: DomainPorts;
}

export function createCost({ core, dataSource, config, ports }: CostParts) {
  const units = createUnitOfWork(dataSource, config, ports);
  const strategies = createStrategyRegistry(ports.strategies);
  const stock: Engine = { units, ports, config, strategies, recordRefusal: createRefusalRecord({ units, ports }) };
  return {
    ...createCostCalculation(units, core),
    ...createCostReader(units),
    ...createCostChanges(stock, core),
    preview: createCostPreview(units, core),
    periods: createPeriodService(stock, core),
    allocations: createCostAllocation(stock, core),
    verify: createCostVerification(units, core.strategies),
    strategies: { names: () => core.strategies.names() },
  };
}

export type Cost = ReturnType<typeof createCost>;
