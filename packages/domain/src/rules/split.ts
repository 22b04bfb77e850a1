/** Splitting: free units of a batch become batches of their own, alike in everything but the number. */
import type { Instant } from '@granary/contracts/instant';
import { MAX_BATCH_NO } from '@granary/contracts/batch';
import type { GranaryError } from '@granary/contracts/error';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import { accepted, insufficientStock, invalidState, notFound, type Outcome, quote, refused } from '../refusal.ts';
import { tellBatch } from './batch-event.ts';
import { documentLine } from './document-line.ts';
import { batchOf, type Draft } from './draft.ts';
import { frozenConflict } from './frozen.ts';
import { mergedAway } from './merged-away.ts';
import { post } from './post.ts';
import { putBatch, UNBORN } from './put-batch.ts';

export interface SplitRequest {
  readonly commandId: string;
  readonly documentId: string;
  readonly batchId: string;
  readonly quantities: readonly number[];
  /** The numbers of the SKU that begin as those of the children do. */
  readonly taken: ReadonlySet<string>;
  readonly occurredAt: Instant;
  readonly reason: string | null;
}

export interface Split {
  readonly childIds: readonly string[];
  readonly lines: readonly DocumentLineRow[];
}

export function decideSplit(draft: Draft, request: SplitRequest): Outcome<Split> {
  const { batchId, quantities, commandId, documentId } = request;
  const parent = draft.batches.get(batchId);
  if (parent === undefined || !draft.scope.holds(parent.locationId)) return refused(notFound('batch', batchId));
  const numbers = childNumbers(parent.batchNo, quantities.length, request.taken);
  const refusal = mergedAway(parent) ?? frozenConflict(parent) ?? tooLong(parent, numbers) ?? short(parent, quantities);
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  const children = quantities.map((quantity, at) =>
    putChild(draft, { parent, batchNo: numbers[at] ?? '', quantity, request }),
  );
  const childIds = children.map((child) => child.batchId);
  const after = tellBatch(draft, {
    type: 'stock.batch.split',
    before: parent,
    commandId,
    tell: { children: childIds },
  });
  const sum = quantities.reduce((total, quantity) => total + quantity, 0);
  const touched = [after, ...children].map((batch, at) => ({ batch, quantity: quantities[at - 1] ?? -sum }));
  const lines = touched.map(({ batch, quantity }, at) =>
    documentLine(batch, { quantity, documentId, at, lineNo: at + 1, reservationId: null }),
  );
  return accepted({ childIds, lines });
}

/** `<batchNo>-1`, `-2`… as far as they are free. */
export function childNumbers(batchNo: string, count: number, taken: ReadonlySet<string>): readonly string[] {
  const numbers: string[] = [];
  for (let next = 1; numbers.length < count; next += 1) {
    const number = `${batchNo}-${next}`;
    if (!taken.has(number)) numbers.push(number);
  }
  return numbers;
}

function tooLong({ batchId, batchNo }: BatchRow, numbers: readonly string[]): GranaryError | undefined {
  if (numbers.every((number) => Array.from(number).length <= MAX_BATCH_NO)) return undefined;
  return invalidState({
    noun: 'batch',
    id: batchId,
    state: 'number too long',
    message: `The number ${quote(batchNo)} leaves no room for those of children: a number has at most ${MAX_BATCH_NO} characters.`,
    hint: 'Merge the batch with another one under a shorter number first.',
  });
}

function short(parent: BatchRow, quantities: readonly number[]): GranaryError | undefined {
  const requested = quantities.reduce((sum, quantity) => sum + quantity, 0);
  const available = freeOf(parent);
  const { skuId, locationId, batchId } = parent;
  return available < requested ? insufficientStock([{ skuId, locationId, batchId, requested, available }]) : undefined;
}

interface Child {
  readonly parent: BatchRow;
  readonly batchNo: string;
  readonly quantity: number;
  readonly request: SplitRequest;
}

/** Received when the parent was, since the goods were: so both go on standing next to each other in every order. */
function putChild(draft: Draft, { parent, batchNo, quantity, request }: Child): BatchRow {
  const { commandId, documentId, occurredAt, reason } = request;
  const { status } = parent;
  const batchId = draft.ids();
  putBatch(draft, { ...parent, ...UNBORN, status, batchId, batchNo, splitFrom: parent.batchId }, commandId);
  const why = { kind: 'split', commandId, documentId, occurredAt, reason, reservedDelta: 0 } as const;
  post(draft, { ...why, batchId: parent.batchId, onHandDelta: -quantity });
  post(draft, { ...why, batchId, onHandDelta: quantity });
  return batchOf(draft, batchId);
}
