/** Caps on what one holder may keep from everybody else: how many holds a business id or an actor has, and what share of a SKU. */
import type { GranaryError } from '@granary/contracts/error';
import type { ReservationType } from '@granary/contracts/reservation';
import type { Hold } from '../entities/reservation.ts';
import { invalidState, quote } from '../refusal.ts';
import { type Demand, shelfDemands } from './demand.ts';

export interface HoldLimits {
  /** Held reservations of one type and business id; 0 is no cap. */
  readonly perBusiness: number;
  /** Percent of what is on hand of a SKU that one business id may hold; 100 is no cap. */
  readonly sharePercent: number;
  /** Held reservations made by one actor; 0 is no cap. */
  readonly perToken: number;
}

export interface Holder {
  readonly type: ReservationType;
  readonly businessId: string;
}

/** What holders have before the call, as it stood when they were held still. */
export interface Holdings {
  readonly limits: HoldLimits;
  readonly actor: string;
  /** Holds of the actor. */
  readonly made: number;
  readonly byHolder: ReadonlyMap<string, HolderHoldings>;
  /** Of each SKU on shelves, everywhere. */
  readonly onHand: ReadonlyMap<string, number>;
}

export interface HolderHoldings {
  readonly holds: number;
  /** Units, by the SKU that lies on the shelf. */
  readonly units: ReadonlyMap<string, number>;
}

export function holderKey({ type, businessId }: Holder): string {
  return `${type}\0${businessId}`;
}

/** What a call would hold that it does not hold yet; `standing` is the hold that the line replaces. */
export interface Wanting {
  readonly line: Demand & Holder;
  readonly standing?: Hold;
}

export function exceeded(wanted: readonly Wanting[], holdings: Holdings | undefined): GranaryError | undefined {
  if (holdings === undefined || wanted.length === 0) return undefined;
  return tooManyOfActor(wanted, holdings) ?? tooManyOfBusiness(wanted, holdings) ?? tooLargeShare(wanted, holdings);
}

function tooManyOfActor(wanted: readonly Wanting[], { limits, actor, made }: Holdings): GranaryError | undefined {
  const total = made + wanted.filter(({ standing }) => standing === undefined).length;
  if (limits.perToken === 0 || total <= limits.perToken || total === made) return undefined;
  return capped({
    ...{ noun: 'actor', id: actor, cap: 'STOCK_HOLD_MAX_PER_TOKEN' },
    message: `${quote(actor)} would have ${total} reservations that hold stock; ${limits.perToken} are allowed.`,
  });
}

function tooManyOfBusiness(wanted: readonly Wanting[], { limits, byHolder }: Holdings): GranaryError | undefined {
  const fresh = new Map<string, number>();
  for (const { line, standing } of wanted) {
    if (standing === undefined) fresh.set(holderKey(line), (fresh.get(holderKey(line)) ?? 0) + 1);
  }
  for (const { line } of wanted) {
    const added = fresh.get(holderKey(line)) ?? 0;
    const refusal = tooManyHolds(line, { limits, holds: byHolder.get(holderKey(line))?.holds ?? 0, added });
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Also of holds that become a business's by converting. */
export function tooManyHolds(
  { type, businessId }: Holder,
  { limits, holds, added }: { limits: HoldLimits; holds: number; added: number },
): GranaryError | undefined {
  if (limits.perBusiness === 0 || added === 0 || holds + added <= limits.perBusiness) return undefined;
  return capped({
    ...{ noun: type, id: businessId, cap: 'STOCK_HOLD_MAX_PER_BUSINESS' },
    message: `${type} ${quote(businessId)} would have ${holds + added} reservations that hold stock; ${limits.perBusiness} are allowed.`,
  });
}

/** A share is asked of shelves, so that a bundle is no way around it. One unit may always be held. */
function tooLargeShare(wanted: readonly Wanting[], holdings: Holdings): GranaryError | undefined {
  const { limits, byHolder, onHand } = holdings;
  if (limits.sharePercent >= 100) return undefined;
  const totals = new Map<string, number>();
  for (const { line, standing } of wanted) {
    const before = byHolder.get(holderKey(line))?.units;
    const add = (skuId: string, units: number) => {
      const key = `${holderKey(line)}\0${skuId}`;
      totals.set(key, (totals.get(key) ?? before?.get(skuId) ?? 0) + units);
    };
    for (const { skuId, held } of standing?.lines ?? []) add(skuId, -held);
    for (const { skuId, quantity } of shelfDemands(line)) add(skuId, quantity);
  }
  for (const { line } of wanted) {
    for (const { skuId } of shelfDemands(line)) {
      const total = totals.get(`${holderKey(line)}\0${skuId}`) ?? 0;
      const refusal = tooManyUnits(line, { limits, skuId, total, onHand: onHand.get(skuId) ?? 0 });
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

/** Also of holds that become a business's by converting, where it holds some of the SKU already. */
export function tooManyUnits(
  { type, businessId }: Holder,
  { limits, skuId, total, onHand }: { limits: HoldLimits; skuId: string; total: number; onHand: number },
): GranaryError | undefined {
  const most = Math.max(1, Math.floor((onHand * limits.sharePercent) / 100));
  if (limits.sharePercent >= 100 || total <= most) return undefined;
  return capped({
    ...{ noun: type, id: businessId, cap: 'STOCK_HOLD_MAX_SHARE' },
    message: `${type} ${quote(businessId)} would hold ${total} units of ${quote(skuId)}; ${most} (${limits.sharePercent} % of what is on hand) are allowed.`,
  });
}

function capped({ noun, id, cap, message }: { noun: string; id: string; cap: string; message: string }): GranaryError {
  return invalidState({
    ...{ noun, id, message },
    state: 'capped',
    hint: `Release or finish what is held, or ask for less; the operator's setting ${cap} is the limit.`,
  });
}
