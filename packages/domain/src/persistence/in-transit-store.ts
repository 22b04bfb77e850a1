/** Expected receipts: found by id or reference, listed, and summed by what of a SKU is on its way. */
import type { Instant } from '@granary/contracts/instant';
import type { InTransitListInput, InTransitSource } from '@granary/contracts/in-transit';
import type { InTransit, InTransitLineRow, InTransitRow } from '../entities/in-transit.ts';
import { placesOf } from '../rules/location-scope.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import { inTransitLines, inTransits } from './tables.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';
import { appendRows, changeRows } from './write-rows.ts';

/** Without a lock, whoever asks: the caller looks at the scope. */
export async function findInTransit(
  tx: Tx,
  by: { readonly id: string } | { readonly source: InTransitSource; readonly reference: string },
): Promise<InTransit | undefined> {
  const [where, parameters] =
    'id' in by
      ? ['WHERE t.in_transit_id = ?', [by.id]]
      : ['WHERE t.source = ? AND t.reference = ?', [by.source, by.reference]];
  const [found] = await withLines(tx, await tx.select(inTransits, where, parameters));
  return found;
}

/** Under the lock of its header, which whoever changes its lines holds. */
export async function lockInTransit(tx: Tx, inTransitId: string): Promise<InTransit | undefined> {
  const rows = await tx.select(inTransits, 'FORCE INDEX (PRIMARY) WHERE t.in_transit_id = ? FOR UPDATE', [inTransitId]);
  const [found] = await withLines(tx, rows);
  return found;
}

async function withLines(tx: Tx, rows: readonly InTransitRow[]): Promise<readonly InTransit[]> {
  if (rows.length === 0) return [];
  const tail = 'FORCE INDEX (PRIMARY) WHERE t.in_transit_id IN (?) ORDER BY t.in_transit_id, t.line_no';
  const lines = new Map<string, InTransitLineRow[]>();
  for (const line of await tx.select(inTransitLines, tail, [rows.map((row) => row.inTransitId)])) {
    const known = lines.get(line.inTransitId);
    if (known === undefined) lines.set(line.inTransitId, [line]);
    else known.push(line);
  }
  return rows.map((row) => ({ ...row, lines: lines.get(row.inTransitId) ?? [] }));
}

/** Where goods arrive decides who sees what is expected: a scope asks nothing of where they come from. */
const WITHIN = `(SELECT 1 FROM stock_in_transit_line AS l
  WHERE l.in_transit_id = t.in_transit_id AND l.location_id NOT IN (?) LIMIT 1) IS NULL`;

export async function listInTransit(
  tx: Tx,
  { input, before, limit }: { input: InTransitListInput; before: string | undefined; limit: number },
): Promise<readonly InTransit[]> {
  const of = (column: string) =>
    `t.in_transit_id IN (SELECT l.in_transit_id FROM stock_in_transit_line AS l WHERE l.${column} = ?)`;
  const { where, parameters } = whereOf([
    [of('sku_id'), input.skuId],
    [of('location_id'), input.locationId],
    ['t.status = ?', input.status],
    ['t.source = ?', input.source],
    ['t.expected_at >= ?', input.from === undefined ? undefined : toDatabaseTime(input.from)],
    ['t.expected_at < ?', input.to === undefined ? undefined : toDatabaseTime(input.to)],
    ['t.in_transit_id < ?', before],
    [WITHIN, placesOf(tx.scope)],
  ]);
  const tail = `${where} ORDER BY t.in_transit_id DESC LIMIT ${limit}`;
  return await withLines(tx, await tx.select(inTransits, tail, parameters));
}

const HEADER = ['status', 'expectedAt', 'endReason', 'commandId'] satisfies (keyof InTransitRow)[];
const LINE = ['quantity', 'received', 'outstanding', 'expectedAt'] satisfies (keyof InTransitLineRow)[];

/** An expected receipt as a decision left it; `before` is what was loaded, undefined for a new one. */
export async function writeInTransit(tx: Tx, before: InTransit | undefined, after: InTransit): Promise<void> {
  if (before === undefined) {
    await appendRows<InTransitRow>(tx, inTransits, [after]);
    await appendRows<InTransitLineRow>(tx, inTransitLines, after.lines);
    return;
  }
  const header = { table: inTransits, keys: ['inTransitId'], set: HEADER, fence: 'version' } as const;
  await changeRows<InTransitRow>(tx, header, [{ row: after, from: before.version }]);
  const lines = { table: inTransitLines, keys: ['inTransitId', 'lineNo'], set: LINE } as const;
  await changeRows<InTransitLineRow>(
    tx,
    lines,
    after.lines.map((row) => ({ row })),
  );
}

export interface Expected {
  readonly skuId: string;
  readonly locationId: string;
  readonly expectedAt: Instant | null;
  readonly quantity: number;
}

/** What of some SKUs is on its way to where the caller may see: one row for each place and time. */
export async function readExpected(tx: Tx, skuIds: readonly string[]): Promise<readonly Expected[]> {
  if (skuIds.length === 0) return [];
  const { where, parameters } = whereOf([
    ['l.sku_id IN (?) AND l.is_open = 1', [...new Set(skuIds)]],
    ['l.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const rows = await tx.rows(
    `SELECT l.sku_id AS skuId, l.location_id AS locationId, l.expected_at AS expectedAt, SUM(l.outstanding) AS quantity
     FROM stock_in_transit_line AS l FORCE INDEX (stock_in_transit_line_sku) ${where}
     GROUP BY l.sku_id, l.location_id, l.expected_at`,
    parameters,
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
    expectedAt: momentOf(row),
    quantity: Number(row['quantity']),
  }));
}

export interface ExpectedLine {
  readonly inTransitId: string;
  readonly source: InTransitSource;
  readonly reference: string;
  readonly locationId: string;
  readonly outstanding: number;
  readonly expectedAt: Instant | null;
}

/** Row by row, the nearest first and those without a time last. */
export async function readExpectedLines(tx: Tx, skuId: string, limit: number): Promise<readonly ExpectedLine[]> {
  const { where, parameters } = whereOf([
    ['l.sku_id = ? AND l.is_open = 1', skuId],
    ['l.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const rows = await tx.rows(
    `SELECT t.in_transit_id AS inTransitId, t.source AS source, t.reference AS reference, l.location_id AS locationId,
       l.outstanding AS outstanding, l.expected_at AS expectedAt
     FROM stock_in_transit_line AS l FORCE INDEX (stock_in_transit_line_sku)
     JOIN stock_in_transit AS t ON t.in_transit_id = l.in_transit_id
     ${where} ORDER BY l.expected_at IS NULL, l.expected_at, l.in_transit_id, l.line_no LIMIT ${limit}`,
    parameters,
  );
  return rows.map((row) => ({
    inTransitId: String(row['inTransitId']),
    source: row['source'] === 'purchase' ? 'purchase' : 'transfer',
    reference: String(row['reference']),
    locationId: String(row['locationId']),
    outstanding: Number(row['outstanding']),
    expectedAt: momentOf(row),
  }));
}

function momentOf(row: Raw): Instant | null {
  const at = row['expectedAt'];
  return at === null || at === undefined ? null : fromDatabaseTime(String(at));
}
