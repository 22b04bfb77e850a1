/** What the reports of a closed period go by, as it was configured when it was closed: they are told in the same words for good. */
import { jsonColumn, ulidColumn, versionColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import type { CostPolicy } from '../core/policy.ts';
import type { LedgerAccounts } from '../rules/ledger-account.ts';

export interface PeriodTermsRow {
  readonly periodId: string;
  readonly accounts: LedgerAccounts;
  /** By which its past is costed again, to tell which layers there were. */
  readonly policy: CostPolicy;
  readonly varianceThresholdMillionths: number;
}

export const periodTermsEntity = new EntitySchema<PeriodTermsRow>({
  name: 'cost_period_terms',
  tableName: 'cost_period_terms',
  columns: {
    periodId: { ...ulidColumn, name: 'period_id', primary: true },
    accounts: jsonColumn,
    policy: jsonColumn,
    varianceThresholdMillionths: { ...versionColumn, name: 'variance_threshold_millionths' },
  },
});
