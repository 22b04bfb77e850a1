/** Trace, read by the indexes from a batch to documents and reservations; the ledger is not walked. */
import type { DocumentType } from '@granary/contracts/document';
import type { ReservationState, ReservationType } from '@granary/contracts/reservation';
import type { TraceStep } from '@granary/contracts/trace';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import type { BatchRow } from '../entities/batch.ts';
import { placesOf } from '../rules/location-scope.ts';
import { byMaking } from '../rules/trace-answer.ts';
import { fromDatabaseTime } from './database-time.ts';
import { type Filter, whereOf } from './filter.ts';
import { batches } from './tables.ts';
import { type Origin, partsOf } from './trace-origin.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

/** A place in a list of steps: the document or reservation, and its line. */
export interface StepKey {
  readonly id: string;
  readonly lineNo: number;
}

export type Step = TraceStep & StepKey;

/** Which steps of which batches. */
export interface StepQuery {
  readonly batchIds: readonly string[];
  /** All of them when left out. */
  readonly types?: readonly DocumentType[] | undefined;
  readonly after?: StepKey | undefined;
  readonly limit: number;
}

const WHOLE_DOCUMENT = `NOT EXISTS (SELECT 1 FROM stock_document_line AS w FORCE INDEX (PRIMARY)
  WHERE w.document_id = l.document_id AND w.location_id NOT IN (?))`;
const WHOLE_RESERVATION = `NOT EXISTS (SELECT 1 FROM reservation_line AS w FORCE INDEX (PRIMARY)
  WHERE w.reservation_id = l.reservation_id AND w.location_id NOT IN (?))`;

const DOCUMENT_STEP = `SELECT l.document_id AS id, l.line_no AS lineNo, l.batch_id AS batchId, l.location_id AS locationId,
  d.type AS type, d.document_no AS documentNo, d.order_no AS orderNo, d.supplier AS supplier, l.quantity AS quantity,
  l.unit_cost AS unitCost, l.reservation_id AS reservationId, d.occurred_at AS occurredAt`;
const RESERVATION_STEP = `SELECT l.reservation_id AS id, l.line_no AS lineNo, l.batch_id AS batchId, l.location_id AS locationId,
  r.type AS type, r.business_id AS businessId, r.state AS state, l.quantity AS quantity, l.held AS held, r.created_at AS createdAt`;

/** Exported so that a test can look at the plan. */
export function documentStepsQuery(tx: Tx, { batchIds, types, after, limit }: StepQuery): Sql {
  const head = `${DOCUMENT_STEP} FROM stock_document_line AS l FORCE INDEX (stock_document_line_batch)
    STRAIGHT_JOIN stock_document AS d ON d.document_id = l.document_id`;
  const parts = batchIds.map((batchId) =>
    part({ head, id: 'l.document_id', after, limit }, [
      ['l.batch_id = ?', batchId],
      ['d.type IN (?)', types],
      [WHOLE_DOCUMENT, placesOf(tx.scope)],
    ]),
  );
  return union(parts);
}

/** Held lines and ended ones stand apart in the index. */
export function reservationStepsQuery(tx: Tx, { batchIds, after, limit }: StepQuery): Sql {
  const head = `${RESERVATION_STEP} FROM reservation_line AS l FORCE INDEX (reservation_line_batch)
    STRAIGHT_JOIN reservation AS r ON r.reservation_id = l.reservation_id`;
  const parts = batchIds.flatMap((batchId) =>
    [0, 1].map((isHeld) =>
      part({ head, id: 'l.reservation_id', after, limit }, [
        ['l.batch_id = ? AND l.is_held = ?', batchId, isHeld],
        [WHOLE_RESERVATION, placesOf(tx.scope)],
      ]),
    ),
  );
  return union(parts);
}

