/** reserve and reserveMany: one hold is a list of one. */
import type { ShortLine } from '@granary/contracts/error';
import type { Reservation, ReserveLine } from '@granary/contracts/reservation';
import {
  allocate,
  availableFor,
  note,
  strategyFor,
  sumKey,
  type Criteria,
  type Draft,
  type Take,
} from './allocation.ts';
import { applyRequest } from './reserve-answer.ts';
import { checkRequest, heldUnder, holdKey, mergeLines, type HoldPlan, type HoldRequest } from './hold-request.ts';
import { expire, move, overdueAt } from './ledger.ts';
import { met } from './sometimes.ts';
import {
  createRefusals,
  expectShortLines,
  Mismatch,
  settle,
  wasRefusedFreely,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import { batchOf, isOpen, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

const MOST_EXPIRED_AT_ONCE = 500;

export function judgeReserve(
  world: World,
  lines: readonly ReserveLine[],
  outcome: Outcome<readonly Reservation[]>,
): void {
  const refusals = createRefusals();
  const requests = mergeLines(lines, refusals);
  const overdue = requests
    .flatMap((request) => heldUnder(world, holdKey(request.line)) ?? [])
    .filter((held) => isOverdue(world, held));
  const plans = requests.map((request) => planOf(world, request, refusals));
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    allowExpiry(world, new Set(lines.map((line) => line.skuId)), overdue);
    refusals.may.add('INV_002');
    settle(outcome, refusals);
    return;
  }
  for (const held of overdue) {
    expire(world, held);
    met(world, 'an overdue hold of the same name');
  }
  const observed = outcome.ok ? distinct(outcome.answer) : [];
  const result = decide(world, plans, observed);
  if (result.short !== undefined) refusals.must.set('INV_002', 'short');
  if (!settle(outcome, refusals) || result.short !== undefined) {
    if (result.short !== undefined) expectShortLines(outcome, result.short);
    return;
  }
  if (observed.length !== plans.length)
    throw new Mismatch('the number of reservations differs', { expected: plans.length, actual: observed });
  for (const plan of plans) if (plan.kind === 'replace' && plan.held !== undefined) freeLines(world, plan.held);
  if (plans.length < lines.length) met(world, 'lines of one hold are added up');
  for (const [index, plan] of plans.entries()) {
    const [actual, takes] = [observed[index], result.takes[index]];
    if (actual !== undefined && takes !== undefined) applyRequest(world, { plan, takes, actual });
  }
}

function planOf(world: World, request: HoldRequest, refusals: Refusals): HoldPlan {
  const under = heldUnder(world, holdKey(request.line));
  const held = under !== undefined && isOverdue(world, under) ? undefined : under;
  const own = createRefusals();
  checkRequest(world, request.line, own);
  if (held?.content === request.content) {
    // It is answered as it is; what has become of SKU and place since then may be told instead.
    for (const code of [...own.must.keys(), ...own.may]) refusals.may.add(code);
    return { request, kind: 'keep', held };
  }
  if (held !== undefined) refuseTaken(world, { held, line: request.line }, own);
  for (const [code, why] of own.must) refusals.must.set(code, why);
  for (const code of own.may) refusals.may.add(code);
  return { request, kind: held === undefined ? 'open' : 'replace', held };
}

function refuseTaken(world: World, found: { held: OracleReservation; line: ReserveLine }, refusals: Refusals): void {
  const { held, line } = found;
  const partly = held.fulfilled > 0;
  if (line.replace && partly && held.state === 'active')
    met(world, 'a replacement meets a hold of which a part has left');
  if (!line.replace || held.state !== 'active') refusals.must.set('INV_008', `${held.id} is held with other content`);
  if (line.replace && partly) refusals.must.set('INV_010', `${held.id} is partly deducted`);
}

/** Overdue holds of these SKUs: a call that is refused for another reason may have met them or not. */
export function allowExpiry(world: World, skuIds: ReadonlySet<string>, named: readonly OracleReservation[]): void {
  for (const held of named) world.mayExpire.add(held.id);
  for (const held of world.reservations.values())
    if (isOverdue(world, held) && skuIds.has(held.skuId)) world.mayExpire.add(held.id);
}

/** What could be planned, or what is short and where it could have been taken from. */
export type Attempted<T> =
  | (T & { readonly short?: never })
  | { readonly short: readonly ShortLine[]; readonly levels: ReadonlySet<string> };

type Attempt = Attempted<{ readonly takes: readonly (readonly Take[])[] }>;

function decide(world: World, plans: readonly HoldPlan[], observed: readonly Reservation[]): Attempt {
  const skuIds = new Set(plans.map((plan) => plan.request.line.skuId));
  return untilTheWayIsClear(world, skuIds, () => tryAll(world, plans, observed));
}

/** Tries; while it is short, expires what is overdue and in the way, and tries again. */
export function untilTheWayIsClear<T>(
  world: World,
  skuIds: ReadonlySet<string>,
  attempt: () => Attempted<T>,
): Attempted<T> {
  for (let round = 0; ; round += 1) {
    const result = attempt();
    if (result.short === undefined) {
      if (round > 0) met(world, 'overdue holds in the way of a call that then succeeds');
      return result;
    }
    // Holds of the SKU where this call may not take from are not in the way; expiring them too does no harm.
    allowExpiry(world, skuIds, []);
    const inTheWay = overdueAt(world, result.levels, (batch) => keyOf(batch.skuId, batch.locationId));
    if (inTheWay.length === 0) {
      if (round > 0) met(world, 'overdue holds in the way of a call that is short even so');
      return result;
    }
    for (const held of inTheWay.slice(0, MOST_EXPIRED_AT_ONCE)) expire(world, held);
  }
}

function tryAll(world: World, plans: readonly HoldPlan[], observed: readonly Reservation[]): Attempt {
  const draft: Draft = new Map();
  for (const plan of plans) {
    if (plan.kind !== 'replace' || plan.held === undefined) continue;
    note(
      draft,
      plan.held.lines.map((line) => ({ batchId: line.batchId, quantity: line.held })),
      -1,
    );
  }
  const wanted = plans
    .filter((plan) => plan.kind !== 'keep')
    .map(({ request }) => ({ criteria: criteriaOf(request.line), quantity: request.quantity }));
  // A call that is short clears whatever is overdue wherever it may take from, not only where it found too little.
  const levels = levelsOf(
    world,
    wanted.map((each) => each.criteria),
  );
  const short = shortSums(world, draft, wanted);
  if (short.length > 0) return { short, levels };
  const takes: Take[][] = [];
  for (const [index, { request, kind }] of plans.entries()) {
    const criteria = criteriaOf(request.line);
    const strategy = strategyFor(world, request.line.skuId, request.line.strategy);
    const planned =
      kind === 'keep'
        ? []
        : allocate(world, draft, { criteria, strategy, quantity: request.quantity, observed: observed[index]?.lines });
    // Each sum fits alone, yet together they do not: the figures of the line that found too little are not predicted.
    if (planned === undefined) {
      met(world, 'each sum fits alone, together they do not');
      return { short: [], levels };
    }
    note(draft, planned);
    takes.push(planned);
  }
  return { takes };
}

function criteriaOf(line: ReserveLine): Criteria {
  const { skuId, locationId, qualityLevel, minRemainingDays, batchIds } = line;
  return { skuId, locationId, qualityLevel, minRemainingDays, batchIds };
}

export interface Wanted {
  readonly criteria: Criteria;
  readonly quantity: number;
  /** What the caller holds already and would be taken first. */
  readonly own?: number;
}

/** Every sum of equal requests that allocation could not serve by itself. */
export function shortSums(world: World, draft: Draft, wanted: readonly Wanted[]): ShortLine[] {
  const sums = new Map<string, { criteria: Criteria; requested: number; own: number }>();
  for (const { criteria, quantity, own = 0 } of wanted) {
    const key = sumKey(criteria);
    sums.set(key, { criteria, requested: (sums.get(key)?.requested ?? 0) + quantity, own });
  }
  return [...sums.values()].flatMap(({ criteria, requested, own }) => {
    const available = own + availableFor(world, draft, criteria);
    return available < requested
      ? [{ skuId: criteria.skuId, locationId: criteria.locationId ?? null, requested, available }]
      : [];
  });
}

/** The levels that requests may take from. */
export function levelsOf(world: World, requests: readonly Criteria[]): ReadonlySet<string> {
  return new Set(
    requests.flatMap(({ skuId, locationId, batchIds }) => {
      const named = (batchIds ?? []).map((batchId) => world.batches.get(batchId)?.locationId ?? '');
      const places =
        locationId !== undefined ? [locationId] : batchIds === undefined ? [...world.locations.keys()] : named;
      return places.filter((place) => isOpen(world, skuId, place)).map((place) => keyOf(skuId, place));
    }),
  );
}

function freeLines(world: World, held: OracleReservation): void {
  for (const line of held.lines) move(world, batchOf(world, line.batchId), { reserved: -line.held });
}

function distinct(reservations: readonly Reservation[]): Reservation[] {
  return [...new Map(reservations.map((each) => [each.id, each])).values()];
}
