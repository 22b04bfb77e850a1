/** A mug sells out and comes back, a perishable batch grows old: which alerts stand after each step. */
import type { Row } from './render.ts';
import type { Session } from './session.ts';

export async function alertsExample({ call, refusal }: Session): Promise<Record<string, readonly Row[]>> {
  const course: Row[] = [];
  const note = async (after: string) => {
    await call('alert.evaluate', { skuIds: ['MUG'] });
    const { items } = await call('alert.list', { skuId: 'MUG' });
    for (const { kind, severity, state, value, threshold } of items.toReversed())
      course.push({ after, kind, severity, state, value, threshold });
  };
  const purchase = (documentNo: string, quantity: number) =>
    call('inbound.purchase', { documentNo, lines: [{ skuId: 'MUG', quantity, unitCost: '3.20' }] });
  const sell = (orderNo: string, quantity: number) =>
    call('outbound.sales', { orderNo, lines: [{ skuId: 'MUG', quantity }] });
  await purchase('PO-1', 40);
  await call('stock.configure', { skuId: 'MUG', warningThreshold: 20, criticalThreshold: 5, highThreshold: 500 });
  await sell('ORDER-1', 25);
  await note('40 received, 25 sold');
  const [low] = (await call('alert.list', { skuId: 'MUG' })).items;
  const alertId = low?.id ?? '';
  await call('alert.acknowledge', { alertId });
  await note('alert.acknowledge');
  await sell('ORDER-2', 11);
  await note('11 sold: critical, so it is open again');
  await sell('ORDER-3', 4);
  await note('the last 4 sold');
  const lowStock = (await call('stock.lowStock', {})).items.map(
    ({ skuId, locationId, kind, severity, available, threshold, onHand }): Row => ({
      ...{ sku: skuId, location: locationId, kind, severity, available, threshold, onHand },
    }),
  );
  await purchase('PO-2', 60);
  await note('60 received');
  const told: Row[] = [
    { call: 'acknowledge the resolved one', answer: await refusal('alert.acknowledge', { alertId }) },
  ];
  return { course, lowStock, told };
}
