/** What each operation on goods does to cost: returns, goods sold before they came, prices in other currencies, and all that only moves stock. */
import { layersOf } from './costing-methods.example.ts';
import { chargedTo, newRecordsOf, rowOf } from './costing-records.ts';
import type { Diary } from './diary.ts';
import type { Row } from './render.ts';
import type { OutputOf, Session } from './session.ts';

/** In March 2026, every SKU first in first out. */
export async function costGoodsExamples(diary: Diary): Promise<Record<string, readonly Row[]>> {
  diary.turnTo('2026-03-10');
  return {
    returns: await returns(diary),
    deficits: await deficits(diary),
    currencies: await currencies(diary),
    operations: await operations(diary),
  };
}

type Bought = OutputOf<'inbound.purchase'>;
type Step = readonly [event: string, work: () => Promise<unknown>];

/** Each step with what it charged, and what lies there after it. */
async function told(session: Session, skuId: string, steps: readonly Step[]): Promise<Row[]> {
  const appended = newRecordsOf(session, skuId);
  const rows: Row[] = [];
  for (const [event, work] of steps) {
    await work();
    const charged = chargedTo('cost_of_sales', await appended());
    const { value } = await session.call('cost.averageCost', { skuId });
    rows.push({ event, 'cost of sales': charged, 'layers left': await layersOf(session, skuId), 'value left': value });
  }
  return rows;
}

const buying =
  ({ call }: Session, skuId: string) =>
  async (quantity: number, unitCost: string, batchNo: string) =>
    await call('inbound.purchase', {
      documentNo: `PO-${skuId}-${batchNo}`,
      lines: [{ skuId, quantity, unitCost, batchNo }],
    });

const selling =
  ({ call }: Session, skuId: string) =>
  async (quantity: number, orderNo = `ORDER-${skuId}`) =>
    await call('outbound.sales', { orderNo, lines: [{ skuId, quantity }] });

async function returns(session: Session): Promise<Row[]> {
  const [buy, sell] = [buying(session, 'MUG'), selling(session, 'MUG')];
  let sold = '';
  return await told(session, 'MUG', [
    ['purchase of 10 at 4.00', () => buy(10, '4.00', 'A')],
    ['sale of 3', async () => (sold = (await sell(3)).id)],
    ['purchase of 10 at 6.00', () => buy(10, '6.00', 'B')],
    ['2 of the sale come back', () => comeBack(session, 'MUG', sold)],
  ]);
}

async function comeBack({ call }: Session, skuId: string, originalDocumentId: string): Promise<void> {
  const line = { skuId, quantity: 2, originalDocumentId, originalLine: 1 };
  await call('inbound.return', { documentNo: `RETURN-${skuId}`, lines: [line] });
}

async function deficits(session: Session): Promise<Row[]> {
  const [buy, sell] = [buying(session, 'PEN'), selling(session, 'PEN')];
  const appended = newRecordsOf(session, 'PEN');
  const rows: Row[] = [];
  const steps: readonly Step[] = [
    ['purchase of 1 at 2.00', () => buy(1, '2.00', 'A')],
    ['sale of 3: 2 of them are not there', () => sell(3)],
    ['purchase of 5 at 2.60', () => buy(5, '2.60', 'B')],
  ];
  for (const [event, work] of steps) {
    await work();
    const records = await appended();
    rows.push(...records.map((record, at) => ({ event: at === 0 ? event : '', ...rowOf(record) })));
  }
  return rows;
}

async function currencies({ call, refusal }: Session): Promise<Row[]> {
  await call('cost.setRate', { currency: 'USD', on: '2026-03-01', rate: '7.1234', reason: 'central bank' });
  const line = { skuId: 'LAMP', quantity: 3, unitCost: '9.99' };
  await call('inbound.purchase', { documentNo: 'PO-USD', lines: [{ ...line, currency: 'USD' }] });
  const { items } = await call('cost.records', { skuId: 'LAMP' });
  const euros = await refusal('inbound.purchase', { documentNo: 'PO-EUR', lines: [{ ...line, currency: 'EUR' }] });
  return [
    { price: '3 at 9.99 USD, 7.1234 on 2026-03-01', 'value of stock': items[0]?.value ?? '' },
    { price: '3 at 9.99 EUR, no rate', 'value of stock': euros },
  ];
}

