/** The status that people see: a batch with nothing on hand is depleted, whatever is stored. */
import type { BatchStatus } from '@granary/contracts/batch';
import type { BatchRow } from '../entities/batch.ts';

export function visibleStatus(batch: Pick<BatchRow, 'onHand' | 'status'>): BatchStatus {
  return batch.onHand === 0 && batch.status === 'available' ? 'depleted' : batch.status;
}
