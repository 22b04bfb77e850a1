/** The schema of the whole house: one run of migrations brings a database to it, whether costing is switched on or not. */
import { costEntities, costMigrations } from '@granary/cost/persistence/schema';
import {
  entities as stockEntities,
  migrations as stockMigrations,
  type Migration,
} from '@granary/domain/persistence/schema';
import type { EntitySchema } from 'typeorm';

/** Recorded by name, so no two may share one (schema-drift.test.ts). */
export const migrations: readonly Migration[] = [...stockMigrations, ...costMigrations];

export const entities: readonly EntitySchema[] = [...stockEntities, ...costEntities];
