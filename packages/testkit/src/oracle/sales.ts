/** outbound.sales: the order's own holds first, then free stock; all lines or none. */
import type { Document, SalesInput, SalesLine } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import { allocate, note, strategyFor, type Draft, type Take } from './allocation.ts';
import { checkOccurred, contentOfDocument, judgeKnown, learnDocument } from './documents.ts';
import { checkPlace, checkStrategy } from './hold-request.ts';
import { expire } from './ledger.ts';
import { allowExpiry, levelsOf, shortSums, untilTheWayIsClear, type Attempted } from './reserve.ts';
import { met } from './sometimes.ts';
import { applyLine } from './sales-answer.ts';
import { underBusiness } from './target.ts';
import { createRefusals, expectShortLines, settle, wasRefusedFreely, type Outcome, type Refusals } from './verdict.ts';
import { batchOf, isHeld, isOpen, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

/** What one line takes: so many of each reservation, and these batches of free stock. */
export interface LinePlan {
  readonly fromHolds: ReadonlyMap<string, number>;
  readonly free: readonly Take[];
}

export function judgeSales(world: World, input: SalesInput, outcome: Outcome<Document>): void {
  const refusals = createRefusals();
  const header = {
    type: 'sales' as const,
    documentNo: input.documentNo ?? input.orderNo,
    content: contentOfDocument(input),
  };
  checkOccurred(world, input, refusals);
  for (const line of input.lines) checkPlace(world, line, refusals);
  for (const line of input.lines) checkStrategy(world, line.strategy, refusals);
  const own = underBusiness(world, { type: 'order', businessId: input.orderNo }).filter(isHeld);
  const overdue = own.filter((each) => isOverdue(world, each));
  const wantsIt = new Set(input.lines.map((line) => line.skuId));
  if (world.documents.has(keyOf('sales', header.documentNo))) {
    allowExpiry(world, wantsIt, overdue);
    judgeKnown(world, header, { outcome, refusals });
    return;
  }
  refuseClosedHolds(world, { lines: input.lines, own }, refusals);
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    allowExpiry(world, wantsIt, overdue);
    refusals.may.add('INV_002');
    settle(outcome, refusals);
    return;
  }
  for (const each of overdue) if (wantsIt.has(each.skuId)) expire(world, each);
  for (const each of overdue) world.mayExpire.add(each.id);
  const result = decide(world, input, outcome.ok ? outcome.answer.lines : []);
  if (result.short !== undefined) refusals.must.set('INV_002', 'short');
  if (!settle(outcome, refusals) || result.short !== undefined) {
    if (result.short !== undefined) expectShortLines(outcome, result.short);
    return;
  }
  const occurredAt = learnDocument(world, header, { input, answer: outcome.answer, orderNo: input.orderNo });
  applyPlans(world, { input, plans: result.plans, answer: outcome.answer, occurredAt });
}

/** Whether goods that an order holds at a place that was switched off since may leave is not said. */
function refuseClosedHolds(
  world: World,
  sale: { lines: readonly SalesLine[]; own: readonly OracleReservation[] },
  refusals: Refusals,
): void {
  const wanted = new Set(sale.lines.map((line) => line.skuId));
  const closed = sale.own.some(
    (each) =>
      wanted.has(each.skuId) &&
      each.lines.some((line) => line.held > 0 && !isOpen(world, each.skuId, batchOf(world, line.batchId).locationId)),
  );
  if (closed) for (const code of ['INV_002', 'INV_010']) refusals.may.add(code);
}

type Attempt = Attempted<{ readonly plans: readonly LinePlan[] }>;

function decide(world: World, input: SalesInput, answered: Document['lines']): Attempt {
  const skuIds = new Set(input.lines.map((line) => line.skuId));
  return untilTheWayIsClear(world, skuIds, () => tryAll(world, input, answered));
}

