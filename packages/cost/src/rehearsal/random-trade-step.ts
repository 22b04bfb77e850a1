/** What can happen to a SKU in a random trade; each answers `nothing to do` where there is nothing that it could happen to. */
import type { Trade } from './trade-shop.ts';

type Step = (trade: Trade) => Promise<unknown>;

let made = 0;
/** Numbers of documents, never the same twice. */
const next = (stem: string): string => `${stem}-${(made += 1)}`;

const NOTHING = 'nothing to do';
const ANN = { operator: 'Ann', reason: 'drawn' } as const;
const SHELF = { locationId: 'default', qualityLevel: 'A' } as const;
const STRATEGIES = [
  ...['fifo', 'lifo', 'fefo', 'weighted_average', 'periodic_average', 'periodic_fifo', 'periodic_lifo'],
  ...['specific', 'standard'],
];
/** Months of 2026 in which back-dated things happen; they are closed one after the other as the trades go on. */
const MONTHS = 9;

export type TradeKind = keyof typeof tradeSteps;

export const tradeSteps = {
  opening: (trade) => {
    const documentNo = next('OB');
    const lines = [{ ...SHELF, skuId: trade.skuId, quantity: 1 + trade.draw(30), unitCost: priceOf(trade) }];
    return trade.domain.inbound.opening({ documentNo, asOf: pastOf(trade), lines }, trade.call);
  },
  purchase: (trade) => buy(trade, 1 + trade.draw(20), { unitCost: priceOf(trade) }),
  tinyPurchase: (trade) => buy(trade, 1 + trade.draw(9), { unitCost: `0.00000${trade.draw(9)}` }),
  foreignPurchase: (trade) =>
    buy(trade, 1 + trade.draw(9), { unitCost: priceOf(trade), currency: trade.draw(2) === 0 ? 'USD' : 'JPY' }),
  sale: (trade) => sell(trade, true),
  saleNow: (trade) => sell(trade, false),
  deduction: async ({ domain, call, skuId, draw }) => {
    const hold = {
      skuId,
      quantity: 1 + draw(6),
      type: 'order',
      businessId: next('R'),
      lineId: '',
      replace: false,
    } as const;
    const { id } = await domain.reservations.reserve(hold, call);
    await domain.reservations.deduct({ id }, call);
  },
  return: async (trade) => {
    const { domain, call, skuId, draw } = trade;
    const originalDocumentId = saleOf(trade);
    if (originalDocumentId === undefined) return NOTHING;
    const line = { skuId, quantity: 1 + draw(3), locationId: 'default', originalDocumentId, originalLine: 1 };
    return await domain.inbound.return({ documentNo: next('B'), lines: [line] }, call);
  },
  reversedSale: async (trade) => {
    const documentId = saleOf(trade);
    if (documentId === undefined) return NOTHING;
    return await trade.domain.outbound.reverse({ documentId, ...ANN }, trade.call);
  },
  reversedPurchase: async (trade) => {
    const { id } = await buy(trade, 1 + trade.draw(5), { unitCost: priceOf(trade) });
    return await trade.domain.inbound.reverse({ documentId: id, ...ANN }, trade.call);
  },
  supplierReturn: ({ domain, call, skuId, draw }) => {
    const lines = [{ skuId, quantity: 1 + draw(3) }];
    return domain.outbound.supplierReturn({ documentNo: next('S'), supplier: 'Acme', lines }, call);
  },
  damage: ({ domain, call, skuId, draw }) =>
    domain.outbound.damage({ documentNo: next('X'), ...ANN, lines: [{ skuId, quantity: 1 + draw(3) }] }, call),
  adjustment: ({ domain, call, skuId, draw }) =>
    domain.adjustments.adjust({ skuId, delta: draw(9) - 4 || 1, reasonCode: 'correction', operator: 'Ann' }, call),
  count: async ({ domain, call, skuId, draw }) => {
    const [level] = (await domain.stock.levels({ skuId, locationId: 'default', limit: 1 })).items;
    if (level === undefined) return NOTHING;
    const { onHand, onHandVersion } = level;
    const counted = Math.max(0, onHand + draw(7) - 3);
    return await domain.adjustments.count(
      { skuId, counted, onHandVersion, reasonCode: 'stocktake', operator: 'Ann' },
      call,
    );
  },
  transfer: async (trade) => {
    const transferNo = await send(trade);
    return await trade.domain.transfers.receive({ transferNo, isFinal: true }, trade.call);
  },
  transferShortage: async (trade) => {
    const transferNo = await send(trade);
    return await trade.domain.transfers.writeOff({ transferNo, reason: 'sunk' }, trade.call);
  },
  transferCalledOff: async (trade) => {
    const transferNo = await send(trade);
    return await trade.domain.transfers.cancel({ transferNo, reason: 'no room' }, trade.call);
  },
  merge: async (trade) => {
    const batchIds = (await batchesOf(trade)).map(({ batchId }) => batchId);
    if (batchIds.length < 2) return NOTHING;
    return await trade.domain.batches.merge({ batchIds, targetBatchNo: next('BOTH') }, trade.call);
  },
  split: async (trade) => {
    const [batch] = (await batchesOf(trade)).filter(({ onHand }) => onHand > 1);
    if (batch === undefined) return NOTHING;
    return await trade.domain.batches.split(
      { batchId: batch.batchId, quantities: [1 + trade.draw(batch.onHand)] },
      trade.call,
    );
  },
  switch: ({ cost, call, skuId, draw }) =>
    cost.switchStrategy({ skuId, to: STRATEGIES[draw(STRATEGIES.length)] ?? 'fifo' }, call),
  revaluation: ({ cost, call, skuId, draw }) =>
    cost.revalue({ skuId, amount: `${draw(40) - 20}.${100_000 + draw(9)}`, reason: 'drawn' }, call),
  standardCost: ({ cost, call, skuId, draw }) =>
    cost.standardCost({ skuId, cost: `${draw(25)}.50`, per: 1 + draw(3) }, call),
  allocation: async ({ cost, call, skuId, draw }) => {
    const method = draw(2) === 0 ? 'quantity' : 'value';
    const rule = next('rule');
    await cost.allocations.createRule({ name: rule, source: 'indirect', method, targets: [{ skuId }] }, call);
    return await cost.allocations.allocate({ rule, amount: `${draw(30)}.00000${1 + draw(9)}` }, call);
  },
  lateCost: async (trade) => {
    const { id: documentId, lines } = await buy(trade, 1 + trade.draw(9), { unitCost: priceOf(trade) });
    await sell(trade, false);
    const amount = `${trade.draw(9)}.${100_000 + trade.draw(900_000)}`;
    const batchId = lines[0]?.batchId ?? '';
    const { skuId, cost, call } = trade;
    return await cost.allocations.lateCost({ skuId, documentId, batchId, amount, reason: 'drawn' }, call);
  },
  close: async ({ cost, call, number, of }) => {
    const { items } = await cost.periods.list({ limit: 500 });
    const oldest = items.toReversed().find(({ state }) => state === 'open');
    // Never more of them than trades have gone by, so that there is a past to the last.
    const until = `2026-0${Math.floor((number / of) * (MONTHS - 1))}-31`;
    if (oldest === undefined || oldest.endsOn > until) return NOTHING;
    return await cost.periods.close({ periodId: oldest.periodId }, call);
  },
} satisfies Record<string, Step>;

