/** Names for the pieces of a drawn line: right ones most of the time, now and then none, too few, or such that cannot be meant. */
import { isTracked } from '../oracle/piece.ts';
import { pick } from './picks.ts';
import type { ModelState } from './state.ts';

/** A line of more pieces names none and is refused. */
const MOST_NAMED = 20;

export interface Naming {
  readonly skuId: string;
  readonly quantity: number;
  /** Any number: it says which names, and whether they are right. */
  readonly at: number;
}

/** For what comes in. Undefined of a SKU without serials, but for a rare mistake. */
export function entering(state: ModelState, naming: Naming): string[] | undefined {
  const { skuId, quantity, at } = naming;
  if (!isTracked(state.world, skuId)) return at % 60 === 0 ? ['s0'] : undefined;
  if (quantity > MOST_NAMED || quantity === 0 || at % 13 === 0) return undefined;
  const known = [...state.world.pieces.values()].filter((piece) => piece.skuId === skuId);
  const used = new Set(known.map((piece) => piece.serial));
  const names: string[] = [];
  for (let no = at % 50; names.length < quantity; no += 1) if (!used.has(`s${no}`)) names.push(`s${no}`);
  // One that left, or was never received after all, may come back; one that is there may not.
  const again = at % 5 === 0 ? pick(known, at)?.serial : undefined;
  if (again !== undefined) names[0] = again;
  return at % 17 === 0 ? names.slice(1) : names;
}

export interface Leaving extends Naming {
  readonly locationId?: string | undefined;
  readonly batchId?: string | undefined;
}

/** For what leaves, whose pieces need not be named. */
export function leaving(state: ModelState, naming: Leaving): string[] | undefined {
  const { skuId, quantity, at, locationId, batchId } = naming;
  if (quantity > MOST_NAMED || !isTracked(state.world, skuId)) return undefined;
  const isAny = at % 9 === 0;
  const fits = [...state.world.pieces.values()].filter(
    (piece) =>
      piece.skuId === skuId &&
      (isAny ||
        (piece.state === 'inStock' &&
          (locationId === undefined || piece.locationId === locationId) &&
          (batchId === undefined || piece.batchId === batchId))),
  );
  const from = at % Math.max(1, fits.length);
  const names = [...fits.slice(from), ...fits.slice(0, from)].slice(0, quantity).map((piece) => piece.serial);
  if (at % 23 === 0) return ['never', ...names.slice(1)];
  return names.length === 0 ? undefined : names;
}