function tryAll(world: World, input: SalesInput, answered: Document['lines']): Attempt {
  const wanted = input.lines.map((line) => ({
    criteria: line,
    quantity: line.quantity,
    own: ownFor(world, input.orderNo, line),
  }));
  const draft: Draft = new Map();
  const levels = levelsOf(world, input.lines);
  const short = shortSums(world, draft, wanted);
  if (short.length > 0) return { short, levels };
  const used = new Map<string, number>();
  const plans: LinePlan[] = [];
  for (const [index, line] of input.lines.entries()) {
    const fromHolds = takeHolds(world, { orderNo: input.orderNo, line, used });
    const missing = line.quantity - [...fromHolds.values()].reduce((sum, each) => sum + each, 0);
    const observed = answered.filter((each) => each.line === index + 1 && each.reservationId === null);
    const strategy = strategyFor(world, line.skuId, line.strategy);
    const free = missing === 0 ? [] : allocate(world, draft, { criteria: line, strategy, quantity: missing, observed });
    if (free === undefined) return { short: [], levels };
    note(draft, free);
    countSituations(world, { orderNo: input.orderNo, line, missing, fromHolds });
    plans.push({ fromHolds, free });
  }
  return { plans };
}

function countSituations(
  world: World,
  sale: { orderNo: string; line: SalesLine; missing: number; fromHolds: ReadonlyMap<string, number> },
): void {
  const { orderNo, line, missing, fromHolds } = sale;
  if (missing > 0 && fromHolds.size > 0) met(world, 'a sale from holds and free stock');
  const holds = holdsOf(world, orderNo, line.skuId);
  const states = new Set(holds.map((each) => each.state));
  const left = holds.reduce((sum, each) => sum + heldHere(world, each, line), 0) - line.quantity;
  if (states.size > 1 && left > 0) met(world, 'a sale that leaves some of its confirmed and active holds');
}

/** Held goods of the order that a line may take: at its location, if it names one. */
function heldHere(world: World, reservation: OracleReservation, line: SalesLine): number {
  return reservation.lines
    .filter((each) => line.locationId === undefined || batchOf(world, each.batchId).locationId === line.locationId)
    .reduce((sum, each) => sum + each.held, 0);
}

function holdsOf(world: World, orderNo: string, skuId: string): OracleReservation[] {
  return underBusiness(world, { type: 'order', businessId: orderNo })
    .filter((each) => isHeld(each) && each.skuId === skuId)
    .toSorted((a, b) => Number(a.state === 'active') - Number(b.state === 'active') || (a.id < b.id ? -1 : 1));
}

function ownFor(world: World, orderNo: string, line: SalesLine): number {
  return holdsOf(world, orderNo, line.skuId).reduce((sum, each) => sum + heldHere(world, each, line), 0);
}

/**
 * Takes of each reservation in turn. `used` counts per reservation and place ('' for lines that name none), so that two lines of one SKU do not take the same goods.
 */
function takeHolds(
  world: World,
  call: { orderNo: string; line: SalesLine; used: Map<string, number> },
): Map<string, number> {
  const { orderNo, line, used } = call;
  const taken = new Map<string, number>();
  let missing = line.quantity;
  for (const reservation of holdsOf(world, orderNo, line.skuId)) {
    const quantity = Math.min(missing, heldHere(world, reservation, line) - (used.get(reservation.id) ?? 0));
    if (quantity <= 0) continue;
    taken.set(reservation.id, quantity);
    used.set(reservation.id, (used.get(reservation.id) ?? 0) + quantity);
    missing -= quantity;
  }
  return taken;
}

function applyPlans(
  world: World,
  sale: { input: SalesInput; plans: readonly LinePlan[]; answer: Document; occurredAt: Instant },
): void {
  const touched = new Set<OracleReservation>();
  for (const [index, plan] of sale.plans.entries()) {
    const line = sale.input.lines[index];
    const answered = sale.answer.lines.filter((each) => each.line === index + 1);
    if (line !== undefined) for (const each of applyLine(world, { line, plan, answered })) touched.add(each);
  }
  // However many batches a sale takes of it, that is one change of the hold.
  for (const each of touched) each.version += 1;
}
