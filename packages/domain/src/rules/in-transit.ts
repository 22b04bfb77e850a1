/** Expected receipts: what arrivals, changes and cancellations make of them, and what a transfer on its way looks like as one. */
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import type { InTransit as InTransitAnswer, InTransitStatus } from '@granary/contracts/in-transit';
import type { InTransit, InTransitLineRow } from '../entities/in-transit.ts';
import type { Transfer } from '../entities/transfer.ts';
import { invalidState, quote } from '../refusal.ts';
import type { Draft } from './draft.ts';

export interface Arrival {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/** Arrivals lower the lines of their SKU and place, in order; what comes beyond them was not expected and lowers nothing. */
export function lowered(expected: InTransit, arrivals: readonly Arrival[], commandId: string): InTransit {
  let left = [...arrivals];
  const lines = expected.lines.map((line) => {
    let { received, outstanding } = line;
    left = left.map((arrival) => {
      if (arrival.skuId !== line.skuId || arrival.locationId !== line.locationId) return arrival;
      const some = Math.min(arrival.quantity, outstanding);
      received += some;
      outstanding -= some;
      return { ...arrival, quantity: arrival.quantity - some };
    });
    return { ...line, received, outstanding };
  });
  return restated({ ...expected, lines }, commandId);
}

export interface Revision {
  readonly expectedAt: Instant | undefined;
  readonly quantities: ReadonlyMap<number, number>;
  readonly commandId: string;
}

/** The caller has seen to it that no quantity falls below what arrived. */
export function revised(expected: InTransit, { expectedAt, quantities, commandId }: Revision): InTransit {
  const at = expectedAt ?? expected.expectedAt;
  const lines = expected.lines.map((line) => {
    const quantity = quantities.get(line.lineNo) ?? line.quantity;
    return { ...line, quantity, outstanding: quantity - line.received, expectedAt: at };
  });
  return restated({ ...expected, expectedAt: at, lines }, commandId);
}

export function calledOff(expected: InTransit, reason: string, commandId: string): InTransit {
  const lines = expected.lines.map((line) => ({ ...line, outstanding: 0 }));
  return { ...expected, lines, status: 'cancelled', endReason: reason, version: expected.version + 1, commandId };
}

function restated(expected: InTransit, commandId: string): InTransit {
  return { ...expected, status: statusOf(expected.lines), version: expected.version + 1, commandId };
}

function statusOf(lines: readonly InTransitLineRow[]): InTransitStatus {
  if (lines.every((line) => line.outstanding === 0)) return 'received';
  return lines.some((line) => line.received > 0) ? 'partlyReceived' : 'expected';
}

/** A shipped transfer as an expected receipt: one line for each of its lines. */
export function expectedOf(transfer: Transfer): InTransit {
  const { transferId, transferNo, expectedAt, contentHash, createdAt, endReason, version, commandId } = transfer;
  const lines = transfer.lines.map(({ lineNo, skuId, quantity }) => {
    const parts = transfer.parts.filter((part) => part.lineNo === lineNo);
    return {
      ...{ inTransitId: transferId, lineNo, skuId, locationId: transfer.toLocationId, quantity, expectedAt },
      received: parts.reduce((sum, part) => sum + part.received, 0),
      outstanding: parts.reduce((sum, part) => sum + part.inTransit, 0),
    };
  });
  return {
    ...{ inTransitId: transferId, source: 'transfer', reference: transferNo, supplier: null, expectedAt },
    ...{ contentHash, createdAt, endReason, version, commandId, lines },
    status: hasFailed(transfer) ? 'cancelled' : statusOf(lines),
  };
}

/** Taken back, or lost to the last unit. */
function hasFailed({ state, parts }: Transfer): boolean {
  return state === 'cancelled' || (state === 'done' && parts.every((part) => part.received === 0));
}

export function overdueAt(
  now: Instant,
  { expectedAt, outstanding }: { expectedAt: Instant | null; outstanding: number },
) {
  return outstanding > 0 && expectedAt !== null && expectedAt <= now;
}

export function toInTransit(row: InTransit, now: Instant): InTransitAnswer {
  const { inTransitId, source, reference, supplier, status, expectedAt, createdAt, endReason, version } = row;
  const outstanding = row.lines.reduce((sum, line) => sum + line.outstanding, 0);
  return {
    id: inTransitId,
    ...{ source, reference, supplier, status, expectedAt, overdue: overdueAt(now, { expectedAt, outstanding }) },
    ...{ createdAt, endReason, version },
    lines: row.lines.map(({ lineNo, skuId, locationId, quantity, received, outstanding: open }) => ({
      ...{ line: lineNo, skuId, locationId, quantity, received, outstanding: open },
    })),
  };
}

export function noLongerExpected({ inTransitId, reference, status, source, commandId }: InTransit, wish: string) {
  const state = source === 'transfer' ? 'transfer' : status;
  return invalidState({
    noun: 'expected receipt',
    id: inTransitId,
    state,
    message: `Expected receipt ${quote(reference)} is ${source === 'transfer' ? 'of a transfer' : status}: ${wish}.`,
    hint:
      source === 'transfer' ? 'Use transfer.receive, writeOff or cancel.' : 'inTransit.get tells what arrived of it.',
    cause: commandId,
  });
}

export function noteInTransit(
  draft: Draft,
  type: Extract<EventType, `stock.transit.${string}`>,
  { before, after }: { readonly before: InTransit | undefined; readonly after: InTransit },
): void {
  const { inTransitId, version, commandId } = after;
  draft.facts.push({
    ...{ type, kind: 'inTransit', id: inTransitId, from: before?.version ?? 0, to: version, commandId },
    before: before === undefined ? null : brief(before),
    after: brief(after),
  });
}

function brief({ source, reference, supplier, status, expectedAt, endReason, lines }: InTransit) {
  const told = lines.map(({ lineNo, skuId, locationId, quantity, received, outstanding }) => {
    return { line: lineNo, skuId, locationId, quantity, received, outstanding };
  });
  return { source, reference, supplier, status, expectedAt, endReason, lines: told };
}
