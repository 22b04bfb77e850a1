/** Shipping a transfer: free stock of its lines leaves the source, all of it or nothing, by a document of type transferOut. */
import type { Document } from '@granary/contracts/document';
import type { TransferMove, TransferShipInput } from '@granary/contracts/transfer';
import type { Transfer } from '../entities/transfer.ts';
import { findDocument } from '../persistence/document-store.ts';
import { lockTransfer } from '../persistence/transfer-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, invariant, type Outcome, present, refused } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { noteTransfer, shipped, wrongState } from '../rules/transfer.ts';
import { toTransfer } from '../rules/transfer-answer.ts';
import { contentHashOf, documentRow, readDocument, recordDocument } from './document-record.ts';
import type { Decision, Engine } from './execution.ts';
import { checkOccurrence, occurrenceOf } from './occurrence.ts';
import { settleSerials } from './serials.ts';
import { checkPlace, loadDraft } from './stock-loader.ts';
import { demandsOf, takeAll } from './taking.ts';
import { earlierTransfer, type Plan, planned, planRefusal, writeStep } from './transfer-plan.ts';

export interface Shipping {
  /** A transfer that is there, or the plan of one that is made and shipped at once. */
  readonly of: { readonly transfer: Transfer } | { readonly plan: Plan };
  readonly occurredAt: string | undefined;
  /** Which pieces leave, by line. */
  readonly serials?: TransferShipInput['serials'];
  readonly grown: readonly string[];
}

export async function decideShipping(tx: Tx, engine: Engine, shipping: Shipping): Promise<Decision<TransferMove>> {
  const { of, occurredAt, serials, grown } = shipping;
  const { lines, fromLocationId } = 'plan' in of ? of.plan : of.transfer;
  const skuIds = [...new Set(lines.map((line) => line.skuId))];
  const pairs = skuIds.map((skuId) => ({ skuId, locationId: fromLocationId }));
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs }, skuIds, grown });
  if ('plan' in of) {
    const refusal = planRefusal(engine, draft, of.plan);
    if (refusal !== undefined) return { draft, outcome: refused(refusal) };
  }
  const transfer =
    'plan' in of
      ? planned(engine, draft, { ...of.plan, commandId: tx.commandId })
      : await lockTransfer(tx, of.transfer.transferId);
  invariant(transfer !== undefined, 'a transfer that was read is gone');
  if (transfer.state === 'cancelled')
    return { draft, outcome: refused(wrongState(transfer, 'nothing leaves by it any more')) };
  if (transfer.documentId !== null) return { draft, outcome: accepted(await repeated(tx, transfer)) };

  const left = await leave(tx, engine, { draft, transfer, occurredAt, serials });
  if (!left.ok) return { draft, outcome: (await shippedMeanwhile(tx, of)) ?? left };
  const { after, document } = left.answer;
  if ('plan' in of) noteTransfer(draft, 'stock.transfer.created', { before: undefined, after: transfer });
  noteTransfer(draft, 'stock.transfer.shipped', { before: transfer, after });
  return {
    draft,
    outcome: accepted({ transfer: toTransfer(after), document }),
    write: () => writeStep(tx, 'plan' in of ? undefined : transfer, after),
  };
}

/** Shipping it once more changes nothing: the same document, and the transfer as it stands now. */
async function repeated(tx: Tx, transfer: Transfer): Promise<TransferMove> {
  const row = await findDocument(tx, { id: present(transfer.documentId, 'the document of a transfer') });
  invariant(row !== undefined, `transfer ${transfer.transferId} names a document that is not there`);
  return { transfer: toTransfer(transfer), document: await readDocument(tx, row) };
}

/** Whoever waited for the levels may find its own transfer shipped by now, and be refused for what that one took. */
async function shippedMeanwhile(tx: Tx, of: Shipping['of']): Promise<Outcome<TransferMove> | undefined> {
  const earlier = 'plan' in of ? await earlierTransfer(tx, of.plan) : undefined;
  if (earlier === undefined || !earlier.ok) return earlier;
  const { answer } = earlier;
  const hasLeft = answer !== undefined && answer.documentId !== null;
  return hasLeft ? accepted(await repeated(tx, answer)) : undefined;
}

interface Leaving {
  readonly draft: Draft;
  readonly transfer: Transfer;
  readonly occurredAt: string | undefined;
  readonly serials: TransferShipInput['serials'];
}

async function leave(
  tx: Tx,
  engine: Engine,
  { draft, transfer, occurredAt: moment, serials = [] }: Leaving,
): Promise<Outcome<{ readonly after: Transfer; readonly document: Document }>> {
  const { transferNo, fromLocationId: locationId, operator, reason } = transfer;
  const skuIds = [...new Set(transfer.lines.map((line) => line.skuId))];
  const refusal =
    skuIds.map((skuId) => checkPlace(draft, { skuId, locationId })).find((each) => each !== undefined) ??
    ownsNoLevel(draft, skuIds) ??
    (await checkOccurrence(tx, draft.now, { occurredAt: moment, skuIds }));
  const strange = serials.findIndex(
    ({ line }, at) => line > transfer.lines.length || serials.findIndex((each) => each.line === line) < at,
  );
  if (strange >= 0)
    return refused(
      invalidInput([{ path: `serials.${strange}.line`, message: 'must be a line of the transfer, named once' }]),
    );
  if (refusal !== undefined) return refused(refusal);
  const input = {
    documentNo: transferNo,
    ...{ operator: operator ?? undefined, reason: reason ?? undefined },
    lines: transfer.lines.map(({ lineNo, skuId, quantity, batchId, strategy, qualityLevel }) => ({
      ...piecesOf(serials, lineNo),
      ...{ skuId, quantity, locationId, batchId: batchId ?? undefined },
      ...{ strategy: strategy ?? undefined, qualityLevel: qualityLevel ?? undefined },
    })),
  };
  const wanted = await demandsOf(tx, engine, { outbound: { type: 'transferOut', input }, draft, supplied: [] });
  if (!wanted.ok) return wanted;
  const ids = { documentId: engine.ports.ids(), commandId: tx.commandId };
  const occurredAt = occurrenceOf(moment, draft.now);
  const request = { ...ids, occurredAt, reason, orderNo: null, kind: 'transferOut', lines: wanted.answer } as const;
  const taken = await takeAll(tx, draft, { request, mayOwe: false });
  if (!taken.ok) return taken;
  await settleSerials(tx, draft, { lines: taken.answer, shippedAs: 'inTransit' });
  const row = documentRow(draft, {
    ...{ ...ids, type: 'transferOut', input, contentHash: contentHashOf({ ...input }), occurredAt },
    lineCount: taken.answer.length,
  });
  const document = recordDocument(draft, { row, lines: taken.answer, event: 'stock.outbound' });
  return accepted({ after: shipped(transfer, { row, lines: taken.answer }), document });
}

function piecesOf(serials: NonNullable<TransferShipInput['serials']>, lineNo: number) {
  const named = serials.find(({ line }) => line === lineNo);
  return named === undefined ? {} : { serials: named.serials };
}
