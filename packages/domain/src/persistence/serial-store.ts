/** Serials. Pieces in stock are guarded by the lock of their level; all of them are fenced by their version. */
import type { Instant } from '@granary/contracts/instant';
import type { SerialListInput } from '@granary/contracts/serial';
import { type SerialEventRow, serialKey, type SerialRow } from '../entities/serial.ts';
import { placesOf } from '../rules/location-scope.ts';
import type { SerialBook } from '../rules/serial-book.ts';
import { toDatabaseTime } from './database-time.ts';
import { type Filter, whereOf } from './filter.ts';
import { serialEvents, serials } from './tables.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';
import { appendRows, changeRows } from './write-rows.ts';

/** Names a statement. */
const CHUNK = 1000;

/** Asked under the lock of the levels: a SKU is not changed while anything of it is on hand, so what this says stays true. */
export async function findTracked(tx: Tx, skuIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (skuIds.length === 0) return new Set();
  const rows = await tx.rows('SELECT t.sku_id AS s FROM sku AS t WHERE t.sku_id IN (?) AND t.serial_tracked = 1', [
    [...new Set(skuIds)],
  ]);
  return new Set(rows.map((row) => String(row['s'])));
}

/** Whether a transfer has any of it on its way. */
export async function isOnTheWay(tx: Tx, skuId: string): Promise<boolean> {
  const rows = await tx.rows(
    'SELECT 1 FROM stock_transfer_part AS t FORCE INDEX (stock_transfer_part_sku) WHERE t.sku_id = ? AND t.in_transit > 0 LIMIT 1',
    [skuId],
  );
  return rows.length > 0;
}

export async function readSerials(tx: Tx, skuId: string, names: readonly string[]): Promise<readonly SerialRow[]> {
  const found: SerialRow[] = [];
  for (let from = 0; from < names.length; from += CHUNK) {
    const some = names.slice(from, from + CHUNK);
    found.push(
      ...(await tx.select(serials, 'FORCE INDEX (PRIMARY) WHERE t.sku_id = ? AND t.serial IN (?)', [skuId, some])),
    );
  }
  return found;
}

/** The first so many of those that lie in a batch. */
export async function readLowest(tx: Tx, batchId: string, limit: number): Promise<readonly SerialRow[]> {
  return await tx.select(
    serials,
    `FORCE INDEX (stock_serial_batch) WHERE t.batch_id = ? AND t.state = 'inStock' ORDER BY t.serial LIMIT ${limit}`,
    [batchId],
  );
}

export interface MovedPiece {
  readonly lineNo: number;
  readonly skuId: string;
  readonly serial: string;
}

/** The pieces that a document moved, line by line. */
export async function readMovedPieces(tx: Tx, documentId: string): Promise<readonly MovedPiece[]> {
  const rows = await tx.rows(
    `SELECT t.line_no AS n, t.sku_id AS k, t.serial AS s FROM stock_serial_event AS t FORCE INDEX (stock_serial_event_document)
     WHERE t.document_id = ? AND t.line_no IS NOT NULL ORDER BY t.line_no, t.serial`,
    [documentId],
  );
  return rows.map((row) => ({ lineNo: Number(row['n']), skuId: String(row['k']), serial: String(row['s']) }));
}

export async function writeSerials(tx: Tx, book: SerialBook): Promise<void> {
  if (book.changed.size === 0) return;
  const rows = [...book.changed].toSorted().flatMap((key) => book.rows.get(key) ?? []);
  const isNew = (row: SerialRow) => !book.loaded.has(serialKey(row));
  await appendRows(tx, serials, rows.filter(isNew));
  const set = [
    ...(['state', 'batchId', 'locationId', 'documentId', 'reservationId'] as const),
    ...(['changedAt', 'commandId'] as const),
  ];
  await changeRows(
    tx,
    { table: serials, keys: ['skuId', 'serial'], set, fence: 'version' },
    rows.filter((row) => !isNew(row)).map((row) => ({ row, from: book.loaded.get(serialKey(row)) })),
  );
  await appendRows(tx, serialEvents, book.events);
}

/** What the pieces of merged batches are told of the merge. */
export interface MergeFacts {
  readonly documentId: string;
  readonly occurredAt: Instant;
  readonly now: Instant;
}

