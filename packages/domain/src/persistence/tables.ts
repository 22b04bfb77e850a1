/** Every table with its codecs, derived once. */
import { type BatchRow, batchEntity } from '../entities/batch.ts';
import { commandEntity } from '../entities/command.ts';
import { documentEntity, documentLineEntity } from '../entities/document.ts';
import { jobEntity, type JobRow } from '../entities/job.ts';
import { levelEntity } from '../entities/level.ts';
import { locationEntity } from '../entities/location.ts';
import { movementEntity } from '../entities/movement.ts';
import { outboxEntity } from '../entities/outbox.ts';
import { reservationEntity, reservationLineEntity, type ReservationRow } from '../entities/reservation.ts';
import { skuEntity } from '../entities/sku.ts';
import { tokenEntity } from '../entities/token.ts';
import type { EntitySchema } from 'typeorm';
import { tableOf } from './table.ts';

export const skus = tableOf(skuEntity);
export const locations = tableOf(locationEntity);
export const levels = tableOf(levelEntity);
export const batches = tableOf<BatchRow>(batchEntity as unknown as EntitySchema<BatchRow>);
export const reservations = tableOf<ReservationRow>(reservationEntity as unknown as EntitySchema<ReservationRow>);
export const reservationLines = tableOf(reservationLineEntity);
export const movements = tableOf(movementEntity);
export const documents = tableOf(documentEntity);
export const documentLines = tableOf(documentLineEntity);
export const commands = tableOf(commandEntity);
export const outbox = tableOf(outboxEntity);
export const jobs = tableOf<JobRow>(jobEntity as unknown as EntitySchema<JobRow>);
export const tokens = tableOf(tokenEntity);