type Operation = readonly [what: string, work: (session: Session, skuId: string, first: Bought) => Promise<unknown>];

const ANN = { operator: 'Ann' } as const;

const OPERATIONS: readonly Operation[] = [
  ['sale of 12', (session, skuId) => selling(session, skuId)(12)],
  [
    'that sale is reversed',
    async (session, skuId) => {
      const { id: documentId } = await selling(session, skuId)(12);
      return await session.call('outbound.reverse', { documentId, reason: 'typed twice', ...ANN });
    },
  ],
  [
    'the first purchase is reversed',
    ({ call }, _skuId, { id: documentId }) => call('inbound.reverse', { documentId, reason: 'never came', ...ANN }),
  ],
  [
    '2 go back to the supplier',
    ({ call }, skuId) => {
      const header = { documentNo: `BACK-${skuId}`, supplier: 'Acme' };
      return call('outbound.supplierReturn', { ...header, lines: [{ skuId, quantity: 2 }] });
    },
  ],
  [
    '2 break',
    ({ call }, skuId) => {
      const header = { documentNo: `BROKEN-${skuId}`, reason: 'broken', ...ANN };
      return call('outbound.damage', { ...header, lines: [{ skuId, quantity: 2 }] });
    },
  ],
  [
    'adjustment of -2',
    ({ call }, skuId) => call('adjustment.adjust', { skuId, delta: -2, reasonCode: 'loss', ...ANN }),
  ],
  [
    'adjustment of +2 at 1.50',
    ({ call }, skuId) => call('adjustment.adjust', { skuId, delta: 2, unitCost: '1.50', reasonCode: 'found', ...ANN }),
  ],
  [
    'count of 19 where the books say 20',
    async ({ call }, skuId) => {
      const [level] = (await call('stock.levels', { skuId })).items;
      const onHandVersion = level?.onHandVersion ?? 0;
      return await call('adjustment.count', { skuId, counted: 19, onHandVersion, reasonCode: 'stocktake', ...ANN });
    },
  ],
  ['transfer of 12', (session, skuId) => send(session, skuId)],
  [
    '9 of 12 arrive, 3 are written off',
    async (session, skuId) => {
      const transferNo = await send(session, skuId);
      const documentNo = `ARRIVED-${skuId}`;
      const arrived = { documentNo, lines: [{ line: 1, quantity: 9 }], isFinal: true, writeOff: { reason: 'lost' } };
      return await session.call('transfer.receive', { transferNo, ...arrived });
    },
  ],
  [
    'both batches are merged',
    async ({ call }, skuId) => {
      const batchIds = (await call('batch.list', { skuId })).items.map(({ batchId }) => batchId);
      return await call('batch.merge', { batchIds, targetBatchNo: 'BOTH' });
    },
  ],
  [
    'a batch is split',
    ({ call }, _skuId, { lines }) => call('batch.split', { batchId: lines[0]?.batchId ?? '', quantities: [4, 6] }),
  ],
];

async function send({ call }: Session, skuId: string): Promise<string> {
  const transferNo = `T-${skuId}`;
  const lines = [{ skuId, quantity: 12 }];
  await call('outbound.transfer', { transferNo, fromLocationId: 'default', toLocationId: 'east', lines });
  return transferNo;
}

/** Each of a SKU of its own, of which 10 came at 1.00 and 10 at 3.00. */
async function operations(session: Session): Promise<Row[]> {
  const { call } = session;
  await call('location.create', { locationId: 'east', priority: 200 });
  const rows: Row[] = [];
  for (const [at, [operation, work]] of OPERATIONS.entries()) {
    const skuId = `GOODS-${at + 1}`;
    const first = await buying(session, skuId)(10, '1.00', 'A');
    await buying(session, skuId)(10, '3.00', 'B');
    const appended = newRecordsOf(session, skuId);
    await appended();
    await work(session, skuId, first);
    const records = await appended();
    const { value } = await call('cost.averageCost', { skuId });
    const nothing = { record: 'none', account: '', quantity: '', 'value of stock': '' };
    const told = records.length === 0 ? [nothing] : records.map(rowOf);
    rows.push(
      ...told.map((row, line) => ({
        operation: line === 0 ? operation : '',
        ...row,
        'value left': line === 0 ? value : '',
      })),
    );
  }
  return rows;
}
