/** What the database must look like: the migrations that make it so, and the entities that it is compared with. */
import type { EntitySchema } from 'typeorm';
import { alertEntity } from '../entities/alert.ts';
import { assemblyEntity, assemblyPartEntity, assemblyShelfEntity } from '../entities/assembly.ts';
import { batchEntity } from '../entities/batch.ts';
import { checkpointEntity, checkpointLevelEntity } from '../entities/checkpoint.ts';
import { commandEntity } from '../entities/command.ts';
import { commandSkuEntity } from '../entities/command-sku.ts';
import { countLineEntity } from '../entities/count-line.ts';
import { documentEntity, documentLineEntity } from '../entities/document.ts';
import { eventDeliveryEntity, eventSubscriberEntity } from '../entities/event-delivery.ts';
import { holdGuardEntity, holdMakerEntity } from '../entities/hold-cap.ts';
import { importEntity, importErrorEntity, importLineEntity, importPartEntity } from '../entities/import.ts';
import { inTransitEntity, inTransitLineEntity } from '../entities/in-transit.ts';
import { jobEntity } from '../entities/job.ts';
import { levelEntity } from '../entities/level.ts';
import { lockEntity, lockLineEntity } from '../entities/lock.ts';
import { locationEntity } from '../entities/location.ts';
import { movementEntity } from '../entities/movement.ts';
import { leaseEntity, outboxCursorEntity, outboxEntity } from '../entities/outbox.ts';
import { reservationEntity, reservationLineEntity } from '../entities/reservation.ts';
import { retentionEntity } from '../entities/retention.ts';
import { snapshotBatchEntity, snapshotEntity, snapshotLevelEntity } from '../entities/snapshot.ts';
import { serialEntity, serialEventEntity } from '../entities/serial.ts';
import { skuEntity } from '../entities/sku.ts';
import { tokenEntity } from '../entities/token.ts';
import { transferEntity, transferLineEntity, transferPartEntity } from '../entities/transfer.ts';
import { webhookEntity } from '../entities/webhook.ts';
import { stockCore } from './migrations/0001-stock-core.ts';
import { jobs } from './migrations/0002-jobs.ts';
import { access } from './migrations/0003-access.ts';
import { audit } from './migrations/0004-audit.ts';
import { eventDelivery } from './migrations/0005-event-delivery.ts';
import { tokenUse } from './migrations/0006-token-use.ts';
import { stockOperations } from './migrations/0007-stock-operations.ts';
import { documents } from './migrations/0008-documents.ts';
import { locks } from './migrations/0009-locks.ts';
import { transfers } from './migrations/0010-transfers.ts';
import { serials } from './migrations/0011-serials.ts';
import { assemblies } from './migrations/0012-assemblies.ts';
import { alertsSnapshots } from './migrations/0013-alerts-snapshots.ts';
import { batchLife } from './migrations/0015-batch-life.ts';
import { adjustments } from './migrations/0016-adjustments.ts';
import { imports } from './migrations/0017-imports.ts';
import { assemblyShelves } from './migrations/0018-assembly-shelves.ts';
import { documentList } from './migrations/0019-document-list.ts';
import { foreignPrices } from './migrations/0020-foreign-prices.ts';
import { storedFlags } from './migrations/0021-stored-flags.ts';
import { deductedLines } from './migrations/0022-deducted-lines.ts';
import { zerosByDefault } from './migrations/0024-zeros-by-default.ts';
import { checkpoints } from './migrations/0026-checkpoints.ts';

/** DDL commits by itself, so every step must tolerate that it ran before and was not recorded. */
export interface Migration {
  readonly name: string;
  readonly steps: readonly string[];
  /**
   * Processes of the version before may go on beside it: it adds what their statements leave alone, and what they write
   * meanwhile is right (docs/upgrading.md). expansion.test.ts looks at what it adds.
   */
  readonly isExpansion?: true;
}

export const migrations: readonly Migration[] = [
  stockCore,
  jobs,
  access,
  audit,
  eventDelivery,
  tokenUse,
  stockOperations,
  documents,
  locks,
  transfers,
  serials,
  assemblies,
  alertsSnapshots,
  batchLife,
  adjustments,
  imports,
  assemblyShelves,
  documentList,
  foreignPrices,
  storedFlags,
  deductedLines,
  zerosByDefault,
  checkpoints,
];

export const entities: readonly EntitySchema[] = [
  skuEntity,
  locationEntity,
  levelEntity,
  batchEntity,
  reservationEntity,
  reservationLineEntity,
  lockEntity,
  lockLineEntity,
  assemblyEntity,
  assemblyPartEntity,
  assemblyShelfEntity,
  movementEntity,
  documentEntity,
  documentLineEntity,
  transferEntity,
  transferLineEntity,
  transferPartEntity,
  inTransitEntity,
  inTransitLineEntity,
  countLineEntity,
  serialEntity,
  serialEventEntity,
  holdGuardEntity,
  holdMakerEntity,
  commandEntity,
  commandSkuEntity,
  checkpointEntity,
  checkpointLevelEntity,
  retentionEntity,
  outboxEntity,
  outboxCursorEntity,
  leaseEntity,
  jobEntity,
  snapshotEntity,
  snapshotLevelEntity,
  snapshotBatchEntity,
  alertEntity,
  importEntity,
  importPartEntity,
  importLineEntity,
  importErrorEntity,
  tokenEntity,
  webhookEntity,
  eventDeliveryEntity,
  eventSubscriberEntity,
] as readonly EntitySchema[];
