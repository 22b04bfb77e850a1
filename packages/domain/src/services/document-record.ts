/** Documents: their rows, their answers, and the rule that one number has one content. */
import type { Document, DocumentType } from '@granary/contracts/document';
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { findDocument, readDocumentLines } from '../persistence/document-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, duplicate, type Outcome, quote, refused } from '../refusal.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import type { Draft } from '../rules/draft.ts';
import { sha256 } from './execution.ts';

/** Everything that the caller said, without the key. */
export function contentHashOf({ idempotencyKey: _key, ...said }: { idempotencyKey?: string | undefined }): string {
  return sha256(canonicalJson(said));
}

interface Numbered {
  readonly type: DocumentType;
  readonly documentNo: string;
  readonly contentHash: string;
}

/** The first answer for the same content, a refusal for other content, undefined for a new number. */
export async function earlierDocument(
  tx: Tx,
  { type, documentNo, contentHash }: Numbered,
): Promise<Outcome<Document> | undefined> {
  const row = await findDocument(tx, { type, documentNo });
  if (row === undefined) return undefined;
  if (row.contentHash === contentHash) return accepted(toDocument(row, await readDocumentLines(tx, row.documentId)));
  return refused(
    duplicate(`${type} document`, documentNo, `There is a ${type} document ${quote(documentNo)} with other content.`),
  );
}

interface DocumentFacts {
  readonly documentId: string;
  readonly type: DocumentType;
  readonly input: {
    readonly documentNo?: string | undefined;
    readonly orderNo?: string | undefined;
    readonly supplier?: string | undefined;
    readonly operator?: string | undefined;
    readonly reason?: string | undefined;
  };
  readonly contentHash: string;
  readonly occurredAt: Instant;
  readonly lineCount: number;
  readonly commandId: string;
}

export function documentRow(draft: Draft, { input, ...facts }: DocumentFacts): DocumentRow {
  return {
    ...facts,
    documentNo: input.documentNo ?? input.orderNo ?? '',
    orderNo: input.orderNo ?? null,
    supplier: input.supplier ?? null,
    operator: input.operator ?? null,
    reason: input.reason ?? null,
    recordedAt: draft.now,
  };
}

/** Puts the document into the plan and answers it. */
export function recordDocument(
  draft: Draft,
  what: { row: DocumentRow; lines: readonly DocumentLineRow[]; event: EventType },
): Document {
  const { row, lines, event } = what;
  draft.documents.push(row);
  draft.documentLines.push(...lines);
  const { documentId, type, documentNo, orderNo, occurredAt, lineCount, commandId } = row;
  const after = { documentId, type, documentNo, orderNo, occurredAt, lineCount };
  draft.facts.push({ type: event, kind: 'document', id: documentId, from: 0, to: 1, commandId, before: null, after });
  return toDocument(row, lines);
}

export function toDocument(row: DocumentRow, lines: readonly DocumentLineRow[]): Document {
  const { documentId, type, documentNo, orderNo, supplier, operator, reason, occurredAt, recordedAt } = row;
  return {
    id: documentId,
    ...{ type, documentNo, orderNo, supplier, operator, reason, occurredAt, recordedAt },
    lines: lines.map(({ requestLine, skuId, locationId, batchId, batchNo, quantity, unitCost, reservationId }) => ({
      line: requestLine,
      ...{ skuId, locationId, batchId, batchNo, quantity, reservationId },
      unitCost: formatMoney(unitCost),
    })),
  };
}
