/** Bottles are sold singly, by the case of twelve, and as a capped offer; all three are taken from one shelf. */
import type { Row } from './render.ts';
import type { Session } from './session.ts';

const order = (businessId: string) => ({ type: 'order' as const, businessId });

export async function virtualStockExample({ call, refusal }: Session): Promise<Record<string, readonly Row[]>> {
  const lines = [{ skuId: 'BOTTLE', quantity: 40, unitCost: '0.80', batchNo: 'LOT-1' }];
  await call('inbound.purchase', { documentNo: 'PO-1', lines });
  await call('virtual.create', { skuId: 'CASE', realSkuId: 'BOTTLE', ratio: 12 });
  await call('virtual.create', { skuId: 'OFFER', realSkuId: 'BOTTLE', ratio: 2, cap: 5 });

  const shelf: Row[] = [];
  const note = async (after: string) => {
    const { items } = await call('stock.checkMany', { skuIds: ['BOTTLE', 'CASE', 'OFFER'] });
    shelf.push({ after, ...Object.fromEntries(items.map(({ skuId, available }) => [skuId, available])) });
  };
  await note('40 bottles came in');
  const held = await call('reservation.reserve', { skuId: 'CASE', quantity: 2, ...order('ORDER-1') });
  await note('ORDER-1 holds 2 cases');
  await call('reservation.reserve', { skuId: 'OFFER', quantity: 4, ...order('ORDER-2') });
  await note('ORDER-2 holds 4 of the offer');
  const sold = await call('outbound.sales', { orderNo: 'ORDER-1', lines: [{ skuId: 'CASE', quantity: 1 }] });
  await note('ORDER-1 ships 1 case');
  await call('reservation.release', order('ORDER-2'));
  await note('ORDER-2 is released');

  const taken = [
    ...held.lines.map(({ skuId, quantity }) => ({ what: 'held for 2 cases', skuId, quantity })),
    ...sold.lines.map(({ skuId, quantity }) => ({ what: 'shipped as 1 case', skuId, quantity })),
  ];
  const refusals = [
    {
      call: 'reserve 6 of the offer',
      answer: await refusal('reservation.reserve', { skuId: 'OFFER', quantity: 6, ...order('ORDER-3') }),
    },
    {
      call: 'reserve 2 cases',
      answer: await refusal('reservation.reserve', { skuId: 'CASE', quantity: 2, ...order('ORDER-3') }),
    },
    {
      call: 'reserve 200,000,000 cases',
      answer: await refusal('reservation.reserve', { skuId: 'CASE', quantity: 200_000_000, ...order('ORDER-3') }),
    },
    {
      call: 'a pallet of cases',
      answer: await refusal('virtual.create', { skuId: 'PALLET', realSkuId: 'CASE', ratio: 40 }),
    },
  ];
  return { shelf, taken, refusals };
}
