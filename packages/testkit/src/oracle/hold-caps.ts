/** Caps on what one business document or one actor may keep from everybody else. A single unit may always be held. */
import type { ReservationType } from '@granary/contracts/reservation';
import type { HoldPlan } from './hold-request.ts';
import { shelvesOf } from './making.ts';
import { met } from './sometimes.ts';
import type { Refusals } from './verdict.ts';
import { batchOf, isHeld, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

interface Holder {
  readonly type: ReservationType;
  readonly businessId: string;
}

const holderKey = ({ type, businessId }: Holder): string => keyOf(type, businessId);

/** Of what the plans of one call would hold beside what is held. */
export function checkCaps(world: World, plans: readonly HoldPlan[], refusals: Refusals): void {
  const wanting = plans.filter((plan) => plan.kind !== 'keep');
  const fresh = wanting.filter((plan) => plan.kind === 'open');
  checkActor(world, fresh.length, refusals);
  for (const [key, own] of grouped(fresh, ({ request }) => holderKey(request.line))) {
    const [first] = own;
    if (first !== undefined) checkCount(world, { key, added: own.length }, refusals);
  }
  for (const own of grouped(wanting, ({ request }) => holderKey(request.line)).values())
    checkShare(world, own, refusals);
}

function grouped<T>(all: readonly T[], keyFor: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(keyFor(each), [...(groups.get(keyFor(each)) ?? []), each]);
  return groups;
}

/** What is overdue counts as held until somebody meets it, and holds nothing any more: either reading is right. */
function checkActor(world: World, added: number, refusals: Refusals): void {
  const { holdMaxPerToken: most } = world.settings;
  if (most === 0 || added === 0) return;
  const own = [...world.reservations.values()].filter((each) => isHeld(each) && each.madeBy === world.caller.actor);
  const alive = own.filter((each) => !isOverdue(world, each));
  if (own.length + added > most) refusals.may.add('INV_010');
  if (alive.length + added <= most) return;
  met(world, 'an actor holds too many');
  refusals.must.set('INV_010', 'the actor holds too many');
}

/** Also of holds that become a business document's by converting. */
export function checkCount(world: World, holder: { key: string; added: number }, refusals: Refusals): void {
  const { holdMaxPerBusiness: most } = world.settings;
  if (most === 0 || holder.added === 0 || holdsOf(world, holder.key).length + holder.added <= most) return;
  met(world, 'a business document holds too many');
  refusals.must.set('INV_010', 'the business document holds too many');
}

function holdsOf(world: World, key: string): OracleReservation[] {
  return [...world.reservations.values()].filter(
    (each) => isHeld(each) && !isOverdue(world, each) && holderKey(each) === key,
  );
}

/** Asked of shelves, so that a bundle is no way around it. */
function checkShare(world: World, own: readonly HoldPlan[], refusals: Refusals): void {
  const { holdMaxSharePercent: percent } = world.settings;
  const [first] = own;
  if (percent >= 100 || first === undefined) return;
  const replaced = new Set(own.flatMap((plan) => plan.held ?? []));
  const totals = new Map<string, number>();
  const add = (skuId: string, units: number) => totals.set(skuId, (totals.get(skuId) ?? 0) + units);
  for (const { request } of own)
    for (const { criteria, perUnit } of shelvesOf(world, { skuId: request.line.skuId }))
      add(criteria.skuId, perUnit * request.quantity);
  const wanted = [...totals.keys()];
  for (const hold of holdsOf(world, holderKey(first.request.line)).filter((each) => !replaced.has(each)))
    for (const { batchId, held } of hold.lines) add(batchOf(world, batchId).skuId, held);
  if (!wanted.some((skuId) => (totals.get(skuId) ?? 0) > mostOf(world, skuId))) return;
  met(world, 'a business document holds too large a share');
  refusals.must.set('INV_010', 'the business document would hold too large a share');
}

/** Of holds that become a business document's by converting: where it holds some of the goods already, they add up. */
export function checkGathered(
  world: World,
  gathering: { key: string; moving: readonly OracleReservation[] },
  refusals: Refusals,
): void {
  const [before, moving] = [unitsOf(world, holdsOf(world, gathering.key)), unitsOf(world, gathering.moving)];
  for (const [skuId, units] of moving) {
    const own = before.get(skuId) ?? 0;
    if (world.settings.holdMaxSharePercent >= 100 || own === 0 || own + units <= mostOf(world, skuId)) continue;
    met(world, 'a conversion gathers too large a share');
    refusals.must.set('INV_010', 'the business document would hold too large a share');
  }
}

function unitsOf(world: World, holds: readonly OracleReservation[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { batchId, held } of holds.flatMap((hold) => hold.lines.filter((line) => line.held > 0))) {
    const { skuId } = batchOf(world, batchId);
    units.set(skuId, (units.get(skuId) ?? 0) + held);
  }
  return units;
}

function mostOf(world: World, skuId: string): number {
  return Math.max(1, Math.floor((onHandOf(world, skuId) * world.settings.holdMaxSharePercent) / 100));
}

/** Everywhere. */
export function onHandOf(world: World, skuId: string): number {
  return [...world.levels.values()].reduce((sum, level) => sum + (level.skuId === skuId ? level.onHand : 0), 0);
}
