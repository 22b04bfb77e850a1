/** reserve and reserveMany: one hold is a list of one. */
import type { Reservation, ReserveLine } from '@granary/contracts/reservation';
import type { Criteria } from './allocation.ts';
import { chooseStock, type Demand } from './demand.ts';
import { checkCaps } from './hold-caps.ts';
import { applyRequest } from './reserve-answer.ts';
import {
  checkRequest,
  checkUnits,
  heldUnder,
  holdKey,
  mergeLines,
  type HoldPlan,
  type HoldRequest,
} from './hold-request.ts';
import { expire, move } from './ledger.ts';
import { expectShortLines } from './short-lines.ts';
import { met } from './sometimes.ts';
import { createRefusals, Mismatch, settle, wasRefusedFreely, type Outcome, type Refusals } from './verdict.ts';
import { note, noteUnits, openDraft, type Take } from './stock-draft.ts';
import { allowExpiry, levelsOf, untilTheWayIsClear, withParts, type Attempted } from './way.ts';
import { batchOf, heldOf, isOverdue, type OracleReservation, type World } from './world.ts';

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
  checkCaps(world, plans, refusals);
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    allowExpiry(
      world,
      withParts(
        world,
        lines.map((line) => line.skuId),
      ),
      overdue,
    );
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
    if (result.short !== undefined) expectShortLines(world, outcome, result.short);
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
  checkUnits(world, { skuId: request.line.skuId, quantity: request.quantity }, own);
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

type Attempt = Attempted<{ readonly takes: readonly (readonly Take[])[] }>;

function decide(world: World, plans: readonly HoldPlan[], observed: readonly Reservation[]): Attempt {
  const skuIds = withParts(
    world,
    plans.map((plan) => plan.request.line.skuId),
  );
  return untilTheWayIsClear(world, skuIds, () => tryAll(world, plans, observed));
}

function tryAll(world: World, plans: readonly HoldPlan[], observed: readonly Reservation[]): Attempt {
  const draft = openDraft();
  for (const plan of plans) {
    if (plan.kind !== 'replace' || plan.held === undefined) continue;
    note(
      draft,
      plan.held.lines.map((line) => ({ batchId: line.batchId, quantity: line.held })),
      -1,
    );
    noteUnits(draft, plan.held.skuId, -heldOf(plan.held));
  }
  const wanted = plans.flatMap(({ request, kind }, index): Demand[] =>
    kind === 'keep'
      ? []
      : [
          {
            criteria: criteriaOf(request.line),
            quantity: request.quantity,
            strategy: request.line.strategy,
            observed: observed[index]?.lines,
          },
        ],
  );
  // A call that is short clears whatever is overdue wherever it may take from, not only where it found too little.
  const levels = levelsOf(
    world,
    wanted.map((each) => each.criteria),
  );
  const choice = chooseStock(world, draft, wanted);
  if (choice.short !== undefined) return { short: choice.short, levels };
  const found = [...choice.takes];
  return { takes: plans.map(({ kind }) => (kind === 'keep' ? [] : (found.shift() ?? []))) };
}

function criteriaOf(line: ReserveLine): Criteria {
  const { skuId, locationId, qualityLevel, minRemainingDays, batchIds } = line;
  return { skuId, locationId, qualityLevel, minRemainingDays, batchIds };
}

function freeLines(world: World, held: OracleReservation): void {
  for (const line of held.lines) move(world, batchOf(world, line.batchId), { reserved: -line.held });
}

function distinct(reservations: readonly Reservation[]): Reservation[] {
  return [...new Map(reservations.map((each) => [each.id, each])).values()];
}
