/** The working copy of a cost state while events are posted: opened once, changed in place, closed into a new state. */
import type { CostStrategy } from '../strategies/strategy.ts';
import { type Deficit, type Layer, oldestFirst } from './layer.ts';
import type { CostPolicy } from './policy.ts';
import { type Rate, share, stepOf } from './share.ts';
import type { CostState } from './state.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Book {
  readonly skuId: string;
  strategy: CostStrategy;
  /** In the order in which the strategy takes them. */
  layers: Mutable<Layer>[];
  deficits: Mutable<Deficit>[];
  quantity: number;
  value: bigint;
  lastCost: Rate | null;
  standardCost: Rate | null;
}

export function openBook(state: CostState, strategy: CostStrategy): Book {
  return {
    skuId: state.skuId,
    strategy,
    layers: state.layers.map((layer) => ({ ...layer })).toSorted(strategy.compare),
    deficits: state.deficits.map((deficit) => ({ ...deficit })),
    quantity: state.quantity,
    value: state.value,
    lastCost: state.lastCost,
    standardCost: state.standardCost,
  };
}

export function closeBook(book: Book): CostState {
  return {
    skuId: book.skuId,
    strategy: book.strategy.name,
    quantity: book.quantity,
    value: book.value,
    layers: book.layers.map((layer) => ({ ...layer })).toSorted(oldestFirst),
    deficits: book.deficits.map((deficit) => ({ ...deficit })),
    lastCost: book.lastCost,
    standardCost: book.standardCost,
  };
}

/** Puts a layer where the strategy will look for it. */
export function addLayer(book: Book, layer: Layer): void {
  const { compare } = book.strategy;
  let low = 0;
  let high = book.layers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = book.layers[middle];
    if (there !== undefined && compare(there, layer) < 0) low = middle + 1;
    else high = middle;
  }
  book.layers.splice(low, 0, { ...layer });
}

/** After value moved between layers: an order that looks at value may have changed, the order of receipt cannot. */
export function reorder(book: Book): void {
  const { compare, scan } = book.strategy;
  if (scan !== undefined) return;
  if (book.layers.some((layer, at) => at > 0 && compare(book.layers[at - 1] ?? layer, layer) > 0))
    book.layers.sort(compare);
}

/** Fixes the average of a pool after its value or quantity grew; issues until the next receipt use it. */
export function reaverage(book: Book, { average }: CostPolicy): void {
  if (book.strategy.value !== 'pool' || book.quantity === 0) return;
  const rate = { value: book.value, quantity: book.quantity };
  if (average === undefined) book.lastCost = rate;
  else book.lastCost = { value: share(rate, average.per, stepOf(average.decimals)), quantity: average.per };
}

export const owed = (book: Book): number => book.deficits.reduce((sum, { quantity }) => sum + quantity, 0);

/** A bug, not a refusal: whatever happens, nothing less than nothing is held, and no value without a unit. */
export function assertSound(book: Book): void {
  const { quantity, value, skuId } = book;
  if (quantity < 0 || value < 0n || (quantity === 0 && (value !== 0n || book.layers.length > 0)))
    throw new Error(`costing of ${skuId} broke: ${quantity} units worth ${value} millionths`);
}
