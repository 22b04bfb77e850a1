/** Selling what is not there, where that is allowed: what there is leaves, the rest is owed by a level. Reservations never go short. */
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { placesInOrder } from './allocation.ts';
import { tightestFirst, type Demand } from './demand.ts';
import { assemblyOf, find } from './making.ts';
import { isTracked } from './piece.ts';
import { met } from './sometimes.ts';
import { note, noteUnits, openDraft, type Take } from './stock-draft.ts';
import { isOpen, keyOf, type World } from './world.ts';

export interface Owed {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
}

export interface Short {
  readonly takes: readonly (readonly Take[])[];
  readonly owed: readonly Owed[];
}

/** Undefined where the rest may not be owed: a named batch, pieces with names, what has no level of its own, no open place, more than a level can count. */
export function oweTheRest(
  world: World,
  sale: { demands: readonly Demand[]; told: readonly Owed[] },
): Short | undefined {
  const { demands, told } = sale;
  const draft = openDraft();
  const takes = demands.map((): readonly Take[] => []);
  const owed = new Map<string, Owed>();
  for (const [at, demand] of tightestFirst(world, demands)) {
    const found = find(world, draft, demand);
    note(draft, found.takes);
    noteUnits(draft, demand.criteria.skuId, demand.quantity - found.missing);
    takes[at] = found.takes;
    if (found.missing === 0) continue;
    const { skuId, batchIds } = demand.criteria;
    const locationId = placeOf(world, demand, told);
    const isNamed = batchIds !== undefined || isTracked(world, skuId);
    if (locationId === undefined || isNamed || assemblyOf(world, skuId) !== undefined) return undefined;
    const key = keyOf(skuId, locationId);
    const sum = (owed.get(key)?.quantity ?? 0) + found.missing;
    if ((world.levels.get(key)?.deficit ?? 0) + sum > MAX_QUANTITY) return undefined;
    owed.set(key, { skuId, locationId, quantity: sum });
  }
  met(world, 'what is not there is sold');
  return { takes, owed: [...owed.values()] };
}

/** The place that the line names, or the first active one; where that is switched off for the SKU, which other one is Granary's choice. */
function placeOf(world: World, { criteria }: Demand, told: readonly Owed[]): string | undefined {
  const { skuId, locationId } = criteria;
  if (locationId !== undefined) return isOpen(world, skuId, locationId) ? locationId : undefined;
  if (!isVague(world, skuId)) return firstActive(world);
  return told.find((each) => each.skuId === skuId && isOpen(world, skuId, each.locationId))?.locationId;
}

function firstActive(world: World): string | undefined {
  return placesInOrder(world).find((place) => world.locations.get(place)?.isActive === true);
}

function isVague(world: World, skuId: string): boolean {
  const first = firstActive(world);
  return first === undefined || !isOpen(world, skuId, first);
}
