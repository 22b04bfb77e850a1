/** Every table with its codecs, derived once. */
import { type BatchRow, batchEntity } from '../entities/batch.ts';
import { alertEntity, type AlertRow } from '../entities/alert.ts';
import {
  assemblyEntity,
  assemblyPartEntity,
  type AssemblyPartRow,
  type AssemblyRow,
  assemblyShelfEntity,
  type AssemblyShelfRow,
} from '../entities/assembly.ts';
import { checkpointEntity, checkpointLevelEntity } from '../entities/checkpoint.ts';
import { commandEntity } from '../entities/command.ts';
import { commandSkuEntity } from '../entities/command-sku.ts';
import { countLineEntity } from '../entities/count-line.ts';
import { documentEntity, documentLineEntity } from '../entities/document.ts';
import { eventDeliveryEntity, eventSubscriberEntity } from '../entities/event-delivery.ts';
import { holdGuardEntity, holdMakerEntity } from '../entities/hold-cap.ts';
import {
  importEntity,
  importErrorEntity,
  type ImportHeadRow,
  importLineEntity,
  importPartEntity,
} from '../entities/import.ts';
import {
  inTransitEntity,
  inTransitLineEntity,
  type InTransitLineRow,
  type InTransitRow,
} from '../entities/in-transit.ts';
import { jobEntity, type JobRow } from '../entities/job.ts';
import { levelEntity } from '../entities/level.ts';
import { lockEntity, lockLineEntity, type LockRow } from '../entities/lock.ts';
import { locationEntity } from '../entities/location.ts';
import { movementEntity } from '../entities/movement.ts';
import { outboxEntity } from '../entities/outbox.ts';
import {
  reservationEntity,
  reservationLineEntity,
  type ReservationLineRow,
  type ReservationRow,
} from '../entities/reservation.ts';
import { type RetentionRow, retentionEntity } from '../entities/retention.ts';
import {
  snapshotBatchEntity,
  type SnapshotBatchRow,
  snapshotEntity,
  type SnapshotHeadRow,
  snapshotLevelEntity,
} from '../entities/snapshot.ts';
import { serialEntity, serialEventEntity, type SerialEventRow, type SerialRow } from '../entities/serial.ts';
import { skuEntity } from '../entities/sku.ts';
import { tokenEntity } from '../entities/token.ts';
import { transferEntity, transferLineEntity, transferPartEntity, type TransferRow } from '../entities/transfer.ts';
import { webhookEntity } from '../entities/webhook.ts';
import type { EntitySchema } from 'typeorm';
import { tableOf } from './table.ts';

export const skus = tableOf(skuEntity);
export const locations = tableOf(locationEntity);
export const levels = tableOf(levelEntity);
export const batches = tableOf<BatchRow>(batchEntity as unknown as EntitySchema<BatchRow>);
export const reservations = tableOf<ReservationRow>(reservationEntity as unknown as EntitySchema<ReservationRow>);
export const reservationLines = tableOf<ReservationLineRow>(
  reservationLineEntity as unknown as EntitySchema<ReservationLineRow>,
);
export const locks = tableOf<LockRow>(lockEntity as unknown as EntitySchema<LockRow>);
export const lockLines = tableOf(lockLineEntity);
export const assemblies = tableOf<AssemblyRow>(assemblyEntity);
export const assemblyParts = tableOf<AssemblyPartRow>(assemblyPartEntity);
export const assemblyShelves = tableOf<AssemblyShelfRow>(assemblyShelfEntity);
export const movements = tableOf(movementEntity);
export const documents = tableOf(documentEntity);
export const documentLines = tableOf(documentLineEntity);
export const countLines = tableOf(countLineEntity);
export const serials = tableOf<SerialRow>(serialEntity as unknown as EntitySchema<SerialRow>);
export const serialEvents = tableOf<SerialEventRow>(serialEventEntity as unknown as EntitySchema<SerialEventRow>);
export const holdGuards = tableOf(holdGuardEntity);
export const holdMakers = tableOf(holdMakerEntity);
export const transfers = tableOf<TransferRow>(transferEntity as unknown as EntitySchema<TransferRow>);
export const transferLines = tableOf(transferLineEntity);
export const transferParts = tableOf(transferPartEntity);
export const inTransits = tableOf<InTransitRow>(inTransitEntity as unknown as EntitySchema<InTransitRow>);
export const inTransitLines = tableOf<InTransitLineRow>(
  inTransitLineEntity as unknown as EntitySchema<InTransitLineRow>,
);
export const checkpoints = tableOf(checkpointEntity);
export const checkpointLevels = tableOf(checkpointLevelEntity);
export const commands = tableOf(commandEntity);
export const commandSkus = tableOf(commandSkuEntity);
export const retentions = tableOf<RetentionRow>(retentionEntity);
export const outbox = tableOf(outboxEntity);
export const jobs = tableOf<JobRow>(jobEntity as unknown as EntitySchema<JobRow>);
export const snapshots = tableOf<SnapshotHeadRow>(snapshotEntity);
export const snapshotLevels = tableOf(snapshotLevelEntity);
export const snapshotBatches = tableOf<SnapshotBatchRow>(snapshotBatchEntity);
export const imports = tableOf<ImportHeadRow>(importEntity as unknown as EntitySchema<ImportHeadRow>);
export const importParts = tableOf(importPartEntity);
export const importLines = tableOf(importLineEntity);
export const importErrors = tableOf(importErrorEntity);
export const alerts = tableOf<AlertRow>(alertEntity as unknown as EntitySchema<AlertRow>);
export const tokens = tableOf(tokenEntity);
export const webhooks = tableOf(webhookEntity);
export const eventDeliveries = tableOf(eventDeliveryEntity);
export const eventSubscribers = tableOf(eventSubscriberEntity);
