/** The events that move goods: in, out, back in, and out of a receipt that was booked too large. */
import { type Book, reaverage } from './book.ts';
import { consume, type Need } from './consume.ts';
import type { Flow, Issue, Receipt, Return, Reversal } from './event.ts';
import type { Desk, Effect } from './desk.ts';
import { takeIn } from './receive.ts';
import type { ConsumedLine, CostRecord, RecordKind } from './record.ts';
import { calculationFailed, insufficientLayers } from './refusal.ts';
import { type Rate, share, stepOf } from './share.ts';
import { currentCost } from './state.ts';

export function receive({ book, policy, flows }: Desk, event: Receipt): Effect {
  const { id, quantity, account, receiptId = id } = event;
  const value = event.value ?? share(known(book), quantity);
  const kind = account === 'adjustments' ? 'adjustment' : 'receipt';
  const record: CostRecord = { kind, account, causeId: id, subjectId: receiptId, quantity, value };
  const records = [record, ...takeIn(book, { ...event, receiptId, value }, policy)];
  add(flows, receiptId, { quantity, value });
  return { records };
}

export function issue(desk: Desk, event: Issue): Effect {
  const { book, policy, flows } = desk;
  const { id, quantity, account, issueId = id } = event;
  const owed = event.owed ?? Math.max(0, quantity - book.quantity);
  const available = Math.min(book.quantity, quantity - owed);
  if (
    quantity - owed > book.quantity ||
    owed < 0 ||
    (owed > 0 && policy.shortage === 'refuse' && event.value === undefined)
  )
    throw insufficientLayers(book.skuId, quantity, book.quantity);
  rememberAverage(desk);
  const lines = needsOf(desk, event, available).flatMap((need) => taken(book, need, desk));
  rememberLast(book, lines);
  if (owed > 0) {
    const value = event.value ?? share(known(book), owed, stepOf(policy.issueDecimals));
    book.deficits.push({ issueId, account, quantity: owed, value });
    lines.push({ layerId: null, quantity: owed, value });
  }
  const value = valueOf(lines);
  add(flows, issueId, { quantity, value });
  const kind = account === 'adjustments' ? 'adjustment' : 'issue';
  return { lines, records: [{ kind, account, causeId: id, subjectId: issueId, quantity: -quantity, value: -value }] };
}

/** What left comes back at the cost at which it left, or by policy at what a unit costs now. */
export function returnGoods(desk: Desk, event: Return): Effect {
  const { book, policy, flows } = desk;
  const { id, quantity, issueId } = event;
  const stated = issueId === undefined ? event.value : takeBack(desk, issueId, quantity);
  const now = policy.returns === 'current' ? currentCost(book) : null;
  const value = now === null && stated !== undefined ? stated : share(now ?? known(book), quantity);
  const records = takeIn(book, { ...event, receiptId: id, value }, policy);
  add(flows, id, { quantity, value });
  const account = event.account ?? 'cost_of_sales';
  return { records: [entry('return', account, { id, subject: issueId ?? id, quantity, value }), ...records] };
}

/**
 * The cost of so many units of an earlier issue, which are from now on no longer out. Units that came back before the issue was
 * corrected may have taken more than the whole of it came to: the rest then come back for nothing, never for less.
 */
function takeBack({ book, flows }: Desk, issueId: string, quantity: number): bigint {
  const flow = flowOf(book, flows.get(issueId), { id: issueId, quantity });
  const value = flow.value < 0n ? 0n : share(flow, quantity);
  flows.set(issueId, { quantity: flow.quantity - quantity, value: flow.value - value });
  return value;
}

