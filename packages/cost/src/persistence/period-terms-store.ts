/** What the reports of closed periods go by: kept by the close, read by the reports. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows } from '@granary/domain/persistence/write-rows';
import type { PeriodTermsRow } from '../entities/period-terms.ts';
import { periodTerms } from './tables.ts';

export type ReportTerms = Omit<PeriodTermsRow, 'periodId'>;

export async function keepTerms(
  tx: Tx,
  periodId: string,
  { accounts, policy, varianceThresholdMillionths }: ReportTerms,
): Promise<void> {
  await appendRows(tx, periodTerms, [{ periodId, accounts, policy, varianceThresholdMillionths }]);
}

/** What is configured now, for periods that are not closed. */
export async function termsOf(
  tx: Tx,
  configured: ReportTerms,
): Promise<(period: { readonly periodId: string }) => ReportTerms> {
  const kept = new Map((await tx.select(periodTerms, '')).map((row) => [row.periodId, row]));
  return ({ periodId }) => kept.get(periodId) ?? configured;
}
