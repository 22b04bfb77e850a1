/** What every document shares: one effect per (type, documentNo). */
import type { Document, DocumentType } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import { noteBack } from './originals.ts';
import { met } from './sometimes.ts';
import { canonical, expectEqual, expectNow, settle, type Outcome, type Refusals } from './verdict.ts';
import type { BroughtBack, OracleDocument } from './document-row.ts';
import { keyOf, type World } from './world.ts';

export interface Header {
  readonly type: DocumentType;
  /** Left out where Granary numbers it. */
  readonly documentNo: string | undefined;
  readonly content: string;
  readonly reverses?: string | undefined;
}

/** What a caller may say of a document beside its lines. */
export interface DocumentInput {
  readonly idempotencyKey?: string | undefined;
  readonly occurredAt?: string | undefined;
  readonly supplier?: string | undefined;
  readonly operator?: string | undefined;
  readonly reason?: string | undefined;
  readonly workOrderNo?: string | undefined;
  readonly reasonCode?: string | undefined;
}

export function contentOfDocument(input: { readonly idempotencyKey?: string | undefined }): string {
  return canonical({ ...input, idempotencyKey: undefined });
}

/** A document as it is told now: with what took it back since. */
export function toldNow({ answer, reversedBy }: OracleDocument): Document {
  return reversedBy === null ? answer : { ...answer, reversedBy };
}

/** Judges a call whose document exists already. False when there is none. */
export function judgeKnown(
  world: World,
  header: Header,
  call: { outcome: Outcome<Document>; refusals: Refusals },
): boolean {
  const known = world.documents.get(keyOf(header.type, header.documentNo));
  if (known === undefined || header.documentNo === undefined) return false;
  const { outcome, refusals } = call;
  if (known.content === header.content) {
    // The first result once more, whatever has become of the stock since.
    refusals.must.clear();
    met(world, 'a document repeated');
    if (settle(outcome, refusals))
      expectEqual(`the answer to the repeated document ${header.documentNo}`, outcome.answer, toldNow(known));
    return true;
  }
  refusals.must.set('INV_008', `document ${header.documentNo} exists with other content`);
  for (const code of ['INV_002', 'INV_009', 'INV_010', 'INV_016']) refusals.may.add(code);
  settle(outcome, refusals);
  return true;
}

/** Checks the header of a new document, remembers it, and tells when it happened. */
export function learnDocument(
  world: World,
  header: Header,
  call: { input: DocumentInput; answer: Document; orderNo: string | null; brought?: readonly BroughtBack[] },
): Instant {
  const { input, answer, orderNo } = call;
  const { lines: _lines, deficits: _deficits, id, documentNo, occurredAt, recordedAt, ...told } = answer;
  expectEqual('the header of the document', told, {
    ...{ type: header.type, orderNo, supplier: input.supplier ?? null, operator: input.operator ?? null },
    ...{ reason: input.reason ?? null, reasonCode: input.reasonCode, workOrderNo: input.workOrderNo },
    ...{ reverses: header.reverses, counts: Reflect.get(answer, 'counts') },
  });
  if (header.documentNo !== undefined) expectEqual('the number of the document', documentNo, header.documentNo);
  expectNow('recordedAt', recordedAt, world);
  if (input.occurredAt === undefined) expectNow('occurredAt', occurredAt, world);
  else expectEqual('occurredAt', occurredAt, input.occurredAt);
  const { type, content, reverses = null } = header;
  const document: OracleDocument = {
    ...{ type, documentNo, content, orderNo, answer, id, reverses, reversedBy: null, brought: call.brought ?? [] },
  };
  world.documents.set(keyOf(type, documentNo), document);
  noteBack(world, document.brought, 1);
  world.happenedAt = occurredAt as Instant;
  return occurredAt as Instant;
}
