/** A gift set of two mugs and a tin of tea, at two places; it is counted, held, shipped in part and changed. */
import type { Row } from './render.ts';
import type { Session } from './session.ts';

const SET = 'GIFT-SET';
const order = (businessId: string) => ({ type: 'order' as const, businessId });

export async function bundlesExample(session: Session): Promise<Record<string, readonly Row[]>> {
  const { call } = session;
  await call('location.create', { locationId: 'NORTH', priority: 10 });
  await call('sku.create', { skuId: 'POT' });
  const receipt = (skuId: string, locationId: string, quantity: number) => ({
    ...{ skuId, locationId, quantity, unitCost: '3.00', batchNo: `${skuId}-${locationId}` },
  });
  const lines = [
    ...[receipt('MUG', 'default', 7), receipt('TEA', 'default', 2)],
    ...[receipt('MUG', 'NORTH', 3), receipt('TEA', 'NORTH', 5)],
  ];
  await call('inbound.purchase', { documentNo: 'PO-1', lines });
  const components = [
    { skuId: 'MUG', quantity: 2 },
    { skuId: 'TEA', quantity: 1 },
  ];
  await call('bundle.create', { skuId: SET, components });
  const counted = await countedRows(session);
  const { held, parcels } = await heldRows(session);
  return { counted, held, parcels, refusals: await refusalRows(session), changed: await changedRows(session) };
}

async function countedRows({ call }: Session): Promise<Row[]> {
  const { assembly, available } = await call('stock.explain', { skuId: SET });
  const places = (assembly?.locations ?? []).map(({ locationId, available: sets, parts }) => ({
    place: locationId,
    ...Object.fromEntries(parts.map((part) => [part.skuId, `${part.available} free, for ${part.makes}`])),
    sets,
  }));
  return [...places, { place: 'in all', MUG: null, TEA: null, sets: available }];
}

async function heldRows({ call }: Session): Promise<{ held: Row[]; parcels: Row[] }> {
  const held = await call('reservation.reserve', { skuId: SET, quantity: 3, ...order('ORDER-1') });
  const rows = held.lines.map(({ skuId, locationId, quantity }) => ({
    ...{ reservation: `${held.quantity} x ${held.skuId}`, component: skuId, place: locationId, held: quantity },
  }));
  const ship = (documentNo: string, quantity: number) =>
    call('outbound.sales', { orderNo: 'ORDER-1', documentNo, lines: [{ skuId: SET, quantity }] });
  const parcels: Row[] = [];
  for (const [documentNo, quantity] of [
    ['PARCEL-1', 1],
    ['PARCEL-2', 1],
  ] as const) {
    const document = await ship(documentNo, quantity);
    const [left] = (await call('reservation.list', { skuId: SET, ...order('ORDER-1') })).items;
    for (const line of document.lines)
      parcels.push({
        document: documentNo,
        line: line.line,
        batch: line.batchNo,
        quantity: line.quantity,
        stillHeld: left?.held ?? 0,
      });
  }
  return { held: rows, parcels };
}

async function refusalRows({ refusal }: Session): Promise<Row[]> {
  const line = (skuId: string) => ({ skuId, quantity: 1, unitCost: '1.00' });
  return [
    {
      call: 'reserve another one',
      answer: await refusal('reservation.reserve', { skuId: SET, quantity: 1, ...order('ORDER-2') }),
    },
    {
      call: 'receive gift sets',
      answer: await refusal('inbound.purchase', { documentNo: 'PO-2', lines: [line(SET)] }),
    },
    {
      call: 'make a bundle of gift sets',
      answer: await refusal('bundle.create', {
        skuId: 'HAMPER',
        components: [
          { skuId: SET, quantity: 1 },
          { skuId: 'TEA', quantity: 1 },
        ],
      }),
    },
    {
      call: 'make a bundle of a SKU that has goods',
      answer: await refusal('bundle.create', {
        skuId: 'TEA',
        components: [
          { skuId: 'MUG', quantity: 1 },
          { skuId: 'POT', quantity: 1 },
        ],
      }),
    },
  ];
}

async function changedRows({ call }: Session): Promise<Row[]> {
  await call('bundle.update', {
    skuId: SET,
    components: [
      { skuId: 'MUG', quantity: 1 },
      { skuId: 'TEA', quantity: 2 },
    ],
  });
  const made = await call('reservation.reserve', { skuId: SET, quantity: 1, ...order('ORDER-3') });
  const [before] = (await call('reservation.list', order('ORDER-1'))).items;
  const rowsOf = (orderNo: string, lines: readonly { skuId: string; held: number }[]) =>
    lines.filter(({ held }) => held > 0).map(({ skuId, held }) => ({ order: orderNo, component: skuId, held }));
  return [...rowsOf('ORDER-1, held before', before?.lines ?? []), ...rowsOf('ORDER-3, held after', made.lines)];
}
