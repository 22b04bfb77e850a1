/** The same month by each method: three purchases, two sales and the close, and what a bookkeeper reads off the books after each. */
import { divideMoney, formatMoney, parseMoney } from '@granary/contracts/money';
import { chargedTo, newRecordsOf } from './costing-records.ts';
import type { Diary } from './diary.ts';
import type { Row } from './render.ts';
import type { Session } from './session.ts';

const METHODS = ['fifo', 'lifo', 'weighted_average', 'periodic_average', 'specific', 'standard'] as const;
type Method = (typeof METHODS)[number];

interface Purchase {
  readonly on: string;
  readonly quantity: number;
  readonly unitCost: string;
  readonly batchNo: string;
}
interface Sale {
  readonly on: string;
  readonly quantity: number;
  /** What the shop takes off the shelf where the batch decides the cost: by `specific`. */
  readonly batches: readonly { readonly batchNo: string; readonly quantity: number }[];
}
type Step = Purchase | Sale;

const STORY: readonly Step[] = [
  { on: '2026-01-05', quantity: 100, unitCost: '10.00', batchNo: 'A' },
  { on: '2026-01-12', quantity: 50, unitCost: '13.00', batchNo: 'B' },
  {
    on: '2026-01-15',
    quantity: 80,
    batches: [
      { batchNo: 'B', quantity: 40 },
      { batchNo: 'A', quantity: 40 },
    ],
  },
  { on: '2026-01-20', quantity: 50, unitCost: '12.00', batchNo: 'C' },
  { on: '2026-01-25', quantity: 60, batches: [{ batchNo: 'A', quantity: 60 }] },
];

const isPurchase = (step: Step | undefined): step is Purchase => step !== undefined && 'unitCost' in step;
const skuOf = (method: Method) => `TEA-${method}`;

/** A table for each method, by its name. Begins on 2026-01-02, and leaves January closed. */
export async function costMethodExamples(diary: Diary): Promise<Record<string, readonly Row[]>> {
  const { call } = diary;
  for (const method of METHODS) {
    const skuId = skuOf(method);
    await call('sku.create', { skuId, name: 'Tea' });
    await call('cost.switchStrategy', { skuId, to: method });
    if (method === 'standard') await call('cost.standardCost', { skuId, cost: '11.00' });
  }
  const ledgers = METHODS.map((method) => ({ method, note: ledgerOf(diary, method), rows: [] as Row[] }));
  for (const step of STORY) {
    diary.turnTo(step.on);
    for (const { method, note, rows } of ledgers) {
      await (isPurchase(step) ? buy(diary, step, method) : sell(diary, step, method));
      rows.push(await note(step));
    }
  }
  diary.turnTo('2026-02-02');
  const { period } = await call('period.current', {});
  const { items } = await call('period.list', { state: 'open' });
  for (const { periodId } of items) if (periodId !== period?.periodId) await call('period.close', { periodId });
  for (const { note, rows } of ledgers) rows.push(await note(undefined));
  return Object.fromEntries(ledgers.map(({ method, rows }) => [method, rows]));
}

async function buy({ call }: Session, { quantity, unitCost, batchNo }: Purchase, method: Method): Promise<void> {
  const lines = [{ skuId: skuOf(method), quantity, unitCost, batchNo }];
  await call('inbound.purchase', { documentNo: `PO-${batchNo}-${method}`, lines });
}

async function sell({ call }: Session, { on, quantity, batches }: Sale, method: Method): Promise<void> {
  const skuId = skuOf(method);
  const orderNo = `ORDER-${on}-${method}`;
  const { items } = await call('batch.list', { skuId });
  for (const each of method === 'specific' ? batches : []) {
    const batchIds = items.flatMap(({ batchId, batchNo }) => (batchNo === each.batchNo ? [batchId] : []));
    const hold = { type: 'order', businessId: orderNo, lineId: each.batchNo } as const;
    await call('reservation.reserve', { skuId, quantity: each.quantity, batchIds, ...hold });
  }
  await call('outbound.sales', { orderNo, lines: [{ skuId, quantity }] });
}

/** What each step has appended to the books, and what they hold after it. */
function ledgerOf(session: Session, method: Method) {
  const { call } = session;
  const skuId = skuOf(method);
  const appended = newRecordsOf(session, skuId);
  return async (step: Step | undefined): Promise<Row> => {
    const records = await appended();
    const { value } = await call('cost.averageCost', { skuId });
    return {
      date: step?.on ?? '2026-01-31',
      event: eventOf(step, method),
      in: isPurchase(step) ? step.quantity : '',
      out: step === undefined || isPurchase(step) ? '' : step.quantity,
      'unit cost': isPurchase(step) ? step.unitCost : '',
      ...(method === 'standard' ? { variance: chargedTo('variance', records) } : {}),
      'cost of sales': chargedTo('cost_of_sales', records),
      'layers left': await layersOf(session, skuId),
      'value left': value,
    };
  };
}

function eventOf(step: Step | undefined, method: Method): string {
  if (step === undefined) return 'close of January';
  if (isPurchase(step)) return `purchase, batch ${step.batchNo}`;
  if (method !== 'specific') return 'sale';
  return `sale, ${step.batches.map(({ batchNo, quantity }) => `${quantity} of ${batchNo}`).join(', ')}`;
}

/** `40 at 10.00, 10 at 13.00`; goods at one cost stand together. */
export async function layersOf({ call }: Pick<Session, 'call'>, skuId: string): Promise<string> {
  const { quantity } = await call('cost.averageCost', { skuId });
  if (quantity === 0) return '';
  const { lines } = await call('cost.calculate', { skuId, quantity });
  const byCost = new Map<string, number>();
  for (const line of lines) {
    const cost = formatMoney(divideMoney(parseMoney(line.totalCost), BigInt(line.quantity)));
    byCost.set(cost, (byCost.get(cost) ?? 0) + line.quantity);
  }
  return [...byCost].map(([cost, units]) => `${units} at ${cost}`).join(', ');
}
