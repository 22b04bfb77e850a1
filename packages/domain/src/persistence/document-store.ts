/** Documents: found by number or id, listed newest first. */
import type { AdjustmentReasonCode } from '@granary/contracts/adjustment';
import type { DocumentType } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { placesOf } from '../rules/location-scope.ts';
import { toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import { documentLines, documents } from './tables.ts';
import type { Tx } from './transaction.ts';

/**
 * True of documents all of whose lines lie within the scope, what was counted included, asked row by row along the primary
 * key of the lines. MariaDB would answer NOT EXISTS by first gathering every foreign line there is.
 */
const WHOLE = `(SELECT 1 FROM stock_document_line AS l
  WHERE l.document_id = t.document_id AND l.location_id NOT IN (?) LIMIT 1) IS NULL
  AND (SELECT 1 FROM stock_count_line AS c
  WHERE c.document_id = t.document_id AND c.location_id NOT IN (?) LIMIT 1) IS NULL`;

export async function findDocument(
  tx: Tx,
  by: { id: string } | { type: DocumentType; documentNo: string },
): Promise<DocumentRow | undefined> {
  const { where, parameters } = whereOf([
    'id' in by ? ['t.document_id = ?', by.id] : ['t.type = ? AND t.document_no = ?', by.type, by.documentNo],
    [WHOLE, placesOf(tx.scope), placesOf(tx.scope)],
  ]);
  const [row] = await tx.select(documents, where, parameters);
  return row;
}

/** Whoever has this number, wherever it stands: numbers are one for all locations. */
export async function findNumbered(
  tx: Tx,
  { type, documentNo }: { type: DocumentType; documentNo: string },
): Promise<DocumentRow | undefined> {
  const [row] = await tx.select(documents, 'WHERE t.type = ? AND t.document_no = ?', [type, documentNo]);
  return row;
}

export async function readDocumentLines(tx: Tx, documentId: string): Promise<readonly DocumentLineRow[]> {
  return await tx.select(documentLines, 'WHERE t.document_id = ? ORDER BY t.line_no', [documentId]);
}

export interface DocumentListQuery {
  readonly types: readonly DocumentType[];
  readonly orderNo?: string | undefined;
  readonly supplier?: string | undefined;
  readonly reasonCode?: AdjustmentReasonCode | undefined;
  /** Between these moments it happened; the second is outside. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  /** The id after which the page begins. */
  readonly before: string | undefined;
  readonly limit: number;
}

export async function listDocuments(tx: Tx, query: DocumentListQuery): Promise<readonly DocumentRow[]> {
  const { where, parameters } = whereOf([
    ['t.type IN (?)', [...query.types]],
    ['t.order_no = ?', query.orderNo],
    ['t.supplier = ?', query.supplier],
    ['t.reason_code = ?', query.reasonCode],
    ['t.occurred_at >= ?', query.from === undefined ? undefined : toDatabaseTime(query.from)],
    ['t.occurred_at < ?', query.to === undefined ? undefined : toDatabaseTime(query.to)],
    ['t.document_id < ?', query.before],
    // One without lines only sold what was not there, and where its lines do not tell; a count without lines tells otherwise.
    [`(t.line_count > 0 OR t.type = 'count') AND ${WHOLE}`, placesOf(tx.scope), placesOf(tx.scope)],
  ]);
  return await tx.select(documents, `${where} ORDER BY t.document_id DESC LIMIT ${query.limit}`, parameters);
}
