/** What goods come back from: documents and reservations with what has come back of them so far. */
import type { DocumentType } from '@granary/contracts/document';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { documentLines, documents } from './tables.ts';
import type { Tx } from './transaction.ts';

/** Some by id, some by number, wherever they stand; the caller asks for the scope with the lines in hand. */
export async function findDocuments(
  tx: Tx,
  by: { readonly ids: readonly string[]; readonly type: DocumentType; readonly numbers: readonly string[] },
): Promise<readonly DocumentRow[]> {
  const byId = by.ids.length === 0 ? [] : await tx.select(documents, 'WHERE t.document_id IN (?)', [[...by.ids]]);
  if (by.numbers.length === 0) return byId;
  const numbered = [by.type, [...by.numbers]];
  return [...byId, ...(await tx.select(documents, 'WHERE t.type = ? AND t.document_no IN (?)', numbered))];
}

/** In the order of their ids, after the levels and the reservations: whoever takes back from a document waits here for the others. */
export async function lockDocuments(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.rows(
    'SELECT t.document_id FROM stock_document AS t FORCE INDEX (PRIMARY) WHERE t.document_id IN (?) ORDER BY t.document_id FOR UPDATE',
    [[...ids]],
  );
}

export async function readLinesOf(tx: Tx, documentIds: readonly string[]): Promise<readonly DocumentLineRow[]> {
  if (documentIds.length === 0) return [];
  return await tx.select(
    documentLines,
    'FORCE INDEX (PRIMARY) WHERE t.document_id IN (?) ORDER BY t.document_id, t.line_no',
    [[...documentIds]],
  );
}

export interface CameBack {
  readonly originalId: string;
  readonly originalLine: number;
  readonly quantity: number;
}

/** What documents of this type brought back of some originals; one that was itself reversed brought nothing. */
export async function readCameBack(tx: Tx, ids: readonly string[], type: DocumentType): Promise<readonly CameBack[]> {
  if (ids.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.original_id AS originalId, t.original_line AS originalLine, SUM(t.quantity) AS quantity
     FROM stock_document_line AS t FORCE INDEX (stock_document_line_original)
     JOIN stock_document AS d ON d.document_id = t.document_id AND d.type = ?
     LEFT JOIN stock_document AS r ON r.reverses_id = d.document_id
     WHERE t.original_id IN (?) AND r.document_id IS NULL
     GROUP BY t.original_id, t.original_line`,
    [type, [...ids]],
  );
  return rows.map((row) => ({
    originalId: String(row['originalId']),
    originalLine: Number(row['originalLine']),
    quantity: Number(row['quantity']),
  }));
}

/** The reversal of each document that has one. */
export async function findReversals(tx: Tx, documentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (documentIds.length === 0) return new Map();
  const rows = await tx.rows(
    'SELECT t.reverses_id AS reversed, t.document_id AS id FROM stock_document AS t WHERE t.reverses_id IN (?)',
    [[...documentIds]],
  );
  return new Map(rows.map((row) => [String(row['reversed']), String(row['id'])]));
}

export interface DeficitLine {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/** What a document sold short, or gave up of it again; the ledger tells, by the command that wrote both. */
export async function readDeficits(
  tx: Tx,
  { documentId, commandId }: Pick<DocumentRow, 'documentId' | 'commandId'>,
): Promise<readonly DeficitLine[]> {
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.location_id AS locationId, t.deficit_delta AS quantity
     FROM stock_movement AS t FORCE INDEX (stock_movement_command)
     WHERE t.command_id = ? AND t.document_id = ? AND t.deficit_delta <> 0 AND t.batch_id IS NULL
     ORDER BY t.sku_id, t.location_id, t.version`,
    [commandId, documentId],
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
    quantity: Number(row['quantity']),
  }));
}
