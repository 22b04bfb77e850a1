/** Changing one hold: its next version, its lines, the movements that follow and the fact that tells of it. */
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import type { MovementKind } from '@granary/contracts/movement';
import type { ReservationState } from '@granary/contracts/reservation';
import { type Hold, heldOf, type ReservationLineRow } from '../entities/reservation.ts';
import { invariant } from '../refusal.ts';
import { type Draft, putHold } from './draft.ts';
import { isFrozenLine } from './frozen-hold.ts';
import { spread } from './hold-units.ts';
import { post } from './post.ts';

/** Overdue: active past its deadline. Until somebody meets it, it counts as held. */
export function isOverdue(hold: Hold, now: Instant): boolean {
  return hold.state === 'active' && hold.expiresAt !== null && hold.expiresAt <= now;
}

export interface HoldChange {
  readonly hold: Hold;
  readonly fields: Partial<Omit<Hold, 'reservationId' | 'version' | 'commandId'>>;
  readonly event: EventType;
  readonly commandId: string;
  /** What the event tells beside the usual. */
  readonly tell?: (hold: Hold) => object;
}

/** Raises the version, keeps the lines' deadlines equal to the header's, and notes the fact. */
export function changeHold(draft: Draft, { hold, fields, event, commandId, tell }: HoldChange): Hold {
  const next: Hold = { ...hold, ...fields, version: hold.version + 1, commandId };
  const settled: Hold = {
    ...next,
    lines: next.lines.map((line) => ({ ...line, dueAt: line.held > 0 ? next.expiresAt : null })),
  };
  putHold(draft, settled);
  draft.facts.push({
    type: event,
    kind: 'reservation',
    id: hold.reservationId,
    from: hold.version,
    to: settled.version,
    commandId,
    before: hold.version === 0 ? null : { ...snapshot(hold), ...tell?.(hold) },
    after: { ...snapshot(settled), ...tell?.(settled) },
  });
  return settled;
}

/** What an event tells of a reservation. */
function snapshot(hold: Hold) {
  return {
    skuId: hold.skuId,
    type: hold.type,
    businessId: hold.businessId,
    lineId: hold.lineId,
    state: hold.state,
    quantity: hold.quantity,
    fulfilled: hold.fulfilled,
    held: heldOf(hold),
    expiresAt: hold.expiresAt,
  };
}

export interface Ending {
  readonly state: Extract<ReservationState, 'released' | 'expired'>;
  readonly reason: string | null;
  readonly commandId: string;
}

/** Gives back what is still held and ends the hold. */
export function endHold(draft: Draft, hold: Hold, { state, reason, commandId }: Ending): Hold {
  giveBack(draft, hold, { kind: state === 'expired' ? 'expire' : 'release', reason, commandId });
  return changeHold(draft, {
    hold,
    fields: { state, reason, expiresAt: null, endedAt: draft.now, lines: hold.lines.map(emptied) },
    event: state === 'expired' ? 'stock.reservation.expired' : 'stock.reservation.released',
    commandId,
  });
}

/** Whoever meets an overdue hold expires it first; what it expired stays expired, whatever is decided then. */
export function expireHold(draft: Draft, hold: Hold, commandId: string): Hold {
  return endHold(draft, hold, { state: 'expired', reason: 'deadline passed', commandId });
}

/** The movements that free what a hold still holds. */
export function giveBack(
  draft: Draft,
  hold: Hold,
  why: { kind: MovementKind; reason: string | null; commandId: string },
): void {
  for (const line of hold.lines) {
    if (line.held === 0) continue;
    post(draft, {
      ...why,
      batchId: line.batchId,
      onHandDelta: 0,
      reservedDelta: -line.held,
      reservationId: hold.reservationId,
    });
  }
}

export interface Taking {
  /** In units of the hold: of a bundle, whole ones. */
  readonly quantity: number;
  readonly commandId: string;
  readonly documentId?: string | undefined;
  readonly occurredAt?: Instant | undefined;
  /** Take only from lines at this location. */
  readonly locationId?: string | undefined;
  /** Take only from lines of this batch. */
  readonly batchId?: string | undefined;
}

export interface TakenLine {
  readonly batchId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/**
 * Goods leave: onHand and reserved fall, in the order of the lines, frozen ones passed over (whoever calls has asked
 * heldConflict whether the others suffice). The hold itself changes when the taking is settled.
 */
export function takeFromLines(
  draft: Draft,
  hold: Hold,
  taking: Taking,
): { left: readonly ReservationLineRow[]; taken: readonly TakenLine[] } {
  const isHere = (line: ReservationLineRow) =>
    (taking.locationId === undefined || taking.locationId === line.locationId) &&
    (taking.batchId === undefined || taking.batchId === line.batchId);
  const lines = hold.lines.filter((line) => isHere(line) && !isFrozenLine(draft, line));
  const leaving = spread(hold, { lines, units: taking.quantity });
  const taken: TakenLine[] = [];
  const left = hold.lines.map((line): ReservationLineRow => {
    const quantity = leaving.get(line.lineNo) ?? 0;
    if (quantity === 0) return line;
    taken.push({ batchId: line.batchId, locationId: line.locationId, quantity });
    post(draft, {
      kind: 'deduct',
      batchId: line.batchId,
      onHandDelta: -quantity,
      reservedDelta: -quantity,
      commandId: taking.commandId,
      reservationId: hold.reservationId,
      documentId: taking.documentId,
      occurredAt: taking.occurredAt,
    });
    const undocumented = taking.documentId === undefined ? quantity : 0;
    return { ...line, held: line.held - quantity, deducted: line.deducted + undocumented };
  });
  return { left, taken };
}

/** One version for all that one call took; fulfilled when nothing is left. */
export function settleTaking(draft: Draft, taken: Hold, commandId: string): Hold {
  const hold = draft.holds.get(taken.reservationId);
  invariant(hold !== undefined, `hold ${taken.reservationId} was not loaded`);
  const held = heldOf(taken);
  const now = { lines: taken.lines, fulfilled: hold.quantity - held };
  return changeHold(draft, {
    hold,
    fields: held === 0 ? { ...now, state: 'fulfilled', expiresAt: null, endedAt: draft.now } : now,
    event: held === 0 ? 'stock.reservation.fulfilled' : 'stock.reservation.deducted',
    commandId,
  });
}

function emptied(line: ReservationLineRow): ReservationLineRow {
  return { ...line, held: 0 };
}
