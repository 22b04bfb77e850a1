/** Business locks and operation locks. */
import type { Fixtures } from '../fixtures.ts';
import type { Sheets } from '../procedure-sheet.ts';
import { LOCK, STOCK } from './tables.ts';
import { page, said, soon } from './values.ts';

const business = async (fixtures: Fixtures) => {
  const { skuId, batchId } = await fixtures.stocked();
  const batches = [{ batchId, quantity: 1 }];
  return { skuId, batches, type: fixtures.name(), businessId: fixtures.name(), reason: 'A reason' };
};

export const lockSheets: Sheets = {
  'lock.business': {
    calls: [
      async (fixtures) => ({ ...(await business(fixtures)), ttlSeconds: 70_000 }),
      async (fixtures) => ({ ...(await business(fixtures)), expiresAt: soon() }),
    ],
    writes: [...LOCK, ...STOCK],
    keeps: ['type', 'businessId'],
    mayAnswer: { '*': 'INV_002' },
  },
  'lock.operation': {
    calls: [
      async (fixtures) => ({
        ...{ batchIds: [(await fixtures.stocked()).batchId], operationType: fixtures.name() },
        ...{ ...said, ttlSeconds: 70_000 },
      }),
    ],
    writes: [...LOCK, 'stock_batch'],
    keeps: ['operationType'],
    // The answer's own word for it.
    toldOtherwise: ['operationType'],
  },
  'lock.release': {
    calls: [async (fixtures) => ({ lockId: (await fixtures.lock()).lockId, reason: 'A reason' })],
    writes: [...LOCK, ...STOCK],
    // Why it was locked; why it was released is told as endReason.
    toldOtherwise: ['reason'],
  },
  'lock.expireDue': { calls: [() => page], writes: [...LOCK, ...STOCK] },
  'lock.get': { calls: [async (fixtures) => ({ lockId: (await fixtures.lock()).lockId })] },
  'lock.list': {
    calls: [
      async (fixtures) => {
        const { skuId, batchId, businessId } = await fixtures.lock();
        return { skuId, batchId, businessId, state: 'active', kind: 'business', ...page };
      },
    ],
  },
};
