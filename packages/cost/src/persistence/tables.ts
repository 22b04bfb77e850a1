/** Every table of costing with its codecs, derived once. */
import { tableOf } from '@granary/domain/persistence/table';
import { costAllocationEntity, costRuleEntity } from '../entities/cost-allocation.ts';
import { costDeficitEntity, costFlowEntity, costLayerEntity } from '../entities/cost-layer.ts';
import { costGuardEntity, costPeriodEntity, costSnapshotEntity } from '../entities/cost-period.ts';
import { exchangeRateEntity, standardCostEntity } from '../entities/cost-rate.ts';
import { costEventEntity, costRecordEntity } from '../entities/cost-record.ts';
import { costStateEntity } from '../entities/cost-state.ts';

export const costStates = tableOf(costStateEntity);
export const costLayers = tableOf(costLayerEntity);
export const costDeficits = tableOf(costDeficitEntity);
export const costFlows = tableOf(costFlowEntity);
export const costEvents = tableOf(costEventEntity);
export const costRecords = tableOf(costRecordEntity);
export const costPeriods = tableOf(costPeriodEntity);
export const costSnapshots = tableOf(costSnapshotEntity);
export const costGuards = tableOf(costGuardEntity);
export const costRules = tableOf(costRuleEntity);
export const costAllocations = tableOf(costAllocationEntity);
export const exchangeRates = tableOf(exchangeRateEntity);
export const standardCosts = tableOf(standardCostEntity);
