/** Three phones come in by name, one is sold, one travels, one comes back; then each tells its story. */
import type { Row } from './render.ts';
import type { Session } from './session.ts';

export async function serialsExample({ call, refusal }: Session): Promise<Record<string, readonly Row[]>> {
  const skuId = 'PHONE';
  await call('location.create', { locationId: 'NORTH' });
  await call('sku.create', { skuId, serialTracked: true });
  const lot = (batchNo: string, ...serials: string[]) => ({
    ...{ skuId, quantity: serials.length, unitCost: '310.00', batchNo, serials },
  });
  const pieces: Row[] = [];
  const note = async (after: string) => {
    const { items } = await call('serial.list', { skuId });
    const row: Record<string, string> = { after };
    for (const { serial, state, batchNo, locationId } of items)
      row[serial] = state === 'inStock' ? `${batchNo} at ${locationId}` : state;
    pieces.push(row);
  };
  await call('inbound.purchase', {
    documentNo: 'PO-1',
    lines: [lot('LOT-1', 'SN-1', 'SN-2'), lot('LOT-2', 'SN-3', 'SN-4')],
  });
  await note('the receipt');
  await call('outbound.sales', { orderNo: 'ORDER-1', lines: [{ skuId, quantity: 1 }] });
  await note('a sale of 1');
  await call('outbound.sales', { orderNo: 'ORDER-2', lines: [{ skuId, quantity: 1, serials: ['SN-4'] }] });
  await note('a sale that names SN-4');
  const travel = {
    transferNo: 'TR-1',
    fromLocationId: 'default',
    toLocationId: 'NORTH',
    lines: [{ skuId, quantity: 1 }],
  };
  await call('outbound.transfer', { ...travel, serials: [{ line: 1, serials: ['SN-3'] }] });
  await note('outbound.transfer of SN-3');
  await call('transfer.receive', { transferNo: 'TR-1' });
  await note('transfer.receive');
  const back = { skuId, quantity: 1, originalDocumentNo: 'ORDER-2', originalLine: 1, serials: ['SN-4'] };
  await call('inbound.return', { documentNo: 'RET-1', lines: [back] });
  await note('a return of SN-4');

  const { history } = await call('serial.get', { skuId, serial: 'SN-4' });
  const story = history.map(({ seq, kind, state, batchNo, documentType, documentNo, orderNo }): Row => ({
    ...{ seq, kind, state, batch: batchNo, document: `${documentType} ${documentNo}`, order: orderNo },
  }));
  const sell = (serials: string[]) => ({ orderNo: 'ORDER-3', lines: [{ skuId, quantity: 1, serials }] });
  const buy = (documentNo: string, line: object) => ({
    documentNo,
    lines: [{ skuId, quantity: 1, unitCost: '310.00', ...line }],
  });
  const refused: Row[] = [
    { call: 'receive a phone without naming it', answer: await refusal('inbound.purchase', buy('PO-2', {})) },
    { call: 'receive SN-2 once more', answer: await refusal('inbound.purchase', buy('PO-3', { serials: ['SN-2'] })) },
    { call: 'sell SN-1 again', answer: await refusal('outbound.sales', sell(['SN-1'])) },
    { call: 'sell SN-9, which nobody knows', answer: await refusal('outbound.sales', sell(['SN-9'])) },
    { call: 'sell one and name two', answer: await refusal('outbound.sales', sell(['SN-2', 'SN-4'])) },
    { call: 'return what is in stock', answer: await refusal('inbound.return', buy('RET-2', { serials: ['SN-2'] })) },
    { call: 'turn tracking off', answer: await refusal('sku.update', { skuId, serialTracked: false }) },
  ];
  return { pieces, story, refused };
}
