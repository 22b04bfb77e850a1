/**
 * SPEC I8 through services and database: the random life of one SKU among others, as people and accountants make it. After it the
 * books are verified, and once everything has left, no value may be left either.
 */
import { GranaryError } from '@granary/contracts/error';
import { drawing } from './drawing.ts';
import { type TradeKind, tradeSteps } from './random-trade-step.ts';
import type { Trade, TradeShop } from './trade-shop.ts';

const STEPS = 16;

export interface RandomTrades {
  readonly count: number;
  /** The same trades again; 1 when left out. */
  readonly seed?: number | undefined;
  readonly onTrade?: (done: number) => void;
}

export interface TradeReport {
  /** How often each kind of step was done, not refused. */
  readonly done: Readonly<Record<TradeKind, number>>;
  readonly refused: number;
  /** What was found wrong after which trade; the first ends it all. */
  readonly loss: string | undefined;
}

const kinds = Object.keys(tradeSteps) as TradeKind[];

/** Stock below zero must be allowed, and other currencies. */
export async function tradeAtRandom(shop: TradeShop, { count, seed = 1, onTrade }: RandomTrades): Promise<TradeReport> {
  const done = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<TradeKind, number>;
  let refused = 0;
  await openShop(shop);
  for (let number = 1; number <= count; number += 1) {
    const trade: Trade = {
      ...shop,
      number,
      of: count,
      skuId: `TRADE-${number}`,
      draw: drawing(seed * 7919 + number),
      sales: [],
      transfers: [],
    };
    for (let step = 0; step < STEPS; step += 1) {
      const kind =
        step === 0 ? (trade.draw(4) === 0 ? 'opening' : 'purchase') : (kinds[trade.draw(kinds.length)] ?? 'sale');
      const isDone = await tried(() => tradeSteps[kind](trade));
      if (isDone) done[kind] += 1;
      else refused += 1;
    }
    const loss = (await settle(trade)) ?? (await sellOut(trade));
    if (loss !== undefined) return { done, refused, loss: `trade ${number}: ${loss}` };
    onTrade?.(number);
  }
  return { done, refused, loss: await closeAll(shop) };
}

async function openShop({ domain, cost, call }: TradeShop): Promise<void> {
  await domain.locations.create({ locationId: 'east', priority: 200 }, call);
  const reason = 'drawn';
  await cost.setRate({ currency: 'USD', on: '2025-12-01', rate: '7.1234567', reason }, call);
  await cost.setRate({ currency: 'JPY', on: '2025-12-01', rate: '0.0471234', reason }, call);
}

/** What cannot be is refused, and leaves everything as it was; anything else is a bug. */
async function tried(step: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await step()) !== 'nothing to do';
  } catch (error) {
    if (!(error instanceof GranaryError) || error.code === 'INV_006') throw error;
    return false;
  }
}

/** Corrections that were left to the worker are appended, then the books are verified. */
async function settle({ cost, call }: TradeShop): Promise<string | undefined> {
  const recosting = cost.recosting();
  while ((await recosting(call)) !== undefined);
  const [violation] = (await cost.verify()).violations;
  return violation === undefined ? undefined : `${violation.invariant} ${violation.row}: ${violation.detail}`;
}

/** Everything leaves: what is on its way, what is owed, what lies anywhere. Then nothing may be worth anything. */
async function sellOut(trade: Trade): Promise<string | undefined> {
  const { domain, cost, skuId, call, transfers } = trade;
  for (const transferNo of transfers)
    await tried(() => domain.transfers.writeOff({ transferNo, reason: 'sunk' }, call));
  const { items } = await domain.stock.levels({ skuId, limit: 100 });
  for (const { locationId, deficit } of items) {
    const found = { reasonCode: 'found', operator: 'Ann', skuId, locationId, unitCost: '3.30' } as const;
    // A plus pays back what is owed first, so nothing lies there afterwards.
    if (deficit > 0) await domain.adjustments.adjust({ ...found, delta: deficit }, call);
  }
  const batches = (await domain.batches.list({ skuId, limit: 500 })).items.filter(({ onHand }) => onHand > 0);
  for (const { batchId, locationId, onHand } of batches) {
    const lost = { reasonCode: 'loss', operator: 'Ann', skuId, locationId, batchId } as const;
    await domain.adjustments.adjust({ ...lost, delta: -onHand }, call);
  }
  const { items: valued } = await cost.inventoryValue({ skuIds: [skuId], limit: 1 });
  const left = valued.find(({ quantity, value, owedQuantity, owedValue }) =>
    [quantity, owedQuantity, Number(value), Number(owedValue)].some((each) => each !== 0),
  );
  if (left !== undefined) return `sold out, and left is ${JSON.stringify(left)}`;
  return await settle(trade);
}

/** Months are closed while the present has long begun: periodic SKUs are trued up, and what was sold since. */
async function closeAll(shop: TradeShop): Promise<string | undefined> {
  const { items } = await shop.cost.periods.list({ limit: 500 });
  for (const { periodId } of items.toReversed()) await shop.cost.periods.close({ periodId }, shop.call);
  return await settle(shop);
}
