/** Corrections as rows: each in the period of the event that it corrects, and told to come from what caused all of them. */
import type { Tx } from '@granary/domain/persistence/transaction';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { Correction } from '../rules/recost.ts';
import type { CostEngine } from './cost-engine.ts';
import { openPeriods } from './posting-period.ts';
import type { Unsettled } from './recost-plan.ts';

export async function correctionRecords(
  tx: Tx,
  engine: CostEngine,
  { row, recost, corrections }: Unsettled & { readonly corrections: readonly Correction[] },
): Promise<readonly CostRecordRow[]> {
  const periodOf = await openPeriods(
    tx,
    engine,
    corrections.map(({ at }) => at),
  );
  const { skuId, strategy, recordCount } = row;
  const { documentId, reason, commandId } = recost;
  const unmoved = { locationId: null, levelVersion: null, batchId: null, reservationId: null };
  return corrections.map(({ causeId: eventId, correctsId = null, ...correction }, place) => ({
    ...{ skuId, recordNo: recordCount + place + 1, strategy, ...correction, eventId, correctsId },
    ...{ ...unmoved, documentId, reason, commandId, periodId: periodOf(correction.at).periodId },
  }));
}