interface Sql {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface Slice {
  readonly head: string;
  readonly id: string;
  readonly after: StepKey | undefined;
  readonly limit: number;
}

/** One page in the very order of the index, so that a lot with a million steps is read as far as the page goes. */
function part({ head, id, after, limit }: Slice, filters: readonly Filter[]): Sql {
  const { where, parameters } = whereOf([
    ...filters,
    [`${id} >= ? AND (${id} > ? OR l.line_no > ?)`, after?.id, after?.id, after?.lineNo],
  ]);
  return { sql: `(${head} ${where} ORDER BY ${id}, l.line_no LIMIT ${limit})`, parameters };
}

function union(parts: readonly Sql[]): Sql {
  return {
    sql: parts.map(({ sql }) => sql).join(' UNION ALL '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

/** Batches a statement. */
const CHUNK = 40;

async function inChunks(
  tx: Tx,
  query: StepQuery,
  { sqlOf, toStep }: { sqlOf: (tx: Tx, query: StepQuery) => Sql; toStep: (row: Raw) => Step },
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (let from = 0; from < query.batchIds.length; from += CHUNK) {
    const { sql, parameters } = sqlOf(tx, { ...query, batchIds: query.batchIds.slice(from, from + CHUNK) });
    steps.push(...(await tx.rows(sql, parameters)).map(toStep));
  }
  return steps.toSorted(byMaking).slice(0, query.limit);
}

export async function readDocumentSteps(tx: Tx, query: StepQuery): Promise<readonly Step[]> {
  return await inChunks(tx, query, { sqlOf: documentStepsQuery, toStep: toDocumentStep });
}

export async function readReservationSteps(tx: Tx, query: StepQuery): Promise<readonly Step[]> {
  return await inChunks(tx, query, { sqlOf: reservationStepsQuery, toStep: toReservationStep });
}

function toDocumentStep(row: Raw): Step {
  return {
    kind: 'document',
    ...placeOf(row),
    type: String(row['type']) as DocumentType,
    documentNo: String(row['documentNo']),
    orderNo: textOf(row['orderNo']),
    supplier: textOf(row['supplier']),
    quantity: Number(row['quantity']),
    unitCost: formatMoney(parseMoney(String(row['unitCost']))),
    reservationId: textOf(row['reservationId']),
    occurredAt: fromDatabaseTime(String(row['occurredAt'])),
  };
}

function toReservationStep(row: Raw): Step {
  return {
    kind: 'reservation',
    ...placeOf(row),
    type: String(row['type']) as ReservationType,
    businessId: String(row['businessId']),
    state: String(row['state']) as ReservationState,
    quantity: Number(row['quantity']),
    held: Number(row['held']),
    createdAt: fromDatabaseTime(String(row['createdAt'])),
  };
}

function placeOf(row: Raw) {
  return {
    id: String(row['id']),
    lineNo: Number(row['lineNo']),
    batchId: String(row['batchId']),
    locationId: String(row['locationId']),
  };
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value);
}

/** The next batches that these documents and reservations touched, in the order of their ids. */
export async function findTracedBatches(
  tx: Tx,
  origin: Origin,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<readonly string[]> {
  const parts = partsOf(origin).map(({ table, owner, index, where, values }) => {
    const filters = whereOf([
      [where, ...values],
      ['l.batch_id > ?', after],
      [owner === 'document_id' ? WHOLE_DOCUMENT : WHOLE_RESERVATION, placesOf(tx.scope)],
    ]);
    const sql = `SELECT DISTINCT l.batch_id AS b FROM ${table} AS l FORCE INDEX (${index}) ${filters.where}`;
    return { sql, parameters: filters.parameters };
  });
  const union = parts.map(({ sql }) => `(${sql})`).join(' UNION ');
  const rows = await tx.rows(
    `SELECT u.b AS b FROM (${union}) AS u ORDER BY u.b LIMIT ${limit}`,
    parts.flatMap(({ parameters }) => parameters),
  );
  return rows.map((row) => String(row['b']));
}

/** What they took or hold of these batches. */
export async function readTracedSteps(tx: Tx, origin: Origin, batchIds: readonly string[]): Promise<readonly Step[]> {
  if (batchIds.length === 0) return [];
  const steps: Step[] = [];
  for (const { table, owner, index, where, values } of partsOf(origin)) {
    const isDocument = owner === 'document_id';
    const filters = whereOf([
      [where, ...values],
      ['l.batch_id IN (?)', batchIds],
      [isDocument ? WHOLE_DOCUMENT : WHOLE_RESERVATION, placesOf(tx.scope)],
    ]);
    const head = isDocument ? DOCUMENT_STEP : RESERVATION_STEP;
    const join = isDocument
      ? 'STRAIGHT_JOIN stock_document AS d ON d.document_id = l.document_id'
      : 'STRAIGHT_JOIN reservation AS r ON r.reservation_id = l.reservation_id';
    const sql = `${head} FROM ${table} AS l FORCE INDEX (${index}) ${join} ${filters.where} ORDER BY l.${owner}, l.line_no`;
    steps.push(...(await tx.rows(sql, filters.parameters)).map(isDocument ? toDocumentStep : toReservationStep));
  }
  return steps.toSorted(byMaking);
}

/** The batches of a SKU with what makes them kin; where they stand does not matter, goods travel. */
export async function readKin(tx: Tx, skuId: string): Promise<readonly BatchRow[]> {
  return await tx.select(batches, 'FORCE INDEX (stock_batch_no) WHERE t.sku_id = ?', [skuId]);
}
