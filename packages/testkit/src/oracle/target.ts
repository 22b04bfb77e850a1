/** What confirm, release, deduct and extend mean for a reservation in each state, by id and for a whole business document. */
import { expire } from './ledger.ts';
import type { Refusals } from './verdict.ts';
import { heldOf, isHeld, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

export type Act = 'confirm' | 'release' | 'deduct' | 'extend';

export interface Target {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly businessId?: string | undefined;
}

/** Those that change, and those that are answered as they are. */
export interface Chosen {
  readonly act: readonly OracleReservation[];
  readonly same: readonly OracleReservation[];
}

/** Finds what a call is about. Overdue ones among them are expired by the meeting, whatever becomes of the call. */
export function choose(
  world: World,
  act: Act,
  call: { target: Target; quantity?: number | undefined; refusals: Refusals },
): Chosen {
  const { target, quantity, refusals } = call;
  if (target.id !== undefined) return chooseOne(world, act, { id: target.id, quantity, refusals });
  const all = underBusiness(world, target);
  if (all.length === 0) refusals.must.set('INV_007', 'nothing is known of this business document');
  for (const each of all) if (isOverdue(world, each)) expire(world, each);
  return chooseMany(act, newestOf(all), refusals);
}

export function underBusiness(
  world: World,
  of: { type?: string | undefined; businessId?: string | undefined },
): OracleReservation[] {
  return [...world.reservations.values()].filter((each) => each.type === of.type && each.businessId === of.businessId);
}

/** The newest of each (skuId, lineId): the one that is held, else the one that ended last (a converted one is older than its line). */
export function newestOf(reservations: readonly OracleReservation[]): OracleReservation[] {
  const newest = new Map<string, OracleReservation>();
  const rank = (each: OracleReservation) => (isHeld(each) ? Infinity : each.endedOrder);
  for (const each of reservations.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))) {
    newest.set(keyOf(each.skuId, each.lineId), each);
  }
  return [...newest.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function chooseOne(
  world: World,
  act: Act,
  call: { id: string; quantity: number | undefined; refusals: Refusals },
): Chosen {
  const reservation = world.reservations.get(call.id);
  if (reservation === undefined) {
    call.refusals.must.set('INV_007', `no reservation ${call.id}`);
    return { act: [], same: [] };
  }
  if (isOverdue(world, reservation)) expire(world, reservation);
  const verdict = act === 'deduct' ? judgeDeduct(reservation, call.quantity) : byState[act][reservation.state];
  if (verdict === 'act') return { act: [reservation], same: [] };
  if (verdict === 'same') return { act: [], same: [reservation] };
  call.refusals.must.set(verdict, `${reservation.id} is ${reservation.state}`);
  return { act: [], same: [] };
}

type Verdict = 'act' | 'same' | 'INV_003' | 'INV_010';

const byState: Record<Exclude<Act, 'deduct'>, Record<OracleReservation['state'], Verdict>> = {
  confirm: { active: 'act', confirmed: 'same', fulfilled: 'same', expired: 'INV_003', released: 'INV_010' },
  release: { active: 'act', confirmed: 'act', released: 'same', fulfilled: 'INV_010', expired: 'INV_003' },
  extend: { active: 'act', confirmed: 'INV_010', fulfilled: 'INV_010', released: 'INV_010', expired: 'INV_003' },
};

function judgeDeduct(reservation: OracleReservation, quantity: number | undefined): Verdict {
  switch (reservation.state) {
    case 'active':
    case 'confirmed':
      return (quantity ?? 0) > heldOf(reservation) ? 'INV_010' : 'act';
    case 'fulfilled':
      return quantity === undefined || quantity === reservation.quantity ? 'same' : 'INV_010';
    case 'released':
      return 'INV_010';
    case 'expired':
      return 'INV_003';
  }
}

function chooseMany(act: Act, newest: readonly OracleReservation[], refusals: Refusals): Chosen {
  const none: Chosen = { act: [], same: [] };
  if (newest.length === 0) return none;
  const of = (...states: OracleReservation['state'][]) => newest.filter((each) => states.includes(each.state));
  const held = of('active', 'confirmed');
  if (act === 'release' && held.length > 0) return { act: held, same: [] };
  if (act === 'release' && of('released').length === newest.length) return { act: [], same: newest };
  if (of('expired').length > 0) {
    refusals.must.set('INV_003', 'one of its reservations is expired');
    return none;
  }
  const chosen = chosenOf(act, of);
  if (chosen.act.length + chosen.same.length === 0 || (act === 'extend' && of('confirmed').length > 0)) {
    refusals.must.set('INV_010', 'its reservations are in another state');
    return none;
  }
  return chosen;
}

function chosenOf(act: Act, of: (...states: OracleReservation['state'][]) => OracleReservation[]): Chosen {
  switch (act) {
    case 'confirm':
      return { act: of('active'), same: of('confirmed', 'fulfilled') };
    case 'deduct':
      return { act: of('active', 'confirmed'), same: of('fulfilled') };
    case 'extend':
      return { act: of('active'), same: [] };
    case 'release':
      return { act: [], same: [] };
  }
}
