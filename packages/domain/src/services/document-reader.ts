/** Reading documents, for inbound and outbound alike: each shows only the types that are its own. */
import type { Document, DocumentGetInput, DocumentSummary, DocumentType } from '@granary/contracts/document';
import type { Page, PageInput } from '@granary/contracts/page';
import { findDocument, listDocuments, readDocumentLines } from '../persistence/document-store.ts';
import { pageOf } from '../persistence/page.ts';
import { notFound } from '../refusal.ts';
import { toDocument } from './document-record.ts';
import type { Engine } from './execution.ts';

export function createDocumentReader(engine: Engine) {
  async function get({ id, type, documentNo }: DocumentGetInput, types: readonly DocumentType[]): Promise<Document> {
    return await engine.units.read(async (tx) => {
      const by = id === undefined ? { type: type ?? 'purchase', documentNo: documentNo ?? '' } : { id };
      const row = await findDocument(tx, by);
      if (row === undefined || !types.includes(row.type)) throw notFound('document', id ?? documentNo ?? '');
      return toDocument(row, await readDocumentLines(tx, row.documentId));
    });
  }

  async function list(
    input: PageInput & { types: readonly DocumentType[]; orderNo?: string | undefined },
  ): Promise<Page<DocumentSummary>> {
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        list: `documents:${input.types.join()}`,
        input,
        load: (after, limit) =>
          listDocuments(tx, { types: input.types, orderNo: input.orderNo, before: after?.[0], limit }),
        keyOf: (row) => [row.documentId],
      });
      const items = page.items.map(({ documentId, contentHash: _hash, commandId: _command, ...header }) => ({
        id: documentId,
        ...header,
      }));
      return { items, nextCursor: page.nextCursor };
    });
  }

  return { get, list };
}
