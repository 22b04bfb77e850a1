/** Batches, read under the lock of their levels. Only as many candidates are loaded as a need may take. */
import type { Instant } from '@granary/contracts/instant';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import { placesOf } from '../rules/location-scope.ts';
import type { Scan } from '../strategies/strategy.ts';
import { whereOf } from './filter.ts';
import { batches } from './tables.ts';
import type { Tx } from './transaction.ts';

export const FIRST_PAGE = 8;
const PAGE_FACTOR = 4;
const MAX_PAGE = 2048;

/** What is asked of a batch besides that something of it is free. */
export interface Fitness {
  /** Those that have expired by then are none; left out, they count. */
  readonly now?: Instant;
  readonly qualityLevel?: string | undefined;
  readonly expiresFrom?: Instant | undefined;
}

export interface CandidateQuery extends Fitness {
  readonly skuId: string;
  /** In the order in which they are asked; the next one only when those before cannot cover the need. */
  readonly locationIds: readonly string[];
  readonly scan: Scan;
  readonly need: number;
  readonly now: Instant;
}

interface Order {
  readonly index: string;
  readonly by: string;
  /** The keyset of the next page: strictly after the last row, bounded so that the index range starts there. */
  readonly after: string;
  readonly keysOf: (last: BatchRow) => readonly unknown[];
}

export const text = (instant: Instant) => instant.replace('T', ' ').slice(0, 26);

export const orders: Record<Exclude<Scan, 'all'>, Order> = {
  oldest: {
    index: 'stock_batch_received',
    by: 't.received_at, t.batch_id',
    after: 't.received_at >= ? AND (t.received_at > ? OR t.batch_id > ?)',
    keysOf: (last) => [text(last.receivedAt), text(last.receivedAt), last.batchId],
  },
  newest: {
    index: 'stock_batch_received',
    by: 't.received_at DESC, t.batch_id DESC',
    after: 't.received_at <= ? AND (t.received_at < ? OR t.batch_id < ?)',
    keysOf: (last) => [text(last.receivedAt), text(last.receivedAt), last.batchId],
  },
  expiry: {
    index: 'stock_batch_expiry',
    by: 't.expires_at, t.received_at, t.batch_id',
    after: 't.expires_at >= ? AND (t.expires_at > ? OR t.received_at > ? OR (t.received_at = ? AND t.batch_id > ?))',
    keysOf: (last) => [
      text(last.expiresAt),
      text(last.expiresAt),
      text(last.receivedAt),
      text(last.receivedAt),
      last.batchId,
    ],
  },
};

/** Open batches that satisfy the query, enough of them to cover the need, or all there are. */
export async function loadCandidates(tx: Tx, query: CandidateQuery): Promise<readonly BatchRow[]> {
  const found: BatchRow[] = [];
  let missing = query.need;
  for (const locationId of query.locationIds) {
    if (missing <= 0) break;
    const local =
      query.scan === 'all'
        ? await loadAllOpen(tx, query, locationId)
        : await loadPrefix(tx, { query, locationId, missing });
    found.push(...local);
    missing -= local.reduce((sum, batch) => sum + freeOf(batch), 0);
  }
  return found;
}

async function loadPrefix(
  tx: Tx,
  at: { query: CandidateQuery; locationId: string; missing: number },
): Promise<BatchRow[]> {
  const { query, locationId } = at;
  const order = orders[query.scan === 'all' ? 'oldest' : query.scan];
  const found: BatchRow[] = [];
  let missing = at.missing;
  for (let limit = FIRST_PAGE; missing > 0; limit = Math.min(limit * PAGE_FACTOR, MAX_PAGE)) {
    const last = found.at(-1);
    const { where, parameters } = candidatesAt(query, locationId, [query.skuId]);
    const keyset = last === undefined ? '' : `AND ${order.after}`;
    const page = await tx.select(
      batches,
      `FORCE INDEX (${order.index}) ${where} ${keyset} ORDER BY ${order.by} LIMIT ${limit}`,
      [...parameters, ...(last === undefined ? [] : order.keysOf(last))],
    );
    found.push(...page);
    missing -= page.reduce((sum, batch) => sum + freeOf(batch), 0);
    if (page.length < limit) break;
  }
  return found;
}

async function loadAllOpen(tx: Tx, query: CandidateQuery, locationId: string): Promise<readonly BatchRow[]> {
  const { where, parameters } = candidatesAt(query, locationId, [query.skuId]);
  return await tx.select(
    batches,
    `FORCE INDEX (stock_batch_received) ${where} ORDER BY t.received_at, t.batch_id`,
    parameters,
  );
}

export function candidatesAt(
  { now, expiresFrom, qualityLevel }: Fitness,
  locationId: string,
  skuIds: readonly string[],
) {
  return whereOf([
    ['t.sku_id IN (?)', skuIds],
    ['t.location_id = ? AND t.open = 1', locationId],
    ['t.expires_at > ?', now === undefined ? undefined : text(now)],
    ['t.expires_at >= ?', expiresFrom === undefined ? undefined : text(expiresFrom)],
    ['t.quality_level = ?', qualityLevel],
  ]);
}

/** What the same clause says, of a batch that was read already. */
export function isFit({ expiresAt, qualityLevel }: BatchRow, asked: Fitness): boolean {
  if (asked.now !== undefined && expiresAt <= asked.now) return false;
  if (asked.expiresFrom !== undefined && expiresAt < asked.expiresFrom) return false;
  return asked.qualityLevel === undefined || asked.qualityLevel === qualityLevel;
}

export async function loadBatches(tx: Tx, batchIds: readonly string[]): Promise<readonly BatchRow[]> {
  if (batchIds.length === 0) return [];
  return await tx.select(batches, 'FORCE INDEX (PRIMARY) WHERE t.batch_id IN (?)', [[...new Set(batchIds)]]);
}

/** Every batch of these numbers, wherever it lies: what a new receipt of the number is compared with. */
export async function loadBatchesByNumber(
  tx: Tx,
  numbers: readonly { skuId: string; batchNo: string }[],
): Promise<readonly BatchRow[]> {
  const bySku = new Map<string, string[]>();
  for (const { skuId, batchNo } of numbers) bySku.set(skuId, [...(bySku.get(skuId) ?? []), batchNo]);
  const clauses = [...bySku].map(() => '(t.sku_id = ? AND t.batch_no IN (?))');
  if (clauses.length === 0) return [];
  return await tx.select(batches, `FORCE INDEX (stock_batch_no) WHERE ${clauses.join(' OR ')}`, [...bySku].flat());
}

/** Every batch of a SKU with something on hand: for reading, where each one must be explained. */
export async function readBatches(tx: Tx, skuId: string): Promise<readonly BatchRow[]> {
  const { where, parameters } = whereOf([
    ['t.sku_id = ? AND t.on_hand > 0', skuId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
  ]);
  return await tx.select(batches, `${where} ORDER BY t.location_id, t.received_at, t.batch_id`, parameters);
}

/** Every batch of some SKUs, for checking against the ledger. */
export async function readBatchBalances(tx: Tx, skuIds: readonly string[]): Promise<readonly BatchRow[]> {
  return await tx.select(batches, 'FORCE INDEX (stock_batch_no) WHERE t.sku_id IN (?)', [[...skuIds]]);
}
