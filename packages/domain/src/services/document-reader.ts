/** Reading documents, for inbound and outbound alike: each shows only the types that are its own, and reversals to both. */
import type { Document, DocumentGetInput, DocumentSummary, DocumentType } from '@granary/contracts/document';
import { type Instant, parseInstant } from '@granary/contracts/instant';
import type { Page, PageInput } from '@granary/contracts/page';
import { findDocument, listDocuments } from '../persistence/document-store.ts';
import { findReversals } from '../persistence/original-store.ts';
import { pageOf } from '../persistence/page.ts';
import { notFound } from '../refusal.ts';
import { documentBy, headerOf, isSeen, readDocument } from './document-record.ts';
import type { Engine } from './execution.ts';

export interface DocumentListing extends PageInput {
  readonly types: readonly DocumentType[];
  readonly orderNo?: string | undefined;
  readonly supplier?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function createDocumentReader(engine: Engine) {
  async function get(input: DocumentGetInput, types: readonly DocumentType[]): Promise<Document> {
    const by = documentBy(input);
    const unknown = () => notFound('document', 'id' in by ? by.id : by.documentNo);
    return await engine.units.read(async (tx) => {
      const row = await findDocument(tx, by);
      if (row === undefined || (row.type !== 'reversal' && !types.includes(row.type))) throw unknown();
      const document = await readDocument(tx, row);
      if (!isSeen(tx, document)) throw unknown();
      return document;
    });
  }

  async function list(input: DocumentListing): Promise<Page<DocumentSummary>> {
    const { types, orderNo, supplier } = input;
    const [from, to] = [momentOf(input.from), momentOf(input.to)];
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        list: `documents:${types.join()}`,
        input,
        load: (after, limit) => listDocuments(tx, { types, orderNo, supplier, from, to, before: after?.[0], limit }),
        keyOf: (row) => [row.documentId],
      });
      const reversals = await findReversals(
        tx,
        page.items.map((row) => row.documentId),
      );
      const items = page.items.map((row) => ({
        ...headerOf(row, reversals.get(row.documentId)),
        lineCount: row.lineCount,
      }));
      return { items, nextCursor: page.nextCursor };
    });
  }

  return { get, list };
}

function momentOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : parseInstant(text);
}
