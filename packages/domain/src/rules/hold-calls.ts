/** Confirm, release, deduct and extend: what each does to a hold in each state (SPEC section 4). */
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import { heldOf, type Hold } from '../entities/reservation.ts';
import { accepted, invalidInput, invalidState, type Outcome, quote, refused } from '../refusal.ts';
import type { Draft } from './draft.ts';
import { firstFrozenConflict } from './frozen.ts';
import { heldConflict } from './frozen-hold.ts';
import { changeHold, endHold, settleTaking, type Taking, takeFromLines } from './hold.ts';
import { aim, newestOf, type Target, type TargetRules, wrongState } from './target.ts';

export type HoldCall =
  | { readonly verb: 'confirm' }
  | { readonly verb: 'release'; readonly reason: string | null }
  | {
      readonly verb: 'deduct';
      readonly quantity: number | undefined;
      readonly occurredAt: Instant | undefined;
      readonly pieces?: PiecesOf | undefined;
    }
  | {
      readonly verb: 'extend';
      readonly expiresAt: (now: Instant) => Instant;
      readonly field: 'ttlSeconds' | 'expiresAt';
      readonly maxTtlSeconds: number;
    };

/** How many of each batch: the pieces that the caller named lie there. */
export type PiecesOf = readonly { readonly batchId: string; readonly quantity: number }[];

export interface HoldRequest {
  readonly commandId: string;
  readonly target: Target;
  readonly call: HoldCall;
}

const rules: Record<HoldCall['verb'], TargetRules> = {
  confirm: {
    byId: { active: 'act', confirmed: 'same', fulfilled: 'same', released: 'refuse' },
    byBusiness: { active: 'act', confirmed: 'same', fulfilled: 'same', released: 'ignore' },
    expiredRefuses: true,
    verb: 'confirmed',
  },
  release: {
    byId: { active: 'act', confirmed: 'act', fulfilled: 'refuse', released: 'same' },
    byBusiness: { active: 'act', confirmed: 'act', fulfilled: 'ignore', released: 'ignore' },
    expiredRefuses: false,
    verb: 'released',
  },
  deduct: {
    byId: { active: 'act', confirmed: 'act', fulfilled: 'same', released: 'refuse' },
    byBusiness: { active: 'act', confirmed: 'act', fulfilled: 'same', released: 'ignore' },
    expiredRefuses: true,
    verb: 'deducted',
  },
  extend: {
    byId: { active: 'act', confirmed: 'refuse', fulfilled: 'refuse', released: 'refuse' },
    byBusiness: { active: 'act', confirmed: 'refuse', fulfilled: 'ignore', released: 'ignore' },
    expiredRefuses: true,
    verb: 'extended',
  },
};

/** Each request in arrival order; answers the ids of the reservations concerned, in order. */
export function decideHoldCalls(draft: Draft, requests: readonly HoldRequest[]): readonly Outcome<readonly string[]>[] {
  return requests.map((request) => decideOne(draft, request));
}

function decideOne(draft: Draft, request: HoldRequest): Outcome<readonly string[]> {
  const { call, commandId } = request;
  const aimed = aim(draft, request, rulesFor(draft, request));
  if (!aimed.ok) return aimed;
  for (const hold of aimed.answer.act) {
    const refusal = forbids(draft, hold, call);
    if (refusal !== undefined) return refused(refusal);
  }
  for (const hold of aimed.answer.same) {
    if (call.verb === 'deduct' && call.quantity !== undefined && call.quantity !== hold.quantity)
      return refused(wrongState(hold, 'deducted'));
  }
  // Below this line it must succeed.
  for (const hold of aimed.answer.act) act(draft, { hold, call, commandId });
  const concerned = [...aimed.answer.act, ...aimed.answer.same].map((hold) => hold.reservationId);
  return accepted(concerned.toSorted());
}

