/** Candidates for many SKUs at once: one statement finds what most of them need, and only who needs more is asked by itself. */
import { type BatchRow, freeOf } from '../entities/batch.ts';
import type { Scan } from '../strategies/strategy.ts';
import {
  type CandidateQuery,
  candidatesAt,
  type Fitness,
  FIRST_PAGE,
  isFit,
  loadCandidates,
  orders,
} from './batch-store.ts';
import { batches } from './tables.ts';
import type { Tx } from './transaction.ts';

/** So few are asked one by one, in one packet: a list pays for itself later. */
const FEW = 4;

/** Where open batches of a SKU are looked for, and in which order. */
export interface Shelf {
  readonly skuId: string;
  readonly locationId: string;
  readonly scan: Exclude<Scan, 'all'>;
}

/** What stands first on a shelf. */
export interface Page {
  readonly shelf: Omit<Shelf, 'skuId'>;
  readonly rows: readonly BatchRow[];
  /** Whether that is all. */
  readonly isAll: boolean;
}

/** By their SKUs. */
export type Pages = ReadonlyMap<string, Page>;

/** For the packet that locks their levels: nobody knows yet what will be asked of them, so they are shown whatever they are fit for. */
export async function findPages(tx: Tx, shelves: readonly Shelf[]): Promise<Pages> {
  const groups = groupsOf(shelves, ({ locationId, scan }) => [locationId, scan].join('\0'));
  const found = await Promise.all(
    groups
      .flatMap((group) => (group.length <= FEW ? group.map((shelf) => [shelf]) : [group]))
      .map(async (group) => {
        const [shelf] = group;
        const skuIds = group.map(({ skuId }) => skuId);
        return shelf === undefined ? [] : [...(await firstPages(tx, shelf, { skuIds, fitness: {} }))];
      }),
  );
  return new Map(found.flat());
}

/** For each query what loadCandidates would find, or more of the same order; what the pages show is not asked again. */
export async function loadCandidatesOf(
  tx: Tx,
  queries: readonly CandidateQuery[],
  pages: Pages = new Map(),
): Promise<readonly BatchRow[]> {
  const shown = queries.map((query) => onPage(query, pages.get(query.skuId)));
  const groups = groupsOf(
    shown.flatMap(({ rest }) => rest ?? []),
    ({ locationIds, scan, qualityLevel, expiresFrom }) => [scan, locationIds[0], qualityLevel, expiresFrom].join('\0'),
  );
  const found = await Promise.all(groups.map((group) => loadGroup(tx, group)));
  return [...shown.flatMap(({ rows }) => rows), ...found.flat()];
}

/** They differ in their SKUs and needs alone, and begin at one location. */
async function loadGroup(tx: Tx, group: readonly CandidateQuery[]): Promise<readonly BatchRow[]> {
  const [first] = group;
  const locationId = first?.locationIds[0];
  if (first === undefined || locationId === undefined) return [];
  if (group.length <= FEW || first.scan === 'all') {
    const found = await Promise.all(group.map((query) => loadCandidates(tx, query)));
    return found.flat();
  }
  const skuIds = group.map(({ skuId }) => skuId);
  const pages = await firstPages(tx, { locationId, scan: first.scan }, { skuIds, fitness: first });
  const shown = group.map((query) => onPage(query, pages.get(query.skuId)));
  const rest = await Promise.all(
    shown.map(async (each) => (each.rest === undefined ? [] : await loadCandidates(tx, each.rest))),
  );
  return [...shown.flatMap(({ rows }) => rows), ...rest.flat()];
}

async function firstPages(
  tx: Tx,
  { locationId, scan }: Omit<Shelf, 'skuId'>,
  { skuIds, fitness }: { readonly skuIds: readonly string[]; readonly fitness: Fitness },
): Promise<Pages> {
  const order = orders[scan];
  const limit = FIRST_PAGE * skuIds.length;
  const { where, parameters } = candidatesAt(fitness, locationId, skuIds);
  const bySku = scan === 'newest' ? 't.sku_id DESC' : 't.sku_id';
  const by = skuIds.length === 1 ? order.by : `${bySku}, ${order.by}`;
  const found = await tx.select(
    batches,
    `FORCE INDEX (${order.index}) ${where} ORDER BY ${by} LIMIT ${limit}`,
    parameters,
  );
  const rows = new Map<string, BatchRow[]>(skuIds.map((skuId) => [skuId, []]));
  for (const batch of found) rows.get(batch.skuId)?.push(batch);
  const isAll = found.length < limit;
  return new Map([...rows].map(([skuId, own]) => [skuId, { shelf: { locationId, scan }, rows: own, isAll }]));
}

/** What of a page serves a query, and what must still be asked: elsewhere where the page shows all, else all of it anew. */
function onPage(
  query: CandidateQuery,
  page: Page | undefined,
): { readonly rows: readonly BatchRow[]; readonly rest?: CandidateQuery } {
  const { locationIds, scan, need } = query;
  if (page === undefined || page.shelf.locationId !== locationIds[0] || page.shelf.scan !== scan)
    return { rows: [], rest: query };
  const rows = page.rows.filter((batch) => isFit(batch, query));
  const missing = need - rows.reduce((sum, batch) => sum + freeOf(batch), 0);
  if (missing <= 0) return { rows };
  if (!page.isAll) return { rows, rest: query };
  return { rows, rest: { ...query, locationIds: locationIds.slice(1), need: missing } };
}

function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): readonly T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  return [...groups.values()];
}
