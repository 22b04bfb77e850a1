/** Documents: found by number or id, listed newest first. */
import type { DocumentType } from '@granary/contracts/document';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { whereOf } from './filter.ts';
import { documentLines, documents } from './tables.ts';
import type { Tx } from './transaction.ts';

export async function findDocument(
  tx: Tx,
  by: { id: string } | { type: DocumentType; documentNo: string },
): Promise<DocumentRow | undefined> {
  const [row] =
    'id' in by
      ? await tx.select(documents, 'WHERE t.document_id = ?', [by.id])
      : await tx.select(documents, 'WHERE t.type = ? AND t.document_no = ?', [by.type, by.documentNo]);
  return row;
}

export async function readDocumentLines(tx: Tx, documentId: string): Promise<readonly DocumentLineRow[]> {
  return await tx.select(documentLines, 'WHERE t.document_id = ? ORDER BY t.line_no', [documentId]);
}

export interface DocumentListQuery {
  readonly types: readonly DocumentType[];
  readonly orderNo?: string | undefined;
  /** The id after which the page begins. */
  readonly before: string | undefined;
  readonly limit: number;
}

export async function listDocuments(tx: Tx, query: DocumentListQuery): Promise<readonly DocumentRow[]> {
  const { where, parameters } = whereOf([
    ['t.type IN (?)', [...query.types]],
    ['t.order_no = ?', query.orderNo],
    ['t.document_id < ?', query.before],
  ]);
  return await tx.select(documents, `${where} ORDER BY t.document_id DESC LIMIT ${query.limit}`, parameters);
}
