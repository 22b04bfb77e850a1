/** A lot of tea lies at two places and is held by three orders when it is recalled; other tea is there for two of them. */
import type { Row } from './render.ts';
import type { Session } from './session.ts';

export async function recallExample({ call }: Session): Promise<Record<string, readonly Row[]>> {
  await call('location.create', { locationId: 'NORTH', priority: 200 });
  const tea = { skuId: 'TEA', unitCost: '4.00' };
  const bad = [
    { ...tea, quantity: 9, batchNo: 'T-7' },
    { ...tea, quantity: 4, batchNo: 'T-7', locationId: 'NORTH' },
  ];
  await call('inbound.purchase', { documentNo: 'PO-1', supplier: 'Leaf & Co', lines: bad });
  const orders = [
    ['ORDER-1', 2],
    ['ORDER-2', 3],
    ['ORDER-3', 3],
  ] as const;
  await call('outbound.sales', { orderNo: 'ORDER-0', lines: [{ skuId: 'TEA', quantity: 1, locationId: 'default' }] });
  for (const [businessId, quantity] of orders)
    await call('reservation.reserve', { skuId: 'TEA', quantity, type: 'order', businessId, locationId: 'default' });
  await call('reservation.confirm', { type: 'order', businessId: 'ORDER-3' });
  await call('inbound.purchase', { documentNo: 'PO-2', lines: [{ ...tea, quantity: 5, batchNo: 'T-8' }] });

  const steps = await call('batch.trace', { skuId: 'TEA', batchNo: 'T-7' });
  const trace = steps.items.map((step): Row => {
    const { kind, quantity, locationId } = step;
    return kind === 'document'
      ? { step: `${step.type} ${step.documentNo}`, quantity, at: locationId, state: 'posted' }
      : {
          step: `${step.type} ${step.businessId}`,
          quantity,
          at: locationId,
          state: `${step.state}, holds ${step.held}`,
        };
  });

  const recall = await call('batch.recall', { skuId: 'TEA', batchNo: 'T-7', reason: 'mould', operator: 'Ida' });
  const told =
    (outcome: string) =>
    (hold: (typeof recall.moved)[number]): Row => {
      return { order: hold.businessId, held: hold.quantity, state: hold.state, outcome };
    };
  const recalled = [...recall.moved.map(told('holds T-8 now')), ...recall.notMoved.map(told('keeps T-7, frozen'))];

  const { batches } = await call('stock.explain', { skuId: 'TEA' });
  const shelf = batches.map(({ batchNo, locationId, onHand, reserved, available, reason }): Row => {
    return { batch: batchNo, at: locationId, onHand, reserved, available, why: reason ?? '' };
  });

  const back = await call('stock.trace', { orderNo: 'ORDER-0' });
  const origin = back.items.flatMap(({ batch, receipts }) =>
    receipts.map((receipt): Row => {
      return {
        batch: batch.batchNo,
        receipt: receipt.documentNo,
        supplier: receipt.supplier,
        quantity: receipt.quantity,
        at: receipt.locationId,
      };
    }),
  );
  return { trace, recalled, shelf, origin };
}
