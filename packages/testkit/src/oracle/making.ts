/** Taking stock for one request: of goods on shelves, of a bundle, which is put together at one place, or of virtual units, gathered from anywhere. */
import type { ShortComponent } from '@granary/contracts/error';
import type { OracleAssembly } from './assembly-row.ts';
import { onShelves, placesInOrder, strategyFor, takeFromShelves, type Criteria } from './allocation.ts';
import type { Draft, Take } from './stock-draft.ts';
import { heldOf, standingFor, type World } from './world.ts';

export interface Request {
  readonly criteria: Criteria;
  readonly quantity: number;
  /** As the caller says it; each SKU that is taken from has its own otherwise. */
  readonly strategy: string | undefined;
  readonly observed?: readonly Take[] | undefined;
}

/** The definition in force. */
export function assemblyOf(world: World, skuId: string): OracleAssembly | undefined {
  const assembly = world.assemblies.get(skuId);
  return assembly?.state === 'active' ? assembly : undefined;
}

export interface Shelf {
  readonly criteria: Criteria;
  readonly perUnit: number;
}

/** What lies on shelves: the SKU itself, or each part of it. */
export function shelvesOf(world: World, criteria: Criteria): Shelf[] {
  const assembly = assemblyOf(world, criteria.skuId);
  if (assembly === undefined) return [{ criteria, perUnit: 1 }];
  return assembly.parts.map(({ skuId, perUnit, batchId }) => {
    const pinned = batchId === null ? {} : { batchIds: [standingFor(world, batchId)?.id ?? batchId] };
    return { criteria: { ...criteria, skuId, ...pinned }, perUnit };
  });
}

/** How many units could be taken now: what a caller is told is available. */
export function availableFor(world: World, draft: Draft, criteria: Criteria): number {
  const assembly = assemblyOf(world, criteria.skuId);
  if (assembly === undefined) return onShelves(world, draft, criteria);
  const places = assembly.kind === 'bundle' ? localOnes(world, criteria) : [criteria];
  const found = places.reduce((sum, local) => sum + unitsAt(world, draft, local), 0);
  return Math.max(0, Math.min(found, roomOf(world, draft, assembly)));
}

function localOnes(world: World, criteria: Criteria): Criteria[] {
  const places = criteria.locationId === undefined ? placesInOrder(world) : [criteria.locationId];
  return places.map((locationId) => ({ ...criteria, locationId }));
}

function unitsAt(world: World, draft: Draft, criteria: Criteria): number {
  const of = ({ criteria: part, perUnit }: Shelf) => Math.floor(onShelves(world, draft, part) / perUnit);
  return Math.min(...shelvesOf(world, criteria).map(of));
}

/** What a cap leaves: of a virtual SKU no more may be held than that. */
function roomOf(world: World, draft: Draft, { skuId, cap }: OracleAssembly): number {
  if (cap === null) return Infinity;
  const held = [...world.reservations.values()]
    .filter((each) => each.skuId === skuId)
    .reduce((sum, each) => sum + heldOf(each), 0);
  return cap - held - (draft.units.get(skuId) ?? 0);
}

export interface Found {
  readonly takes: Take[];
  /** Units of the request that are not there. */
  readonly missing: number;
}

/** As much of the request as there is. The draft is not changed. */
export function find(world: World, draft: Draft, request: Request): Found {
  const { criteria, quantity, observed } = request;
  const assembly = assemblyOf(world, criteria.skuId);
  if (assembly === undefined) {
    const strategy = strategyFor(world, criteria.skuId, request.strategy);
    return takeFromShelves(world, draft, { criteria, strategy, quantity, observed });
  }
  const wanted = Math.min(quantity, availableFor(world, draft, criteria));
  const takes: Take[] = [];
  let missing = wanted;
  for (const local of assembly.kind === 'bundle' ? localOnes(world, criteria) : [criteria]) {
    const units = Math.min(missing, unitsAt(world, draft, local));
    for (const { criteria: part, perUnit } of units > 0 ? shelvesOf(world, local) : []) {
      const strategy = strategyFor(world, part.skuId, request.strategy);
      takes.push(
        ...takeFromShelves(world, draft, { criteria: part, strategy, quantity: units * perUnit, observed }).takes,
      );
    }
    missing -= Math.max(0, units);
  }
  return { takes, missing: quantity - wanted + missing };
}

/** Of what is made of others: the parts of which there are too few for so many units. */
export function shortParts(
  world: World,
  draft: Draft,
  wanted: { criteria: Criteria; units: number },
): ShortComponent[] {
  return shelvesOf(world, wanted.criteria)
    .map(({ criteria, perUnit }) => ({
      skuId: criteria.skuId,
      requested: wanted.units * perUnit,
      available: onShelves(world, draft, criteria),
    }))
    .filter((need) => need.available < need.requested);
}
