/** The document of a merge or a split: every change of onHand names one, though nobody prints these. */
import type { Instant } from '@granary/contracts/instant';
import type { DocumentLineRow } from '../entities/document.ts';
import { batchOf, type Draft } from '../rules/draft.ts';
import { toBatch } from '../rules/batch-answer.ts';
import { contentHashOf, documentRow } from './document-record.ts';

export interface BatchDocument {
  readonly type: 'merge' | 'split';
  readonly documentId: string;
  readonly input: {
    readonly idempotencyKey?: string | undefined;
    readonly operator?: string | undefined;
    readonly reason?: string | undefined;
  };
  readonly lines: readonly DocumentLineRow[];
  readonly occurredAt: Instant;
  readonly commandId: string;
}

/** Numbered by its own id: repeats are told apart by the idempotency key, and by the batches, which can be merged once. */
export function putBatchDocument(draft: Draft, { type, documentId, input, lines, ...facts }: BatchDocument): void {
  const { operator, reason } = input;
  const row = documentRow(draft, {
    ...{ ...facts, documentId, type, lineCount: lines.length, contentHash: contentHashOf(input) },
    input: { documentNo: `${type.toUpperCase()}-${documentId}`, operator, reason },
  });
  draft.documents.push(row);
  draft.documentLines.push(...lines);
}

/** A batch as it will stand once the draft is written. */
export function batchAfter(draft: Draft, batchId: string) {
  const isChanged = draft.changedBatches.has(batchId);
  const row = batchOf(draft, batchId);
  return toBatch({ ...row, version: (draft.loaded.batches.get(batchId)?.version ?? 0) + (isChanged ? 1 : 0) });
}