/** The goods of that receipt go first; of an averaged stock they go at their own cost, or by policy at the average. */
export function reverseReceipt(desk: Desk, event: Reversal): Effect {
  const { book, policy, flows } = desk;
  const { id, quantity, receiptId } = event;
  const flow = flowOf(book, flows.get(receiptId), { id: receiptId, quantity });
  if (quantity > book.quantity) throw insufficientLayers(book.skuId, quantity, book.quantity);
  rememberAverage(desk);
  const own = book.layers.reduce((sum, layer) => sum + (layer.receiptId === receiptId ? layer.remaining : 0), 0);
  const first = Math.min(quantity, own);
  const atOwnCost = book.strategy.receipts === 'actual' && policy.reversals === 'original';
  const priced = (units: number) => (atOwnCost ? { value: share(flow, units) } : {});
  const lines = [
    ...taken(book, { quantity: first, only: (layer) => layer.receiptId === receiptId, ...priced(first) }, desk),
    ...taken(book, { quantity: quantity - first, ...priced(quantity - first) }, desk),
  ];
  if (atOwnCost) reaverage(book, policy);
  const value = valueOf(lines);
  flows.set(receiptId, { quantity: flow.quantity - quantity, value: flow.value - share(flow, quantity) });
  const record = entry('reversal', event.account, { id, subject: receiptId, quantity: -quantity, value: -value });
  return { lines, records: [record] };
}

interface Facts {
  readonly id: string;
  readonly subject: string;
  readonly quantity: number;
  readonly value: bigint;
}

function entry(kind: RecordKind, account: CostRecord['account'], { id, subject, quantity, value }: Facts): CostRecord {
  return { kind, account, causeId: id, subjectId: subject, quantity, value };
}

/** The batches that were taken where they decide, otherwise simply so many units. */
function needsOf({ book, policy }: Desk, { lots }: Issue, quantity: number): Need[] {
  if (!book.strategy.byLot || lots === undefined) return [{ quantity }];
  const named = lots.reduce((sum, lot) => sum + lot.quantity, 0);
  if (named > quantity) throw insufficientLayers(book.skuId, named, quantity);
  const held = new Map<string | null, number>();
  for (const { lot, remaining } of book.layers) held.set(lot, (held.get(lot) ?? 0) + remaining);
  const byLot = lots.map(({ lot, quantity: wanted }): Need => {
    const there = held.get(lot) ?? 0;
    const taking = policy.lots === 'strict' ? wanted : Math.min(wanted, there);
    held.set(lot, there - taking);
    return { quantity: taking, only: (layer) => layer.lot === lot };
  });
  return [...byLot, { quantity: byLot.reduce((rest, need) => rest - need.quantity, quantity) }];
}

/** Takes the whole need or refuses. */
function taken(book: Book, need: Need, { policy }: Pick<Desk, 'policy'>): ConsumedLine[] {
  const lines = need.quantity === 0 ? [] : consume(book, need, policy);
  const found = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (found < need.quantity) throw insufficientLayers(book.skuId, need.quantity, found);
  return lines;
}

/** The average before an issue that may empty the pool: later shortages are owed at it. */
function rememberAverage({ book, policy }: Desk): void {
  if (policy.average === undefined) reaverage(book, policy);
}

/** Where layers have costs of their own, the last unit that left is what a unit last cost. */
function rememberLast(book: Book, lines: readonly ConsumedLine[]): void {
  const last = lines.at(-1);
  if (book.strategy.value === 'layer' && last !== undefined)
    book.lastCost = { value: last.value, quantity: last.quantity };
}

function known(book: Book): Rate {
  const standard = book.strategy.receipts === 'standard' ? book.standardCost : null;
  const rate = standard ?? currentCost(book);
  if (rate !== null) return rate;
  throw calculationFailed(
    book.skuId,
    `Nothing of ${book.skuId} was ever received, so nobody knows what a unit costs.`,
    'State the cost, or receive goods first.',
  );
}

function flowOf(book: Book, flow: Flow | undefined, asked: { id: string; quantity: number }): Flow {
  if (flow !== undefined && asked.quantity <= flow.quantity) return flow;
  throw calculationFailed(
    book.skuId,
    `${asked.quantity} units of ${asked.id} are to be taken back, and ${flow?.quantity ?? 0} are left of it.`,
    'Name the receipt or issue that the goods belong to, and no more than is left of it.',
  );
}

function add(flows: Map<string, Flow>, id: string, { quantity, value }: Flow): void {
  const before = flows.get(id) ?? { quantity: 0, value: 0n };
  flows.set(id, { quantity: before.quantity + quantity, value: before.value + value });
}

const valueOf = (lines: readonly ConsumedLine[]): bigint => lines.reduce((sum, line) => sum + line.value, 0n);
