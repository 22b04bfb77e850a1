/** What the database must look like for costing: the migrations that make it so, and the entities that it is compared with. */
import type { Migration } from '@granary/domain/persistence/schema';
import type { EntitySchema } from 'typeorm';
import { automaticRunEntity } from '../entities/automatic-run.ts';
import { costAllocationEntity, costRuleEntity } from '../entities/cost-allocation.ts';
import { costDeficitEntity, costFlowEntity, costLayerEntity } from '../entities/cost-layer.ts';
import { costGuardEntity, costPeriodEntity, costSnapshotEntity } from '../entities/cost-period.ts';
import { standardCostEntity } from '../entities/standard-cost.ts';
import { costEventEntity, costRecordEntity } from '../entities/cost-record.ts';
import { costRecostEntity } from '../entities/cost-recost.ts';
import { costStateEntity } from '../entities/cost-state.ts';
import { costTellingEntity } from '../entities/cost-telling.ts';
import { costVarianceEntity } from '../entities/cost-variance.ts';
import { currencyRateEntity } from '../entities/currency-rate.ts';
import { periodTermsEntity } from '../entities/period-terms.ts';
import { cost } from './migrations/0001-cost.ts';
import { monthEnd } from './migrations/0002-month-end.ts';
import { costRecost } from './migrations/0003-cost-recost.ts';
import { periodTerms } from './migrations/0004-period-terms.ts';

/** To run after those of the stock engine. */
export const costMigrations: readonly Migration[] = [cost, monthEnd, costRecost, periodTerms];

export const costEntities: readonly EntitySchema[] = [
  costStateEntity,
  costLayerEntity,
  costDeficitEntity,
  costFlowEntity,
  costEventEntity,
  costRecordEntity,
  costRecostEntity,
  costPeriodEntity,
  costSnapshotEntity,
  costGuardEntity,
  costRuleEntity,
  costAllocationEntity,
  automaticRunEntity,
  costTellingEntity,
  costVarianceEntity,
  currencyRateEntity,
  standardCostEntity,
  periodTermsEntity,
] as readonly EntitySchema[];
