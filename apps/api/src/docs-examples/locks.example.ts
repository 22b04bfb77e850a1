/** Twenty mugs in two lots: five are kept for a promotion, then a lot is frozen for an inspection. */
import type { Row } from './render.ts';
import type { Session } from './session.ts';

export async function locksExample({ call, refusal }: Session): Promise<Record<string, readonly Row[]>> {
  const lots = [12, 8].map((quantity, at) => ({ skuId: 'MUG', quantity, unitCost: '3.20', batchNo: `LOT-${at + 1}` }));
  const receipt = await call('inbound.purchase', { documentNo: 'PO-1', lines: lots });
  const [first = '', second = ''] = receipt.lines.map((line) => line.batchId);

  const shelf: Row[] = [];
  const note = async (what: string) => {
    const { batches, available } = await call('stock.explain', { skuId: 'MUG' });
    for (const { batchNo, onHand, reserved, locked, reason } of batches)
      shelf.push({ after: what, batch: batchNo, onHand, reserved, locked, counts: reason ?? 'yes', available });
  };
  await note('the receipt');
  const batches = [{ batchId: first, quantity: 5 }];
  const kept = { type: 'promotion', businessId: 'SPRING-SALE', reason: 'kept for the opening hour' };
  const lock = await call('lock.business', { batches, ...kept });
  await note('lock.business of 5');
  await call('reservation.reserve', { skuId: 'MUG', quantity: 9, type: 'order', businessId: 'ORDER-1' });
  await note('an order of 9');
  const freezing = { operationType: 'inspection', operator: 'Ida', reason: 'a chipped cup' };
  await call('lock.operation', { batchIds: [second], ...freezing });
  await note('lock.operation on LOT-2');

  const order = { type: 'order', businessId: 'ORDER-1' } as const;
  const told: Row[] = [
    {
      call: 'sell what the order holds of LOT-2',
      answer: await refusal('outbound.sales', { orderNo: 'ORDER-1', lines: [{ skuId: 'MUG', quantity: 9 }] }),
    },
    {
      call: 'sell the 7 that it holds of LOT-1',
      answer: await done(
        call('outbound.sales', { orderNo: 'ORDER-1', documentNo: 'ORDER-1/1', lines: [{ skuId: 'MUG', quantity: 7 }] }),
      ),
    },
    {
      call: 'receive more of LOT-2',
      answer: await refusal('inbound.purchase', {
        documentNo: 'PO-2',
        lines: [{ skuId: 'MUG', quantity: 1, unitCost: '3.20', batchNo: 'LOT-2' }],
      }),
    },
    { call: 'freeze LOT-2 once more', answer: await refusal('lock.operation', { batchIds: [second], ...freezing }) },
    {
      call: 'lock 1 of LOT-2 for the sale',
      answer: await refusal('lock.business', {
        batches: [{ batchId: second, quantity: 1 }],
        ...kept,
        businessId: 'SUMMER-SALE',
      }),
    },
    { call: 'confirm the order', answer: await done(call('reservation.confirm', order)) },
    { call: 'release the rest of it', answer: await done(call('reservation.release', order)) },
    {
      call: 'lock.release of the promotion',
      answer: (await call('lock.release', { lockId: lock.id, reason: 'the hour is over' })).state,
    },
  ];
  return { shelf, told };
}

async function done(work: Promise<unknown>): Promise<string> {
  await work;
  return 'done';
}
