/** What the database must look like for costing: the migrations that make it so, and the entities that it is compared with. */
import type { Migration } from '@granary/domain/persistence/schema';
import type { EntitySchema } from 'typeorm';
import { costAllocationEntity, costRuleEntity } from '../entities/cost-allocation.ts';
import { costDeficitEntity, costFlowEntity, costLayerEntity } from '../entities/cost-layer.ts';
import { costGuardEntity, costPeriodEntity, costSnapshotEntity } from '../entities/cost-period.ts';
import { exchangeRateEntity, standardCostEntity } from '../entities/cost-rate.ts';
import { costEventEntity, costRecordEntity } from '../entities/cost-record.ts';
import { costStateEntity } from '../entities/cost-state.ts';
import { cost } from './migrations/0001-cost.ts';

/** To run after those of the stock engine. */
export const costMigrations: readonly Migration[] = [cost];

export const costEntities: readonly EntitySchema[] = [
  costStateEntity,
  costLayerEntity,
  costDeficitEntity,
  costFlowEntity,
  costEventEntity,
  costRecordEntity,
  costPeriodEntity,
  costSnapshotEntity,
  costGuardEntity,
  costRuleEntity,
  costAllocationEntity,
  exchangeRateEntity,
  standardCostEntity,
] as readonly EntitySchema[];
