/** Oil in two lots: a bottle breaks, an expired lot is written off, a shelf is counted while it sells, and more is found than the books say. */
import type { Row } from './render.ts';
import type { InputOf, OutputOf, Session } from './session.ts';

const ANN = { operator: 'Ann' } as const;

type Done = OutputOf<'adjustment.adjust'>;

const linesOf = (what: string, { lines }: Pick<Done, 'lines'>): Row[] =>
  lines.map(({ batchNo, quantity, unitCost }) => ({ call: what, batch: batchNo, quantity, unitCost }));

export async function adjustmentsExample(session: Session): Promise<Record<string, readonly Row[]>> {
  const { call } = session;
  const line = { skuId: 'OIL', unitCost: '3.00' };
  const lots = [
    { ...line, quantity: 4, batchNo: 'LOT-0', expiresAt: '2026-01-31' },
    { ...line, quantity: 10, batchNo: 'LOT-1' },
    { ...line, quantity: 10, batchNo: 'LOT-2', unitCost: '3.20' },
  ];
  const { lines } = await call('inbound.purchase', { documentNo: 'PO-1', lines: lots });
  const [gone] = lines.map(({ batchId }) => batchId);
  const adjust = async (what: string, input: Omit<InputOf<'adjustment.adjust'>, 'skuId' | 'operator'>) =>
    linesOf(what, await call('adjustment.adjust', { skuId: 'OIL', ...ANN, ...input }));
  const adjustments = [
    ...(await adjust('-12, damage', { delta: -12, reasonCode: 'damage' })),
    ...(await adjust('-4 of LOT-0, expired', { delta: -4, reasonCode: 'expired', ...named(gone) })),
    ...(await adjust('+1, found', { delta: 1, reasonCode: 'found' })),
  ];
  return { adjustments, counts: await countsOf(session), refusals: await refusalsOf(session) };
}

function named(batchId: string | undefined): { batchId?: string } {
  return batchId === undefined ? {} : { batchId };
}

async function levelOf({ call }: Session) {
  const [level] = (await call('stock.levels', { skuId: 'OIL' })).items;
  return { onHand: level?.onHand ?? 0, onHandVersion: level?.onHandVersion ?? 0 };
}

async function countsOf(session: Session): Promise<Row[]> {
  const { call, refusal } = session;
  const rows: Row[] = [];
  const before = await levelOf(session);
  const counting = (counted: number, onHandVersion: number) =>
    ({ skuId: 'OIL', counted, onHandVersion, reasonCode: 'stocktake', ...ANN }) as const;
  const note = async (what: string, answer: string) => rows.push({ what, ...(await levelOf(session)), answer });
  await note('the shelf is counted', 'nothing is said yet');
  await call('reservation.reserve', { skuId: 'OIL', quantity: 2, type: 'order', businessId: 'ORDER-1' });
  await note('an order holds 2', 'held');
  await call('outbound.sales', { orderNo: 'ORDER-2', lines: [{ skuId: 'OIL', quantity: 1 }] });
  await note('another buys 1', 'sold');
  const stale = counting(before.onHand - 1, before.onHandVersion);
  await note(`count ${stale.counted} at version ${stale.onHandVersion}`, await refusal('adjustment.count', stale));
  const now = await levelOf(session);
  const less = await call('adjustment.count', counting(now.onHand - 1, now.onHandVersion));
  await note(`count ${now.onHand - 1} at version ${now.onHandVersion}`, moved(less));
  const then = await levelOf(session);
  const equal = await call('adjustment.count', counting(then.onHand, then.onHandVersion));
  await note(`count ${then.onHand} at version ${then.onHandVersion}`, moved(equal));
  return rows;
}

function moved({ lines }: Pick<Done, 'lines'>): string {
  return lines.length === 0 ? 'no movement' : lines.map((line) => `${line.quantity} of ${line.batchNo}`).join(', ');
}

async function refusalsOf(session: Session): Promise<Row[]> {
  const { onHandVersion } = await levelOf(session);
  const { refusal } = session;
  const oil = { skuId: 'OIL', reasonCode: 'correction', ...ANN } as const;
  return [
    { call: 'take away what is held', answer: await refusal('adjustment.adjust', { ...oil, delta: -6 }) },
    {
      call: 'count less than what is held',
      answer: await refusal('adjustment.count', { ...oil, counted: 1, onHandVersion }),
    },
    { call: 'adjust by 0', answer: await refusal('adjustment.adjust', { ...oil, delta: 0 }) },
    {
      call: 'the reason `other` without words',
      answer: await refusal('adjustment.adjust', { ...oil, reasonCode: 'other', delta: 1 }),
    },
    { call: 'a SKU that is not known', answer: await refusal('adjustment.adjust', { ...oil, skuId: 'OLI', delta: 1 }) },
  ];
}
