/** What every document shares: one effect per (type, documentNo), and no date in the future. */
import type { Document, DocumentType } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import { met } from './sometimes.ts';
import { canonical, expectEqual, expectNow, settle, type Outcome, type Refusals } from './verdict.ts';
import { keyOf, type World } from './world.ts';

export interface Header {
  readonly type: DocumentType;
  readonly documentNo: string;
  readonly content: string;
}

export function contentOfDocument(input: { idempotencyKey?: string | undefined }): string {
  return canonical({ ...input, idempotencyKey: undefined });
}

export function checkOccurred(world: World, input: { occurredAt?: string | undefined }, refusals: Refusals): void {
  if (input.occurredAt !== undefined && input.occurredAt > world.now)
    refusals.must.set('INV_005', 'occurredAt in the future');
}

/** Judges a call whose document exists already. False when there is none. */
export function judgeKnown(
  world: World,
  header: Header,
  call: { outcome: Outcome<Document>; refusals: Refusals },
): boolean {
  const known = world.documents.get(keyOf(header.type, header.documentNo));
  if (known === undefined) return false;
  const { outcome, refusals } = call;
  if (known.content === header.content) {
    // The first result once more, whatever has become of the stock since.
    refusals.must.clear();
    met(world, 'a document repeated');
    if (settle(outcome, refusals))
      expectEqual(`the answer to the repeated document ${header.documentNo}`, outcome.answer, known.answer);
    return true;
  }
  refusals.must.set('INV_008', `document ${header.documentNo} exists with other content`);
  for (const code of ['INV_002', 'INV_009', 'INV_010']) refusals.may.add(code);
  settle(outcome, refusals);
  return true;
}

/** Checks the header of a new document, remembers it, and tells when it happened. */
export function learnDocument(
  world: World,
  header: Header,
  call: { input: { occurredAt?: string | undefined }; answer: Document; orderNo: string | null },
): Instant {
  const { input, answer, orderNo } = call;
  expectEqual(
    'the header of the document',
    { type: answer.type, documentNo: answer.documentNo, orderNo: answer.orderNo },
    { type: header.type, documentNo: header.documentNo, orderNo },
  );
  expectNow('recordedAt', answer.recordedAt, world);
  if (input.occurredAt === undefined) expectNow('occurredAt', answer.occurredAt, world);
  else expectEqual('occurredAt', answer.occurredAt, input.occurredAt);
  world.documents.set(keyOf(header.type, header.documentNo), { ...header, orderNo, answer, id: answer.id });
  return answer.occurredAt as Instant;
}
