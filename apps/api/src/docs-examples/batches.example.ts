/** Two deliveries of honey become one batch while an order holds some of it; a part is split off; then a date is corrected. */
import type { Row } from './render.ts';
import type { OutputOf, Session } from './session.ts';

type Batch = OutputOf<'batch.get'>;

export async function batchesExample({ call, refusal }: Session): Promise<Record<string, readonly Row[]>> {
  const receive = async (
    documentNo: string,
    line: { quantity: number; unitCost: string; batchNo: string; expiresAt?: string },
  ) => (await call('inbound.purchase', { documentNo, lines: [{ skuId: 'HONEY', ...line }] })).lines[0];
  const first = await receive('PO-1', { quantity: 10, unitCost: '4.00', batchNo: 'H-1', expiresAt: '2036-06-30' });
  const second = await receive('PO-2', { quantity: 30, unitCost: '5.00', batchNo: 'H-2', expiresAt: '2036-09-30' });
  const order = { type: 'order', businessId: 'ORDER-1' } as const;
  await call('reservation.reserve', { skuId: 'HONEY', quantity: 12, ...order });
  const batchIds = [first?.batchId ?? '', second?.batchId ?? ''];

  const merge = await call('batch.merge', { batchIds, targetBatchNo: 'H-ALL', reason: 'one barrel' });
  const merged = [merge.batch, ...merge.merged].map(rowOf);
  const held = (await call('reservation.list', { businessId: 'ORDER-1' })).items.flatMap(({ lines }) =>
    lines.map((line): Row => {
      return { order: 'ORDER-1', holds: line.held, of: line.batchId === merge.batch.batchId ? 'H-ALL' : 'another' };
    }),
  );
  const again = await receive('PO-3', { quantity: 5, unitCost: '4.60', batchNo: 'H-2', expiresAt: '2036-09-30' });
  const told: Row[] = [
    { call: 'receive 5 of H-2, expiring 2036-09-30 as before', answer: `into ${again?.batchNo ?? ''}` },
    {
      call: 'receive 5 of H-2, expiring 2036-06-30',
      answer: await refusal('inbound.purchase', {
        documentNo: 'PO-4',
        lines: [{ skuId: 'HONEY', quantity: 5, unitCost: '4.60', batchNo: 'H-2', expiresAt: '2036-06-30' }],
      }),
    },
    { call: 'merge H-1 once more', answer: await refusal('batch.merge', { batchIds, targetBatchNo: 'H-NEW' }) },
  ];

  const { batchId } = merge.batch;
  const tooMuch = await refusal('batch.split', { batchId, quantities: [30, 10] });
  const split = await call('batch.split', { batchId, quantities: [8, 6] });
  const shelf = [split.batch, ...split.children].map(rowOf);
  told.push({ call: 'split 30 and 10 off H-ALL, of which 33 are free', answer: tooMuch });

  const [child] = split.children;
  const fields = { batchId: child?.batchId ?? '' };
  const corrected: Row[] = [];
  const note = async (what: string) => {
    const { expiresAt, status } = await call('batch.get', fields);
    corrected.push({
      after: what,
      expiresAt,
      status,
      available: (await call('stock.check', { skuId: 'HONEY' })).available,
    });
  };
  await note('the split');
  await call('batch.update', { ...fields, expiresAt: '2026-01-31' });
  await note('batch.update to a date that has passed');
  await call('batch.expireDue', {});
  await note('the next sweep');
  await call('batch.update', { ...fields, expiresAt: '2036-12-31' });
  await note('batch.update to a later date');
  return { merged, held, told, shelf, corrected };
}

function rowOf({ batchNo, status, onHand, reserved, unitCost, expiresAt }: Batch): Row {
  return { batch: batchNo, status, onHand, reserved, unitCost, expires: expiresAt?.slice(0, 10) ?? '' };
}
