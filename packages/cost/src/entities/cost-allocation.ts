/** Rules by which costs are shared out, and what was shared out. */
import type { AllocatedPart, AllocationMethod, CostSource } from '@granary/contracts/cost-allocation';
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import {
  dateColumn,
  flagColumn,
  instantColumn,
  jsonColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import { valueColumn } from './columns.ts';

/** A SKU and its weight, a decimal string in any scale; null where the stock tells. */
export interface RuleTarget {
  readonly skuId: string;
  readonly weight: string | null;
}

export interface CostRuleRow {
  readonly ruleId: string;
  readonly name: string;
  readonly source: CostSource;
  readonly method: AllocationMethod;
  readonly targets: readonly RuleTarget[];
  /** What it shares out at each close of a period; null where the caller says it. */
  readonly amount: bigint | null;
  readonly isAutomatic: boolean;
  readonly createdAt: Instant;
  readonly version: number;
}

export interface CostAllocationRow {
  readonly allocationId: string;
  readonly name: string;
  readonly ruleId: string | null;
  readonly source: CostSource;
  readonly method: AllocationMethod;
  readonly amount: bigint;
  readonly allocatedOn: CalendarDate;
  readonly periodId: string;
  readonly targets: readonly AllocatedPart[];
  readonly createdAt: Instant;
  readonly commandId: string;
}

export const costRuleEntity = new EntitySchema<CostRuleRow>({
  name: 'cost_rule',
  tableName: 'cost_rule',
  columns: {
    ruleId: { ...ulidColumn, name: 'rule_id', primary: true },
    name: nameColumn(100),
    source: wordColumn(16),
    method: wordColumn(16),
    targets: jsonColumn,
    amount: { ...valueColumn, nullable: true },
    isAutomatic: { ...flagColumn, name: 'is_automatic' },
    createdAt: { ...instantColumn, name: 'created_at' },
    version: versionColumn,
  },
  uniques: [{ name: 'cost_rule_name', columns: ['name'] }],
});

export const costAllocationEntity = new EntitySchema<CostAllocationRow>({
  name: 'cost_allocation',
  tableName: 'cost_allocation',
  columns: {
    allocationId: { ...ulidColumn, name: 'allocation_id', primary: true },
    name: nameColumn(100),
    ruleId: { ...ulidColumn, name: 'rule_id', nullable: true },
    source: wordColumn(16),
    method: wordColumn(16),
    amount: valueColumn,
    allocatedOn: { ...dateColumn, name: 'allocated_on' },
    periodId: { ...ulidColumn, name: 'period_id' },
    targets: jsonColumn,
    createdAt: { ...instantColumn, name: 'created_at' },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  indices: [{ name: 'cost_allocation_period', columns: ['periodId', 'allocationId'] }],
});
