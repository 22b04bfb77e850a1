/** What the steps of a transfer make of it: pure, each of them one version with one fact. */
import type { Instant } from '@granary/contracts/instant';
import type { EventType } from '@granary/contracts/event';
import type { TransferPart } from '@granary/contracts/transfer';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import type { Transfer, TransferPartRow } from '../entities/transfer.ts';
import { accepted, invalidState, notFound, type Outcome, quote, refused } from '../refusal.ts';
import type { Draft } from './draft.ts';
import type { LocationScope } from './location-scope.ts';
import { postLost } from './post.ts';

/** A transfer is of two places: who may not see one of them sees no transfer. */
export function isTransferSeen(
  scope: LocationScope,
  transfer: Pick<Transfer, 'fromLocationId' | 'toLocationId'>,
): boolean {
  return scope.holds(transfer.fromLocationId) && scope.holds(transfer.toLocationId);
}

export interface Taken {
  readonly part: TransferPartRow;
  readonly quantity: number;
}

export const isOnItsWay = (transfer: Transfer): boolean =>
  transfer.state === 'shipped' || transfer.state === 'partlyReceived';

export function onTheWay(transfer: Transfer): number {
  return transfer.parts.reduce((sum, part) => sum + part.inTransit, 0);
}

/** Which parts the lines of a receipt or a write-off mean: everything on its way, or so much of each line, batch by batch. */
export function takeParts(transfer: Transfer, lines: readonly TransferPart[] | undefined): Outcome<readonly Taken[]> {
  const left = new Map(transfer.parts.map((part) => [part.partNo, part.inTransit]));
  const taken = new Map<number, number>();
  const take = (part: TransferPartRow, quantity: number) => {
    left.set(part.partNo, (left.get(part.partNo) ?? 0) - quantity);
    taken.set(part.partNo, (taken.get(part.partNo) ?? 0) + quantity);
  };
  if (lines === undefined) for (const part of transfer.parts) take(part, part.inTransit);
  for (const { line, batchNo, quantity } of lines ?? []) {
    const own = transfer.parts.filter((part) => part.lineNo === line && (batchNo ?? part.batchNo) === part.batchNo);
    if (own.length === 0) {
      const hasLine = transfer.parts.some((part) => part.lineNo === line);
      return refused(
        hasLine ? notFound('batch', batchNo ?? '') : notFound('transfer line', `${transfer.transferNo}/${line}`),
      );
    }
    let missing = quantity;
    for (const part of own) {
      const some = Math.min(missing, left.get(part.partNo) ?? 0);
      if (some > 0) take(part, some);
      missing -= some;
    }
    if (missing > 0) return refused(tooMuch(transfer, { line, batchNo, quantity, free: quantity - missing }));
  }
  return accepted(
    transfer.parts.flatMap((part) => {
      const quantity = taken.get(part.partNo) ?? 0;
      return quantity === 0 ? [] : [{ part, quantity }];
    }),
  );
}

/** The goods themselves are nowhere any more; whoever knows what they were worth is told. */
export function loseGoods(
  draft: Draft,
  { fromLocationId: locationId, documentId }: Transfer,
  { taken, ...why }: { readonly taken: readonly Taken[]; readonly commandId: string; readonly occurredAt: Instant },
): void {
  for (const { part, quantity } of taken) {
    const { skuId, batchId, batchNo } = part;
    if (quantity > 0) postLost(draft, { ...why, skuId, locationId, documentId, batchId, batchNo, quantity });
  }
}

function tooMuch(
  { transferNo }: Transfer,
  { line, batchNo, quantity, free }: TransferPart & { readonly free: number },
) {
  const of = batchNo === undefined ? '' : ` of batch ${quote(batchNo)}`;
  return invalidState({
    noun: 'transfer line',
    id: `${transferNo}/${line}`,
    state: `${free} in transit`,
    message: `Line ${line} of transfer ${quote(transferNo)} has ${free}${of} on the way, not ${quantity}.`,
    hint: 'Look at the transfer (transfer.get): no more arrives or is written off than was shipped and is still on the way.',
  });
}

