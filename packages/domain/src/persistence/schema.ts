/** What the database must look like: the migrations that make it so, and the entities that it is compared with. */
import type { EntitySchema } from 'typeorm';
import { batchEntity } from '../entities/batch.ts';
import { commandEntity } from '../entities/command.ts';
import { documentEntity, documentLineEntity } from '../entities/document.ts';
import { jobEntity } from '../entities/job.ts';
import { levelEntity } from '../entities/level.ts';
import { locationEntity } from '../entities/location.ts';
import { movementEntity } from '../entities/movement.ts';
import { leaseEntity, outboxCursorEntity, outboxEntity } from '../entities/outbox.ts';
import { reservationEntity, reservationLineEntity } from '../entities/reservation.ts';
import { skuEntity } from '../entities/sku.ts';
import { tokenEntity } from '../entities/token.ts';
import { stockCore } from './migrations/0001-stock-core.ts';
import { jobs } from './migrations/0002-jobs.ts';
import { access } from './migrations/0003-access.ts';

/** DDL commits by itself, so every step must tolerate that it ran before and was not recorded. */
export interface Migration {
  readonly name: string;
  readonly steps: readonly string[];
}

export const migrations: readonly Migration[] = [stockCore, jobs, access];

export const entities: readonly EntitySchema[] = [
  skuEntity,
  locationEntity,
  levelEntity,
  batchEntity,
  reservationEntity,
  reservationLineEntity,
  movementEntity,
  documentEntity,
  documentLineEntity,
  commandEntity,
  outboxEntity,
  outboxCursorEntity,
  leaseEntity,
  jobEntity,
  tokenEntity,
] as readonly EntitySchema[];
