/** The cost bundle, composed. The handler goes to the stock engine's port; the services stand beside its own. */
import type { DomainConfig } from '@granary/domain/config';
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { DomainPorts } from '@granary/domain/ports/domain-ports';
import type { Books } from '@granary/domain/ports/books';
import type { Exchange } from '@granary/domain/ports/exchange';
import type { OnHandHandler } from '@granary/domain/ports/on-hand-handler';
import type { Engine } from '@granary/domain/services/execution';
import { createRefusalRecord } from '@granary/domain/services/refusal-record';
import { createTrails } from '@granary/domain/services/trails';
import { createStrategyRegistry } from '@granary/domain/strategies/registry';
import type { DataSource } from 'typeorm';
import type { CostConfig } from './config.ts';
import { createCostAllocation } from './services/cost-allocation.ts';
import { createCostCalculation } from './services/cost-calculation.ts';
import { createCostChanges } from './services/cost-change.ts';
import { createCostOpening } from './services/cost-opening.ts';
import { createCostPreview } from './services/cost-preview.ts';
import { createCostReader } from './services/cost-reader.ts';
import { createCostBooks, createCostVerification } from './services/cost-verification.ts';
import { createExchange } from './services/currency-exchange.ts';
import { createCurrencyRates } from './services/currency-rates.ts';
import { createAutoClose } from './services/period-auto-close.ts';
import { createPeriodService } from './services/period-service.ts';
import { createCostReports } from './services/report-service.ts';
import { createRecosting } from './services/recosting.ts';
import { createVarianceWatch } from './services/variance-watch.ts';
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

/** What costing needs before there is a database; it holds what the stock engine is made with. */
export interface CostCore extends CostEngine {
  readonly handler: OnHandHandler;
  readonly books: Books;
  readonly exchange: Exchange;
}

export function createCostCore({ config, ids, strategies = [] }: CostCoreParts): CostCore {
  const engine: CostEngine = { config, ids, strategies: createCostStrategyRegistry(strategies) };
  // Refuses an unknown default at start-up, not at the first receipt.
  engine.strategies.get(config.defaultStrategy);
  const books = createCostBooks(engine.strategies);
  return { ...engine, handler: createStockHandler(engine), books, exchange: createExchange(config) };
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
  const stock: Engine = {
    units,
    ports,
    config,
    strategies,
    recordRefusal: createRefusalRecord({ units, ports, config }),
    trails: createTrails(),
  };
  const verify = createCostVerification(units, core.books);
  const closing = { stock, engine: core, verify };
  const reports = createCostReports(units, core);
  return {
    ...createCostCalculation(units, core),
    ...createCostReader({ units, ports }, core),
    ...createCostChanges(stock, core),
    ...createCurrencyRates(stock, core),
    ...reports,
    preview: createCostPreview(units, core),
    recosting: createRecosting(units, core),
    periods: createPeriodService(closing),
    /** For workers. */
    autoClose: createAutoClose(closing),
    watchVariance: createVarianceWatch({ stock, engine: core, variance: reports.analysis.variance }),
    allocations: createCostAllocation(stock, core),
    /** For the worker; decision 0028. */
    open: createCostOpening(stock, core),
    verify,
  };
}

export type Cost = ReturnType<typeof createCost>;
