/** How many of some bundles and virtual SKUs could be had: a few queries for all of them together, as a check asks for many. */
import type { SkuRow } from '../entities/sku.ts';
import { type AvailableAt, readAvailableAt, readAvailableOf } from '../persistence/available-store.ts';
import { readSkus } from '../persistence/catalog-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { present } from '../refusal.ts';
import type { LoadedAssembly } from '../rules/draft.ts';
import { addAssemblies, partSkuIds, readDefinitions } from './assembly-loader.ts';
import { draftNow, type Engine } from './execution.ts';

export interface Makeable {
  readonly units: number;
  /** What it is taken from. */
  readonly partSkuIds: readonly string[];
}

/** By SKU; of those among the known ones that are made of others. */
export async function readMakeable(
  tx: Tx,
  engine: Engine,
  known: ReadonlyMap<string, SkuRow>,
): Promise<ReadonlyMap<string, Makeable>> {
  const found = await readDefinitions(tx, known);
  const draft = await draftNow(tx, engine);
  await addAssemblies(tx, draft, found);
  const definitions = [...draft.assemblies.values()];
  const parts = await readSkus(tx, partSkuIds(definitions));
  const batchIds = definitions.flatMap((each) => each.parts.flatMap((part) => part.batchId ?? []));
  const free = placesBy([
    ...(await readAvailableAt(tx, [...parts.keys()], draft.now)),
    ...(await readAvailableOf(tx, batchIds, draft.now)),
  ]);
  const isOffered = (each: LoadedAssembly) =>
    each.parts.every((part) => parts.get(part.partSkuId)?.status === 'active');
  return new Map(
    definitions.map((each) => [
      each.skuId,
      { units: isOffered(each) ? countUnits(each, free) : 0, partSkuIds: partSkuIds([each]) },
    ]),
  );
}

/** By SKU or batch, then by location. */
type Free = ReadonlyMap<string, ReadonlyMap<string, number>>;

function placesBy(rows: readonly AvailableAt[]): Free {
  const free = new Map<string, Map<string, number>>();
  for (const { id, locationId, available } of rows) {
    const places = free.get(id);
    if (places === undefined) free.set(id, new Map([[locationId, available]]));
    else places.set(locationId, available);
  }
  return free;
}

/** The same count as a decision makes, over sums instead of batches. */
function countUnits({ kind, cap, held, parts }: LoadedAssembly, free: Free): number {
  const shelves = parts.map((part) => ({
    perUnit: part.quantity,
    places: free.get(part.batchId ?? part.partSkuId) ?? new Map<string, number>(),
  }));
  const room = cap === null ? Infinity : Math.max(0, cap - held);
  if (kind === 'virtual') {
    const total = shelves.map(({ perUnit, places }) =>
      Math.floor([...places.values()].reduce((sum, units) => sum + units, 0) / perUnit),
    );
    return Math.min(room, ...total);
  }
  const [first] = shelves;
  const units = (locationId: string) =>
    Math.min(...shelves.map(({ perUnit, places }) => Math.floor((places.get(locationId) ?? 0) / perUnit)));
  return [...present(first, 'a part of a bundle').places.keys()].reduce(
    (sum, locationId) => sum + units(locationId),
    0,
  );
}
