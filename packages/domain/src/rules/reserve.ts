/** Reserving: a list of requests in arrival order, each all or nothing by itself, against the stock as the ones before it left it. */
import type { Instant } from '@granary/contracts/instant';
import type { ReservationType } from '@granary/contracts/reservation';
import { heldOf, type Hold, type ReservationLineRow } from '../entities/reservation.ts';
import { accepted, duplicate, insufficientStock, invalidState, type Outcome, quote, refused } from '../refusal.ts';
import type { AllocatedLine } from './allocation.ts';
import { batchOf, businessKey, type Draft } from './draft.ts';
import { changeHold, expireHold, giveBack, isOverdue } from './hold.ts';
import { exceeded, type Holdings } from './hold-caps.ts';
import { isWhole } from './location-scope.ts';
import { post } from './post.ts';
import { chooseStock, type Demand } from './shortage.ts';
import { refusesAllocations, refusesReservations } from './validate.ts';

/** One line to hold, with everything resolved that needs no stock to be resolved. */
export interface ReserveLine extends Demand {
  readonly type: ReservationType;
  readonly businessId: string;
  readonly lineId: string;
  readonly expiresAt: Instant;
  readonly contentHash: string;
  readonly replace: boolean;
  /** Where it stands in the input: `lines.4.`, or nothing. */
  readonly path?: string;
}

export interface ReserveRequest {
  readonly commandId: string;
  readonly lines: readonly ReserveLine[];
  /** What the holders have already; left out where no cap is set. */
  readonly holdings?: Holdings | undefined;
}

/** Answers the reservation ids in the order of the lines. */
export function decideReserve(
  draft: Draft,
  requests: readonly ReserveRequest[],
): readonly Outcome<readonly string[]>[] {
  return requests.map((request) => decideOne(draft, request));
}

interface Intention {
  readonly line: ReserveLine;
  /** The hold that answers as it is, or that is replaced. */
  readonly standing?: Hold;
  readonly isNew: boolean;
}

function decideOne(draft: Draft, { commandId, lines, holdings }: ReserveRequest): Outcome<readonly string[]> {
  const intentions: Intention[] = [];
  for (const line of lines) {
    const met = meet(draft, line, commandId);
    if (!met.ok) return met;
    intentions.push(met.answer);
  }
  const fresh = intentions.filter((intention) => intention.isNew);
  const beyond = exceeded(fresh, holdings);
  if (beyond !== undefined) return refused(beyond);
  const choice = chooseStock(
    draft,
    fresh.map(({ line, standing }) => (standing === undefined ? line : { ...line, frees: heldOf(standing) })),
    freedBy(fresh),
  );
  if (!choice.ok) return refused(insufficientStock(choice.short));
  if (draft.validators.length > 0) {
    const chosen = fresh.map(({ line }, at) => ({
      path: line.path ?? '',
      of: { ...line, lines: choice.allocations[at] ?? [] },
    }));
    const opposed = refusesAllocations(draft, 'reservation', chosen) ?? refusesReservations(draft, chosen);
    if (opposed !== undefined) return refused(opposed);
  }

  // Below this line it must succeed.
  for (const { standing } of fresh) {
    if (standing !== undefined) giveBack(draft, standing, { kind: 'release', reason: 'replaced', commandId });
  }
  const made = fresh.map((intention, at) =>
    hold(draft, intention, { commandId, allocation: choice.allocations[at] ?? [] }),
  );
  const ids = new Map(fresh.map((intention, at) => [intention, made[at]?.reservationId]));
  return accepted(intentions.map((intention) => ids.get(intention) ?? intention.standing?.reservationId ?? ''));
}

/** Looks at what the business key holds already. */
function meet(draft: Draft, line: ReserveLine, commandId: string): Outcome<Intention> {
  const standing = draft.holds.get(draft.heldBy.get(businessKey(line)) ?? '');
  if (standing === undefined) return accepted({ line, isNew: true });
  if (isOverdue(standing, draft.now)) {
    expireHold(draft, standing, commandId);
    return accepted({ line, isNew: true });
  }
  if (!isWhole(draft.scope, standing)) return refused(takenElsewhere(line));
  if (standing.contentHash === line.contentHash) return accepted({ line, standing, isNew: false });
  if (!line.replace || standing.state !== 'active') {
    const who = `${line.type} ${quote(line.businessId)}`;
    const message = `${who} already holds SKU ${quote(line.skuId)} with other content (state ${standing.state}).`;
    return refused(duplicate('reservation', standing.reservationId, message));
  }
  if (standing.fulfilled > 0) {
    return refused(
      invalidState({
        noun: 'reservation',
        id: standing.reservationId,
        state: standing.state,
        message: `Reservation ${standing.reservationId} has been shipped in part and cannot be replaced.`,
        hint: 'Release what is left of it and reserve anew.',
      }),
    );
  }
  return accepted({ line, standing, isNew: true });
}

/** The key can be held once, wherever; of the hold itself nothing is told. */
function takenElsewhere({ type, businessId, skuId }: ReserveLine) {
  const message = `${type} ${quote(businessId)} cannot hold SKU ${quote(skuId)} on this line here.`;
  return duplicate('reservation', businessId, message);
}

/** A shopper's own hold never blocks the shopper: what is replaced counts as free. */
function freedBy(intentions: readonly Intention[]): ReadonlyMap<string, number> {
  const freed = new Map<string, number>();
  for (const { standing } of intentions) {
    for (const line of standing?.lines ?? []) freed.set(line.batchId, (freed.get(line.batchId) ?? 0) + line.held);
  }
  return freed;
}

function hold(
  draft: Draft,
  intention: Intention,
  how: { commandId: string; allocation: readonly AllocatedLine[] },
): Hold {
  const { line, standing } = intention;
  const reservationId = standing?.reservationId ?? draft.ids();
  for (const { batchId, quantity } of how.allocation) {
    post(draft, {
      kind: 'reserve',
      batchId,
      onHandDelta: 0,
      reservedDelta: quantity,
      reservationId,
      commandId: how.commandId,
    });
  }
  const lines = how.allocation.map((allocated, at): ReservationLineRow => ({
    reservationId,
    lineNo: at + 1,
    skuId: batchOf(draft, allocated.batchId).skuId,
    locationId: allocated.locationId,
    batchId: allocated.batchId,
    quantity: allocated.quantity,
    held: allocated.quantity,
    deducted: 0,
    dueAt: line.expiresAt,
  }));
  const fields = { quantity: line.quantity, expiresAt: line.expiresAt, contentHash: line.contentHash, lines };
  return changeHold(draft, {
    hold: standing ?? unborn(draft, line, reservationId),
    fields,
    event: standing === undefined ? 'stock.reserved' : 'stock.reservation.replaced',
    commandId: how.commandId,
  });
}

/** A reservation before its first version. */
function unborn(draft: Draft, line: ReserveLine, reservationId: string): Hold {
  const { skuId, type, businessId, lineId, quantity, contentHash } = line;
  return {
    reservationId,
    skuId,
    type,
    businessId,
    lineId,
    quantity,
    contentHash,
    state: 'active',
    fulfilled: 0,
    expiresAt: null,
    originType: null,
    originBusinessId: null,
    createdAt: draft.now,
    endedAt: null,
    reason: null,
    version: 0,
    commandId: '',
    lines: [],
  };
}
