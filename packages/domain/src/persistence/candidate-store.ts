/** Candidates for many SKUs at once: one statement finds what most of them need, and only who needs more is asked by itself. */
import { type BatchRow, freeOf } from '../entities/batch.ts';
import { candidatesAt, type CandidateQuery, FIRST_PAGE, loadCandidates, orders } from './batch-store.ts';
import { batches } from './tables.ts';
import type { Tx } from './transaction.ts';

/** So few are asked one by one, in one packet: a list pays for itself later. */
const FEW = 4;

/** For each query what loadCandidates would find, or more of the same order. */
export async function loadCandidatesOf(tx: Tx, queries: readonly CandidateQuery[]): Promise<readonly BatchRow[]> {
  const groups = new Map<string, CandidateQuery[]>();
  for (const query of queries) {
    const { locationIds, scan, qualityLevel, expiresFrom } = query;
    const key = [scan, locationIds[0], qualityLevel, expiresFrom].join('\0');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [query]);
    else known.push(query);
  }
  const found = await Promise.all([...groups.values()].map((group) => loadGroup(tx, group)));
  return found.flat();
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
  const order = orders[first.scan];
  const skuIds = group.map(({ skuId }) => skuId);
  const limit = FIRST_PAGE * skuIds.length;
  const { where, parameters } = candidatesAt(first, locationId, skuIds);
  const bySku = first.scan === 'newest' ? 't.sku_id DESC' : 't.sku_id';
  const tail = `FORCE INDEX (${order.index}) ${where} ORDER BY ${bySku}, ${order.by} LIMIT ${limit}`;
  const page = await tx.select(batches, tail, parameters);
  const free = new Map<string, number>();
  for (const batch of page) free.set(batch.skuId, (free.get(batch.skuId) ?? 0) + freeOf(batch));
  const isAll = page.length < limit;
  const more = group.flatMap((query): CandidateQuery[] => {
    const missing = query.need - (free.get(query.skuId) ?? 0);
    if (missing <= 0) return [];
    // What lies at the first location is known; a page that was cut short does not say so of everybody.
    return [isAll ? { ...query, locationIds: query.locationIds.slice(1), need: missing } : query];
  });
  const rest = await Promise.all(more.map((query) => loadCandidates(tx, query)));
  return [...page, ...rest.flat()];
}
