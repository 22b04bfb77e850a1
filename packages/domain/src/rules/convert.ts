/** A cart's holds become the order's in one step, never free in between. */
import type { GranaryError } from '@granary/contracts/error';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { ReservationType } from '@granary/contracts/reservation';
import { type Hold, isHeld } from '../entities/reservation.ts';
import { accepted, duplicate, invalidInput, type Outcome, quote, refused } from '../refusal.ts';
import { businessKey, type Draft } from './draft.ts';
import { changeHold, expireHold, isOverdue } from './hold.ts';
import { type HoldLimits, tooManyHolds, tooManyUnits } from './hold-caps.ts';
import { isWhole } from './location-scope.ts';
import { aim, newestOf, type TargetRules, unknownTarget } from './target.ts';

export interface Business {
  readonly type: ReservationType;
  readonly businessId: string;
}

/** Caps on what `to` may come to hold. */
export interface ConvertCaps {
  readonly limits: HoldLimits;
  /** Of each SKU on shelves that is held, everywhere. */
  readonly onHand: ReadonlyMap<string, number>;
}

export interface ConvertRequest {
  readonly commandId: string;
  readonly from: Business;
  readonly to: Business;
  readonly ttlSeconds: number | undefined;
  readonly maxTtlSeconds: number;
  readonly caps?: ConvertCaps | undefined;
}

const rules: TargetRules = {
  byId: { active: 'act', confirmed: 'act', fulfilled: 'refuse', released: 'refuse' },
  byBusiness: { active: 'act', confirmed: 'act', fulfilled: 'ignore', released: 'ignore' },
  expiredRefuses: true,
  verb: 'converted',
};

export function decideConverts(
  draft: Draft,
  requests: readonly ConvertRequest[],
): readonly Outcome<readonly string[]>[] {
  return requests.map((request) => decideOne(draft, request));
}

function decideOne(draft: Draft, request: ConvertRequest): Outcome<readonly string[]> {
  const { from, to, commandId } = request;
  // Joined with what stands elsewhere, the holds would be out of the caller's sight.
  if (newestOf(draft, to).some((hold) => !isWhole(draft.scope, hold))) return refused(unknownTarget(to));
  const aimed = aim(draft, { target: from, commandId }, rules);
  if (!aimed.ok) {
    const isHolding = newestOf(draft, from).some((hold) => isHeld(hold.state));
    const earlier = isHolding ? [] : convertedBefore(draft, request);
    return earlier.length > 0 ? accepted(earlier) : aimed;
  }
  const holds = aimed.answer.act;
  const beyond = request.caps === undefined ? undefined : tooManyTogether(draft, { to, holds, caps: request.caps });
  if (beyond !== undefined) return refused(beyond);
  const deadline = request.ttlSeconds === undefined ? undefined : plusSeconds(draft.now, request.ttlSeconds);
  for (const hold of holds) {
    const taken = draft.holds.get(draft.heldBy.get(businessKey({ ...hold, ...to })) ?? '');
    if (taken !== undefined && isOverdue(taken, draft.now)) expireHold(draft, taken, commandId);
    else if (taken !== undefined) {
      const message = `${to.type} ${quote(to.businessId)} already holds SKU ${quote(hold.skuId)} on the same line.`;
      return refused(duplicate('reservation', taken.reservationId, message));
    }
    // What is confirmed has no deadline and gets none.
    if (hold.state !== 'active' || deadline === undefined) continue;
    if (deadline > plusSeconds(hold.createdAt, request.maxTtlSeconds)) {
      const message = `must not reach beyond ${request.maxTtlSeconds} s after the reservation was made`;
      return refused(invalidInput([{ path: 'ttlSeconds', message }]));
    }
  }
  // Below this line it must succeed.
  for (const hold of holds) convertHold(draft, hold, { request, deadline });
  return accepted(holds.map((hold) => hold.reservationId).toSorted());
}

function convertHold(
  draft: Draft,
  hold: Hold,
  { request, deadline }: { request: ConvertRequest; deadline: Instant | undefined },
): void {
  const { from, to, commandId } = request;
  const expiresAt = hold.state === 'active' ? (deadline ?? hold.expiresAt) : null;
  const fields = {
    type: to.type,
    businessId: to.businessId,
    originType: from.type,
    originBusinessId: from.businessId,
    expiresAt,
  };
  changeHold(draft, { hold, fields, event: 'stock.reservation.converted', commandId });
}

/** A repeat of a conversion that won: nothing stands under `from`, and `to` has what came from it. */
function convertedBefore(draft: Draft, { from, to }: ConvertRequest): readonly string[] {
  const came = newestOf(draft, to).filter(
    (hold) => hold.originType === from.type && hold.originBusinessId === from.businessId,
  );
  return came.map((hold) => hold.reservationId);
}

interface Gathering {
  readonly to: Business;
  readonly holds: readonly Hold[];
  readonly caps: ConvertCaps;
}

/** All that `to` holds was loaded with it. */
function tooManyTogether(draft: Draft, { to, holds, caps }: Gathering): GranaryError | undefined {
  const { limits, onHand } = caps;
  const own = [...draft.holds.values()].filter(
    (hold) =>
      isHeld(hold.state) && !isOverdue(hold, draft.now) && hold.type === to.type && hold.businessId === to.businessId,
  );
  const beyond = tooManyHolds(to, { limits, holds: own.length, added: holds.length });
  if (beyond !== undefined) return beyond;
  const [standing, moving] = [unitsOf(own), unitsOf(holds)];
  for (const [skuId, units] of moving) {
    const before = standing.get(skuId) ?? 0;
    // What was promised to one name stays promised under another, however little is left of the SKU by now.
    if (before === 0) continue;
    const refusal = tooManyUnits(to, { limits, skuId, total: before + units, onHand: onHand.get(skuId) ?? 0 });
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function unitsOf(holds: readonly Hold[]): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { skuId, held } of holds.flatMap((hold) => hold.lines))
    if (held > 0) units.set(skuId, (units.get(skuId) ?? 0) + held);
  return units;
}