/** Pieces of merged batches lie in the one that took them over: moved where they are, since a batch may have very many. */
export async function moveSerials(
  tx: Tx,
  sourceIds: readonly string[],
  { target, facts }: { target: { readonly batchId: string }; facts: MergeFacts },
): Promise<void> {
  if (sourceIds.length === 0) return;
  const { documentId } = facts;
  const [occurredAt, now] = [toDatabaseTime(facts.occurredAt), toDatabaseTime(facts.now)];
  const by = 'stock_serial AS t FORCE INDEX (stock_serial_batch)';
  const where = `WHERE t.batch_id IN (?) AND t.state = 'inStock'`;
  const count = await tx.write(
    `INSERT INTO stock_serial_event (sku_id, serial, seq, kind, state, batch_id, location_id, document_id, line_no, reservation_id,
       command_id, occurred_at, recorded_at)
     SELECT t.sku_id, t.serial, t.version + 1, 'merge', t.state, ?, t.location_id, ?, NULL, NULL, ?, ?, ? FROM ${by} ${where}`,
    [target.batchId, documentId, tx.commandId, occurredAt, now, sourceIds],
  );
  if (count === 0) return;
  await tx.write(
    `UPDATE ${by} SET t.version = t.version + 1, t.document_id = ?, t.reservation_id = NULL, t.command_id = ?,
       t.changed_at = ?, t.batch_id = ? ${where}`,
    [documentId, tx.commandId, now, target.batchId, sourceIds],
  );
}

export type NamedSerial = SerialRow & { readonly batchNo: string };

const WITH_NUMBER = `SELECT ${serials.select}, b.batch_no AS batchNo FROM stock_serial AS t`;
const NUMBER = 'LEFT JOIN stock_batch AS b ON b.batch_id = t.batch_id';

function toNamed(row: Raw): NamedSerial {
  return { ...serials.decode(row), batchNo: String(row['batchNo']) };
}

export async function findSerial(tx: Tx, skuId: string, serial: string): Promise<NamedSerial | undefined> {
  const { where, parameters } = whereOf([
    ['t.sku_id = ? AND t.serial = ?', skuId, serial],
    ['t.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const [row] = await tx.rows(`${WITH_NUMBER} ${NUMBER} ${where}`, parameters);
  return row === undefined ? undefined : toNamed(row);
}

export async function listSerials(
  tx: Tx,
  { input, after, limit }: { input: SerialListInput; after: string | undefined; limit: number },
): Promise<readonly NamedSerial[]> {
  const filters: Filter[] = [
    ['t.sku_id = ?', input.skuId],
    ['t.batch_id = ?', input.batchId],
    ['t.location_id = ?', input.locationId],
    ['t.state = ?', input.state],
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ['t.serial > ?', after],
  ];
  const { where, parameters } = whereOf(filters);
  const rows = await tx.rows(`${WITH_NUMBER} ${NUMBER} ${where} ORDER BY t.serial LIMIT ${limit}`, parameters);
  return rows.map(toNamed);
}

export type SerialStep = SerialEventRow & {
  readonly batchNo: string;
  readonly documentType: string | null;
  readonly documentNo: string | null;
  readonly orderNo: string | null;
};

/** The newest first. */
export async function readHistory(
  tx: Tx,
  skuId: string,
  { serial, limit }: { serial: string; limit: number },
): Promise<readonly SerialStep[]> {
  const { where, parameters } = whereOf([
    ['t.sku_id = ? AND t.serial = ?', skuId, serial],
    ['t.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const rows = await tx.rows(
    `SELECT ${serialEvents.select}, b.batch_no AS batchNo, d.type AS documentType, d.document_no AS documentNo, d.order_no AS orderNo
     FROM stock_serial_event AS t LEFT JOIN stock_batch AS b ON b.batch_id = t.batch_id
     LEFT JOIN stock_document AS d ON d.document_id = t.document_id ${where} ORDER BY t.seq DESC LIMIT ${limit}`,
    parameters,
  );
  const text = (value: unknown) => (value === null ? null : String(value));
  return rows.map((row) => ({
    ...serialEvents.decode(row),
    batchNo: String(row['batchNo']),
    ...{ documentType: text(row['documentType']), documentNo: text(row['documentNo']), orderNo: text(row['orderNo']) },
  }));
}