/** Releasing an order of which nothing is held any more is a repeat when all of it was released. */
function rulesFor(draft: Draft, { call, target }: HoldRequest): TargetRules {
  if (call.verb !== 'release' || 'id' in target) return rules[call.verb];
  const allReleased = newestOf(draft, target).every((hold) => hold.state === 'released');
  return allReleased ? { ...rules.release, byBusiness: rules.release.byId } : rules.release;
}

/** What only the call itself can refuse; undefined when it may act. */
function forbids(draft: Draft, hold: Hold, call: HoldCall) {
  if (call.verb === 'deduct' && call.quantity !== undefined && call.quantity > heldOf(hold)) {
    return invalidState({
      noun: 'reservation',
      id: hold.reservationId,
      state: hold.state,
      message: `Reservation ${hold.reservationId} holds ${heldOf(hold)}, fewer than the ${call.quantity} to deduct.`,
      hint: 'Deduct no more than it still holds.',
    });
  }
  if (call.verb === 'deduct' && call.pieces !== undefined) return piecesConflict(draft, hold, call.pieces);
  if (call.verb === 'deduct') return heldConflict(draft, hold, { quantity: call.quantity ?? heldOf(hold) });
  if (call.verb !== 'extend') return undefined;
  const expiresAt = call.expiresAt(draft.now);
  if (expiresAt > plusSeconds(hold.createdAt, call.maxTtlSeconds) || expiresAt <= draft.now) {
    return invalidInput([
      {
        path: call.field,
        message: `must be in the future and at most ${call.maxTtlSeconds} s after the reservation was made`,
      },
    ]);
  }
  if (hold.expiresAt !== null && expiresAt < hold.expiresAt) {
    return invalidState({
      noun: 'reservation',
      id: hold.reservationId,
      state: hold.state,
      message: `Reservation ${hold.reservationId} already lasts until ${hold.expiresAt}.`,
      hint: 'Extend to a later time, or release it.',
    });
  }
  return undefined;
}

/** Pieces of a batch of which the reservation holds fewer would be taken from others. */
function piecesConflict(draft: Draft, hold: Hold, pieces: PiecesOf) {
  for (const { batchId, quantity } of pieces) {
    const held = hold.lines.reduce((sum, line) => sum + (line.batchId === batchId ? line.held : 0), 0);
    if (held < quantity) {
      const batchNo = draft.batches.get(batchId)?.batchNo ?? batchId;
      return invalidState({
        noun: 'reservation',
        id: hold.reservationId,
        state: hold.state,
        message: `Reservation ${hold.reservationId} holds ${held} of batch ${quote(batchNo)}, fewer than the ${quantity} pieces that are named.`,
        hint: 'Name pieces of the batches that it holds (reservation.get), or leave serials out.',
      });
    }
  }
  return firstFrozenConflict(pieces.flatMap(({ batchId }) => draft.batches.get(batchId) ?? []));
}

function act(draft: Draft, { hold, call, commandId }: { hold: Hold; call: HoldCall; commandId: string }): void {
  switch (call.verb) {
    case 'confirm':
      changeHold(draft, {
        hold,
        fields: { state: 'confirmed', expiresAt: null },
        event: 'stock.reservation.confirmed',
        commandId,
      });
      return;
    case 'release':
      endHold(draft, hold, { state: 'released', reason: call.reason, commandId });
      return;
    case 'deduct':
      deduct(draft, hold, {
        taking: { quantity: call.quantity ?? heldOf(hold), commandId, occurredAt: call.occurredAt },
        pieces: call.pieces,
      });
      return;
    case 'extend':
      changeHold(draft, {
        hold,
        fields: { expiresAt: call.expiresAt(draft.now) },
        event: 'stock.reservation.extended',
        commandId,
      });
      return;
  }
}

function deduct(draft: Draft, hold: Hold, { taking, pieces }: { taking: Taking; pieces: PiecesOf | undefined }): void {
  let left = hold;
  for (const some of pieces ?? [{}]) left = { ...left, lines: takeFromLines(draft, left, { ...taking, ...some }).left };
  settleTaking(draft, left, taking.commandId);
}