export function wrongState(transfer: Transfer, wish: string) {
  const { transferId, transferNo, state, commandId } = transfer;
  return invalidState({
    noun: 'transfer',
    id: transferId,
    state,
    message: `Transfer ${quote(transferNo)} is ${state}: ${wish}.`,
    hint: 'details.cause is the command that brought it there; transfer.get tells what it moved.',
    cause: commandId,
  });
}

export function shipped(
  transfer: Transfer,
  { row, lines }: { readonly row: DocumentRow; readonly lines: readonly DocumentLineRow[] },
): Transfer {
  const parts = lines.map(({ lineNo, requestLine, skuId, batchId, batchNo, unitCost, quantity }) => ({
    transferId: transfer.transferId,
    ...{ partNo: lineNo, lineNo: requestLine, skuId, batchId, batchNo, unitCost, shipped: quantity },
    ...{ received: 0, inTransit: quantity, writtenOff: 0, returned: 0 },
  }));
  const to = { state: 'shipped', documentId: row.documentId, shippedAt: row.occurredAt } as const;
  return { ...next(transfer, row.commandId), ...to, parts };
}

export type Ending = 'received' | 'writtenOff' | 'returned';

/** So much of the parts has arrived, is lost or came back; with nothing left on the way the transfer ends. */
export function settled(
  transfer: Transfer,
  taken: readonly Taken[],
  how: { readonly as: Ending; readonly commandId: string; readonly now: Instant; readonly reason: string | null },
): Transfer {
  const { as, commandId, now, reason } = how;
  const of = new Map(taken.map(({ part, quantity }) => [part.partNo, quantity]));
  const parts = transfer.parts.map((part) => {
    const quantity = of.get(part.partNo);
    return quantity === undefined ? part : { ...part, inTransit: part.inTransit - quantity, [as]: part[as] + quantity };
  });
  const after = { ...next(transfer, commandId), parts };
  if (onTheWay(after) === 0) return ended(after, { state: as === 'returned' ? 'cancelled' : 'done', now, reason });
  const hasCome = parts.some((part) => part.received > 0);
  return { ...after, state: hasCome ? 'partlyReceived' : 'shipped' };
}

export function cancelledDraft(
  transfer: Transfer,
  how: { readonly commandId: string; readonly now: Instant; readonly reason: string },
): Transfer {
  return ended(next(transfer, how.commandId), { state: 'cancelled', ...how });
}

function ended(
  transfer: Transfer,
  { state, now, reason }: { state: 'done' | 'cancelled'; now: Instant; reason: string | null },
): Transfer {
  return { ...transfer, state, endedAt: now, endReason: reason };
}

function next(transfer: Transfer, commandId: string): Transfer {
  return { ...transfer, version: transfer.version + 1, commandId };
}

/** The fact of one step; `before` undefined for a new transfer. */
export function noteTransfer(
  draft: Draft,
  type: Extract<EventType, `stock.transfer.${string}`>,
  { before, after }: { readonly before: Transfer | undefined; readonly after: Transfer },
): void {
  const { transferId, version, commandId } = after;
  const from = before?.version ?? 0;
  draft.facts.push({
    ...{ type, kind: 'transfer', id: transferId, from, to: version, commandId },
    before: before === undefined ? null : brief(before),
    after: brief(after),
  });
}

function brief(transfer: Transfer) {
  const { transferNo, fromLocationId, toLocationId, state, lineCount, expectedAt, endReason, parts } = transfer;
  const sum = (field: 'shipped' | 'received' | 'inTransit' | 'writtenOff' | 'returned') =>
    parts.reduce((total, part) => total + part[field], 0);
  return {
    ...{ transferNo, fromLocationId, toLocationId, state, lineCount, expectedAt, endReason },
    ...{ shipped: sum('shipped'), received: sum('received'), inTransit: sum('inTransit') },
    ...{ writtenOff: sum('writtenOff'), returned: sum('returned') },
  };
}
