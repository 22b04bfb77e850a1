/** The part of the walk over every procedure that takes stock out of sale and puts it back. */
import type { ProcedureStep } from './procedure-step.ts';
import { pick } from './stub-api.ts';

export const lockSteps: readonly ProcedureStep[] = [
  [
    'lock.business',
    (earlier) => ({
      batches: [{ batchId: pick(earlier('batch.create'), 'batchId'), quantity: 1 }],
      ...{ type: 'promotion', businessId: 'L1', reason: 'kept', ttlSeconds: 60 },
    }),
  ],
  ['lock.get', (earlier) => ({ lockId: pick(earlier('lock.business'), 'id') })],
  ['lock.list', () => ({ skuId: 'A', state: 'active' })],
  ['lock.release', (earlier) => ({ lockId: pick(earlier('lock.business'), 'id'), reason: 'over' })],
  [
    'lock.operation',
    (earlier) => ({
      batchIds: [pick(pick(pick(earlier('inbound.return'), 'lines'), '0'), 'batchId')],
      ...{ operationType: 'inspection', operator: 'Ida', reason: 'a look', ttlSeconds: 60 },
    }),
  ],
  ['lock.expireDue', () => ({ limit: 5 })],
];