const priceOf = ({ draw }: Trade): string => `${draw(30)}.${draw(900_000) + 100_000}`;
const saleOf = ({ sales, draw }: Trade): string | undefined => sales[draw(Math.max(1, sales.length))];

function pastOf({ draw }: Trade): string {
  return `2026-0${1 + draw(MONTHS)}-1${draw(9)}T12:00:00.000000Z`;
}

/** Mostly now, sometimes some months ago. */
function moment(trade: Trade) {
  return trade.draw(3) > 0 ? {} : { occurredAt: pastOf(trade) };
}

async function buy(trade: Trade, quantity: number, price: { readonly unitCost: string; readonly currency?: string }) {
  const lines = [{ ...SHELF, skuId: trade.skuId, quantity, ...price }];
  return await trade.domain.inbound.purchase({ documentNo: next('PO'), ...moment(trade), lines }, trade.call);
}

async function sell(trade: Trade, mayBeLate: boolean): Promise<void> {
  const { domain, call, skuId, draw, sales } = trade;
  const header = mayBeLate ? moment(trade) : {};
  const { id, lines } = await domain.outbound.sales(
    { orderNo: next('O'), ...header, lines: [{ skuId, quantity: 1 + draw(12) }] },
    call,
  );
  if (lines.length > 0) sales.push(id);
}

async function send({ domain, call, skuId, draw, transfers }: Trade): Promise<string> {
  const transferNo = next('T');
  const lines = [{ skuId, quantity: 1 + draw(5) }];
  await domain.outbound.transfer({ transferNo, fromLocationId: 'default', toLocationId: 'east', lines }, call);
  transfers.push(transferNo);
  return transferNo;
}

async function batchesOf({ domain, skuId }: Trade) {
  const { items } = await domain.batches.list({ skuId, limit: 100 });
  return items.filter(({ onHand, locationId }) => onHand > 0 && locationId === 'default');
}
