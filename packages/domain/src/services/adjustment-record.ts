/** The document of an adjustment or a count, with what a count found beside it. */
import type { AdjustmentDocument, AdjustmentType } from '@granary/contracts/adjustment';
import type { CountLineRow } from '../entities/count-line.ts';
import { readCountLines } from '../persistence/adjustment-store.ts';
import { countLines } from '../persistence/tables.ts';
import type { Tx } from '../persistence/transaction.ts';
import { appendRows } from '../persistence/write-rows.ts';
import { accepted, duplicate, type Outcome, quote, refused } from '../refusal.ts';
import type { Adjusted } from '../rules/adjust.ts';
import { isWhole } from '../rules/location-scope.ts';
import type { Adjusting } from './adjust-resolving.ts';
import { documentRow, earlierDocument, recordDocument } from './document-record.ts';
import type { Decision } from './execution.ts';
import { occurrenceOf } from './occurrence.ts';

interface Recording {
  readonly adjusting: Adjusting;
  readonly contentHash: string;
  readonly documentId: string;
}

export function recorded(
  tx: Tx,
  { draft, lines, counts }: Adjusted,
  { adjusting, contentHash, documentId }: Recording,
): Decision<AdjustmentDocument> {
  const { type, input } = adjusting;
  const documentNo = adjusting.documentNo ?? `${type === 'count' ? 'CNT' : 'ADJ'}-${documentId}`;
  const row = documentRow(draft, {
    ...{ documentId, type, contentHash, commandId: tx.commandId, lineCount: lines.length },
    input: { ...input, documentNo },
    occurredAt: occurrenceOf(input.occurredAt, draft.now),
  });
  const { reasonCode, operator, reason = null } = input;
  const event = type === 'count' ? 'stock.counted' : 'stock.adjusted';
  const answer = recordDocument(draft, { row, lines, event, tell: { reasonCode, operator, reason } });
  return {
    draft,
    outcome: accepted(withCounts(answer, counts)),
    write: async () => {
      if (counts.length > 0) await appendRows(tx, countLines, counts);
    },
  };
}

/** Of a number that is taken, the first answer for the same content. */
export async function earlierAdjustment(
  tx: Tx,
  numbered: { readonly type: AdjustmentType; readonly documentNo: string; readonly contentHash: string },
): Promise<Outcome<AdjustmentDocument> | undefined> {
  const earlier = await earlierDocument(tx, numbered);
  if (earlier === undefined || !earlier.ok) return earlier;
  const counts = await readCountLines(tx, earlier.answer.id);
  if (isWhole(tx.scope, { lines: counts })) return accepted(withCounts(earlier.answer, counts));
  const { type, documentNo } = numbered;
  const message = `There is a ${type} document ${quote(documentNo)} with other content.`;
  return refused(duplicate(`${type} document`, documentNo, message));
}

export function withCounts(
  document: Omit<AdjustmentDocument, 'counts'>,
  counts: readonly CountLineRow[],
): AdjustmentDocument {
  if (document.type !== 'count') return document;
  return {
    ...document,
    counts: counts.map(({ documentId: _document, lineNo, ...row }) => ({ line: lineNo, ...row })),
  };
}
