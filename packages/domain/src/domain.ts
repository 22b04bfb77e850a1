/** The stock engine, composed: services over one unit of work. */
import type { DataSource } from 'typeorm';
import type { DomainConfig } from './config.ts';
import { type Combine, createCombining } from './services/combining.ts';
import { createDeliveries } from './events/deliveries.ts';
import { createRelay } from './events/relay.ts';
import { createUnitOfWork } from './persistence/unit-of-work.ts';
import type { DomainPorts } from './ports/domain-ports.ts';
import { scopeOf } from './rules/location-scope.ts';
import { createAdjustmentService } from './services/adjustment-service.ts';
import { createAlertService } from './services/alert-service.ts';
import { createAlertWatch } from './services/alert-watch.ts';
import { createAttributeSealing } from './services/attribute-resealing.ts';
import { createAudit } from './services/audit.ts';
import { createAuditVerification } from './services/audit-verify.ts';
import { createBatchService } from './services/batch-service.ts';
import { createBundleService } from './services/bundle-service.ts';
import { createCheckpoints } from './services/checkpoint-service.ts';
import type { Engine } from './services/execution.ts';
import { createDoctor } from './services/doctor.ts';
import { createErasure } from './services/erasure.ts';
import { createGauges } from './services/gauges.ts';
import { createInboundService } from './services/inbound-service.ts';
import { createImportService } from './services/import-service.ts';
import { createInTransitService } from './services/in-transit-service.ts';
import { createJobRunner } from './services/job-runner.ts';
import { createJobService } from './services/job-service.ts';
import { createLocationService } from './services/location-service.ts';
import { createLockService } from './services/lock-service.ts';
import { createMaintenance } from './services/maintenance.ts';
import { createOutboundService } from './services/outbound-service.ts';
import { createRebuild } from './services/rebuild.ts';
import { createRefusalRecord } from './services/refusal-record.ts';
import { createReservationService } from './services/reservation-service.ts';
import { createSnapshotSchedule, createSnapshotService } from './services/snapshot-service.ts';
import { createSerialService } from './services/serial-service.ts';
import { createSkuService } from './services/sku-service.ts';
import { createStockService } from './services/stock-service.ts';
import { createTokenService } from './services/token-service.ts';
import { createTrails } from './services/trails.ts';
import { createTransferService } from './services/transfer-service.ts';
import { createVerification } from './services/verification.ts';
import { createVirtualService } from './services/virtual-service.ts';
import { createWebhookService } from './services/webhook-service.ts';
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
  const units = createUnitOfWork(dataSource, config, ports);
  const recordRefusal = createRefusalRecord({ units, ports, config });
  const engine: Engine = { units, ports, config, strategies, recordRefusal, trails: createTrails() };
  const combining = createCombining(engine);
  return {
    ...servicesOf(engine, combining.combine),
    /** The same services for a caller who may name and see no more than these locations. */
    within: (locationIds: readonly string[]) => {
      const narrower: Engine = {
        ...engine,
        // What is kept was answered to those who see all.
        ports: { ...ports, cache: undefined },
        units: engine.units.within(scopeOf(locationIds)),
      };
      return servicesOf(narrower, createCombining(narrower).combine);
    },
    relay: createRelay(engine),
    deliveries: createDeliveries(engine),
    verify: createVerification(engine),
    rebuild: createRebuild(engine),
    doctor: createDoctor(engine),
    sealing: createAttributeSealing(engine),
    erase: createErasure(engine),
    jobs: createJobService(engine),
    tokens: createTokenService(engine),
    webhooks: createWebhookService(engine),
    audit: createAudit(engine),
    verifyAudit: createAuditVerification(engine),
    checkpoints: createCheckpoints(engine),
    refusals: { record: recordRefusal },
    imports: createImportService(engine),
    snapshots: createSnapshotService(engine),
    snapshotSchedule: createSnapshotSchedule(engine),
    alertWatch: createAlertWatch(engine),
    maintenance: createMaintenance(engine),
    gauges: createGauges(engine),
    jobRunner: createJobRunner(engine),
    strategies: { names: () => strategies.names() },
    unitOfWork: {
      peak: () => engine.units.peak(),
      /** How large the flushes of combined calls are, since the process began. */
      flushes: combining.tally,
    },
  };
}

/** Everything that stands at locations; what is added here is within reach of callers who are limited to some. */
function servicesOf(engine: Engine, combine: Combine) {
  return {
    skus: createSkuService(engine),
    locations: createLocationService(engine),
    batches: createBatchService(engine),
    bundles: createBundleService(engine),
    virtuals: createVirtualService(engine),
    locks: createLockService(engine),
    stock: createStockService(engine),
    alerts: createAlertService(engine),
    reservations: createReservationService(engine, combine),
    inbound: createInboundService(engine),
    outbound: createOutboundService(engine),
    transfers: createTransferService(engine),
    inTransit: createInTransitService(engine),
    adjustments: createAdjustmentService(engine),
    serials: createSerialService(engine),
  };
}

export type Domain = ReturnType<typeof createDomain>;
