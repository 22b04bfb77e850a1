/** The stock engine, composed: services over one unit of work. */
import type { DataSource } from 'typeorm';
import type { DomainConfig } from './config.ts';
import { createRelay } from './events/relay.ts';
import { createUnitOfWork } from './persistence/unit-of-work.ts';
import type { DomainPorts } from './ports/domain-ports.ts';
import { createBatchService } from './services/batch-service.ts';
import type { Engine } from './services/execution.ts';
import { createInboundService } from './services/inbound-service.ts';
import { createJobRunner } from './services/job-runner.ts';
import { createJobService } from './services/job-service.ts';
import { createLocationService } from './services/location-service.ts';
import { createOutboundService } from './services/outbound-service.ts';
import { createRebuild } from './services/rebuild.ts';
import { createReservationService } from './services/reservation-service.ts';
import { createSkuService } from './services/sku-service.ts';
import { createStockService } from './services/stock-service.ts';
import { createTokenService } from './services/token-service.ts';
import { createVerification } from './services/verification.ts';
import { createStrategyRegistry } from './strategies/registry.ts';

export interface DomainParts {
  /** Initialised, its schema current, its sessions set as platform sets them. */
  readonly dataSource: DataSource;
  readonly config: DomainConfig;
  readonly ports: DomainPorts;
}

export function createDomain({ dataSource, config, ports }: DomainParts) {
  const strategies = createStrategyRegistry(ports.strategies);
  if (strategies.find(config.defaultStrategy) === undefined) {
    throw new Error(
      `STOCK_ALLOCATION_STRATEGY "${config.defaultStrategy}" is not known; known are ${strategies.names().join(', ')}`,
    );
  }
  const engine: Engine = { units: createUnitOfWork(dataSource, config, ports), ports, config, strategies };
  return {
    skus: createSkuService(engine),
    locations: createLocationService(engine),
    batches: createBatchService(engine),
    stock: createStockService(engine),
    reservations: createReservationService(engine),
    inbound: createInboundService(engine),
    outbound: createOutboundService(engine),
    relay: createRelay(engine),
    verify: createVerification(engine),
    rebuild: createRebuild(engine),
    jobs: createJobService(engine),
    tokens: createTokenService(engine),
    jobRunner: createJobRunner(engine),
    strategies: { names: () => strategies.names() },
    unitOfWork: { peak: () => engine.units.peak() },
  };
}

export type Domain = ReturnType<typeof createDomain>;
