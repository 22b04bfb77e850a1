/** One random thing that happens to a SKU, drawn from what is possible in its state, and sometimes from what is not. */
import type { CalendarDate } from '@granary/contracts/instant';
import { planAllocation } from '../core/allocation.ts';
import { parseExchangeRate, rateOn, toBase } from '../core/currency.ts';
import { close, type Happening, type History, insert, minute, post, strategies } from './history.ts';

/** A step as drawn: what to do, and numbers to do it with. */
export interface Step {
  readonly what: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const RATES = [
  { currency: 'USD', on: '2026-01-01' as CalendarDate, rate: parseExchangeRate('7.1234567891') },
  { currency: 'JPY', on: '2026-01-01' as CalendarDate, rate: parseExchangeRate('0.0471234') },
];

const KINDS: readonly ((history: History, step: Step) => Happening | undefined)[] = [
  receipt,
  receipt,
  foreignReceipt,
  found,
  moreOfReceipt,
  issue,
  issue,
  issue,
  writeOff,
  returned,
  returned,
  reversal,
  lateCost,
  sharedCost,
  revaluation,
  standardCost,
  switched,
  relabelled,
];

export function take(history: History, step: Step): void {
  const draw = KINDS[step.what % KINDS.length] ?? receipt;
  const mood = step.c % 10;
  if (mood === 0 && history.events.length > 0) close(history);
  const happening = draw(history, step);
  if (happening === undefined) return;
  const late = mood <= 2 && happening.type !== 'switch' && history.events.length > 1;
  if (late) insert(history, happening, step.b % history.events.length);
  else post(history, happening);
}

function goods({ b, c }: Step) {
  return {
    lot: `L${c % 3}`,
    ...(b % 3 === 0 ? {} : { expiresAt: minute(100_000 + (b % 50)) }),
    ...(c % 7 === 0 ? { settles: 0 } : {}),
  };
}

function receipt(_: History, step: Step): Happening {
  const account = step.c % 5 === 0 ? 'opening' : 'purchases';
  return { type: 'receipt', account, quantity: 1 + (step.a % 12), value: BigInt(step.b), ...goods(step) };
}

function foreignReceipt(_: History, step: Step): Happening {
  const currency = step.c % 2 === 0 ? 'USD' : 'JPY';
  const value = toBase(BigInt(step.b), rateOn(RATES, currency, '2026-02-01' as CalendarDate));
  return { type: 'receipt', account: 'purchases', quantity: 1 + (step.a % 12), value, ...goods(step) };
}

function found(_: History, { a }: Step): Happening {
  return { type: 'receipt', account: 'adjustments', quantity: 1 + (a % 5) };
}

function moreOfReceipt(history: History, { a, b, c }: Step): Happening | undefined {
  const receiptId = pick(history, 'receipt', c);
  if (receiptId === undefined) return undefined;
  return { type: 'receipt', account: 'purchases', receiptId, quantity: 1 + (a % 5), value: BigInt(b) };
}

function issue({ state }: History, { a, b, c }: Step): Happening {
  const quantity = 1 + (a % 15);
  const lots = b % 2 === 0 ? {} : { lots: [{ lot: `L${c % 3}`, quantity: 1 + (a % 3) }] };
  // Another place may hold what this one owes.
  const owed = b % 11 === 0 ? { owed: Math.max(quantity - state.quantity, a % quantity) } : {};
  return { type: 'issue', account: 'cost_of_sales', quantity, ...lots, ...owed };
}

function writeOff(_: History, { a, c }: Step): Happening {
  return { type: 'issue', account: c % 2 === 0 ? 'adjustments' : 'purchases', quantity: 1 + (a % 6) };
}

function returned(history: History, { a, c }: Step): Happening | undefined {
  const issueId = c % 4 === 0 ? undefined : pick(history, 'issue', c);
  return { type: 'return', quantity: 1 + (a % 4), ...(issueId === undefined ? {} : { issueId }) };
}

function reversal(history: History, { a, c }: Step): Happening | undefined {
  const receiptId = pick(history, 'receipt', c);
  return receiptId === undefined
    ? undefined
    : { type: 'reversal', account: 'purchases', receiptId, quantity: 1 + (a % 4) };
}

function lateCost(history: History, { a, b, c }: Step): Happening | undefined {
  const receiptId = pick(history, 'receipt', c);
  const amount = BigInt(a % 4 === 0 ? -b : b);
  return receiptId === undefined ? undefined : { type: 'allocation', amount, receiptId };
}

function sharedCost({ state }: History, { a, b }: Step): Happening {
  const targets = [
    { skuId: 'SKU', quantity: state.quantity },
    { skuId: 'OTHER', quantity: 1 + (a % 9) },
  ];
  const parts = planAllocation(BigInt(b), { name: 'freight', method: 'quantity', targets });
  const amount = parts.find(({ skuId }) => skuId === 'SKU')?.amount ?? 0n;
  return { type: 'allocation', amount, ...(a % 2 === 0 ? {} : { quantity: a % 20 }) };
}

function revaluation({ state }: History, { a, b }: Step): Happening {
  const down = state.value === 0n ? 0n : -(BigInt(b) % (state.value + 1n));
  return { type: 'revaluation', amount: a % 3 === 0 ? BigInt(b) : down };
}

function standardCost(_: History, { b }: Step): Happening {
  return { type: 'standard_cost', cost: BigInt(b % 30_000_000), per: 1 };
}

function switched(_: History, { a }: Step): Happening {
  const names = strategies.names();
  return { type: 'switch', strategy: names[a % names.length] ?? 'fifo' };
}

/** Batches were merged or split: so many of one lot are of another now, and nothing is worth more or less. */
function relabelled({ state }: History, { a, b, c }: Step): Happening | undefined {
  const from = state.layers[a % Math.max(1, state.layers.length)]?.lot;
  if (from === undefined || from === null) return undefined;
  const there = state.layers.reduce((sum, layer) => sum + (layer.lot === from ? layer.remaining : 0), 0);
  const expiresAt = b % 2 === 0 ? null : minute(100_000 + (b % 50));
  return { type: 'relabel', quantity: 1 + (b % there), from, to: `L${c % 4}`, expiresAt };
}

/** An earlier event of a kind, of this period or before it. */
function pick({ events, opening }: History, type: 'receipt' | 'issue', number: number): string | undefined {
  const ids = [...events.filter((event) => event.type === type).map(({ id }) => id), ...opening.flows.keys()];
  return ids[number % Math.max(1, ids.length)];
}
