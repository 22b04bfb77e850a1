/**
 * The one loop by which goods leave, whatever the strategy: walk the layers in its order and take from each. A strategy
 * decides the order; a pool decides what all of it costs beforehand, and layers then only tell what is left of a receipt.
 */
import { type Book, reorder } from './book.ts';
import type { Layer } from './layer.ts';
import type { CostPolicy } from './policy.ts';
import type { ConsumedLine } from './record.ts';
import { atMost, share, stepOf } from './share.ts';

export interface Need {
  readonly quantity: number;
  /** The layers that may be taken; all when left out. */
  readonly only?: (layer: Layer) => boolean;
  /** For a pool: what all of it costs, where that is not the average. */
  readonly value?: bigint;
}

/** Takes what there is, at most the need, off the book; the caller knows what it means when less was found. */
export function consume(book: Book, { quantity, only, value }: Need, policy: CostPolicy): ConsumedLine[] {
  const pool = book.strategy.value === 'pool';
  const lines: ConsumedLine[] = [];
  const step = stepOf(policy.issueDecimals);
  let left = Math.min(quantity, book.quantity);
  let budget = pool ? poolCost(book, left, { policy, value }) : 0n;
  let taken = 0n;
  for (let at = 0; left > 0;) {
    const layer = book.layers[at];
    if (layer === undefined) break;
    if (only?.(layer) === false) {
      at += 1;
      continue;
    }
    const units = Math.min(left, layer.remaining);
    const worth = pool ? share({ value: budget, quantity: left }, units) : layerCost(layer, units, { taken, step });
    lines.push({ layerId: layer.layerId, quantity: units, value: worth });
    if (units === layer.remaining) book.layers.splice(at, 1);
    else {
      layer.remaining -= units;
      if (!pool) layer.value -= worth;
    }
    left -= units;
    budget -= worth;
    taken += worth;
    book.quantity -= units;
    book.value -= worth;
  }
  reorder(book);
  return lines;
}

/** The average times the quantity, half up; whoever empties the pool takes all that is left of its value. */
function poolCost(
  book: Book,
  quantity: number,
  { policy, value }: { policy: CostPolicy; value: bigint | undefined },
): bigint {
  if (quantity === 0 || quantity === book.quantity) return book.value;
  // A pool is costed by what it holds, so that a rounded issue is made good by the next; only a rounded average stands still.
  const fixed = policy.average === undefined ? null : book.lastCost;
  const average = fixed ?? { value: book.value, quantity: book.quantity };
  return atMost(value ?? share(average, quantity, stepOf(policy.issueDecimals)), book.value);
}

/** A whole layer takes its residue; where one is cut, the sum of the issue so far is rounded, not each part. */
function layerCost(layer: Layer, units: number, { taken, step }: { taken: bigint; step: bigint }): bigint {
  if (units === layer.remaining) return layer.value;
  const exact = { value: taken * BigInt(layer.remaining) + layer.value * BigInt(units), quantity: layer.remaining };
  const rounded = share(exact, 1, step) - taken;
  return rounded < 0n ? 0n : atMost(rounded, layer.value);
}
