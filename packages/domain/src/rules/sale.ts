/** Taking stock out: each line takes from what its order holds, confirmed before active, and then from free stock; all lines or none. */
import type { Instant } from '@granary/contracts/instant';
import type { DocumentLineRow } from '../entities/document.ts';
import { type Hold, isHeld } from '../entities/reservation.ts';
import { accepted, insufficientStock, invariant, type Outcome, refused } from '../refusal.ts';
import { batchOf, type Draft } from './draft.ts';
import { documentLine, type Original } from './document-line.ts';
import { frozenConflict } from './frozen.ts';
import { heldConflict, isFrozenLine, movableAt } from './frozen-hold.ts';
import { expireHold, isOverdue, settleTaking, takeFromLines } from './hold.ts';
import { heldAt } from './hold-units.ts';
import { isWhole } from './location-scope.ts';
import { post, postDeficit } from './post.ts';
import { chooseStock, type Demand } from './shortage.ts';
import { intoDeficit } from './sell-short.ts';
import { refusesAllocations } from './validate.ts';

export interface SaleRequest {
  readonly commandId: string;
  readonly documentId: string;
  /** Whose holds go first; null takes free stock only. */
  readonly orderNo: string | null;
  /** What the movements of free stock are called; `ship` when left out. */
  readonly kind?: 'transferOut';
  readonly lines: readonly Demand[];
  readonly occurredAt: Instant;
  readonly reason: string | null;
  /** Where what is short is booked as a deficit; left out, a shortage is refused. */
  readonly deficitAt?: ((line: Demand) => string | undefined) | undefined;
  /** What each line goes back to; free stock goes nowhere. */
  readonly originals?: readonly (Original | undefined)[] | undefined;
}

/** Answers the lines of the document: one per batch that was touched. */
export function decideSales(
  draft: Draft,
  requests: readonly SaleRequest[],
): readonly Outcome<readonly DocumentLineRow[]>[] {
  return requests.map((request) => decideOne(draft, request));
}

interface Take {
  readonly holdId: string;
  readonly quantity: number;
  readonly locationId: string | undefined;
  /** Of pieces that the line names: only goods of this batch. */
  readonly batchId?: string;
}

function decideOne(draft: Draft, request: SaleRequest): Outcome<readonly DocumentLineRow[]> {
  const own = ownHolds(draft, request);
  const left = new Map<string, number>();
  const takes = request.lines.map((line) => takesFor(draft, line, { own, left }));
  const frozen = frozenTakes(draft, own, takes.flat());
  if (frozen !== undefined) return refused(frozen);
  const demands = request.lines.map((line, at): Demand => {
    const fromHolds = (takes[at] ?? []).reduce((sum, take) => sum + take.quantity, 0);
    return { ...line, quantity: line.quantity - fromHolds, own: fromHolds };
  });
  // A line that needs no more is asked as well: what it brings along counts in the sum of its equals.
  const choice = chooseStock(draft, demands);
  const taken = choice.ok ? { allocations: choice.allocations, deficits: [] } : intoDeficit(draft, demands, request);
  if (taken === undefined) return refused(insufficientStock(choice.ok ? [] : choice.short));
  const opposed = refusesAllocations(
    draft,
    'outbound',
    demands.map(({ skuId, quantity }, at) => {
      return { path: `lines.${at}.`, of: { skuId, quantity, lines: taken.allocations[at] ?? [] } };
    }),
  );
  if (opposed !== undefined) return refused(opposed);

  // Below this line it must succeed.
  const lines: DocumentLineRow[] = [];
  const shipped = new Map<string, Hold>();
  for (const [at, allocation] of taken.allocations.entries()) {
    const line = request.lines[at]?.at ?? at;
    for (const take of takes[at] ?? []) shipHeld(draft, { take, request, at: line, lines, shipped });
    for (const { batchId, quantity } of allocation) shipFree(draft, { batchId, quantity, request, at: line, lines });
  }
  for (const hold of shipped.values()) settleTaking(draft, hold, request.commandId);
  const { commandId, documentId, occurredAt, reason } = request;
  for (const deficit of taken.deficits) postDeficit(draft, { ...deficit, commandId, documentId, occurredAt, reason });
  return accepted(lines);
}

/** What the order holds, overdue ones expired first: confirmed before active, then the oldest. */
function ownHolds(draft: Draft, { orderNo, commandId }: SaleRequest): readonly Hold[] {
  if (orderNo === null) return [];
  const holds = [...draft.holds.values()].filter(
    (hold) => hold.type === 'order' && hold.businessId === orderNo && isHeld(hold.state) && isWhole(draft.scope, hold),
  );
  const alive = holds.filter((hold) => {
    if (!isOverdue(hold, draft.now)) return true;
    expireHold(draft, hold, commandId);
    return false;
  });
  const rank = (hold: Hold) => `${hold.state === 'confirmed' ? 0 : 1}${hold.reservationId}`;
  return alive.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** `left` is what earlier lines of the same document have left of each hold and place. Of a hold what is not frozen goes first, wherever it lies. */
function takesFor(
  draft: Draft,
  line: Demand,
  { own, left }: { own: readonly Hold[]; left: Map<string, number> },
): readonly Take[] {
  let missing = line.quantity;
  const takes: Take[] = [];
  const takeOf = (hold: Hold, available: number, locationId: string | undefined): number => {
    const quantity = Math.min(available, missing);
    missing -= quantity;
    if (quantity > 0) takes.push({ holdId: hold.reservationId, quantity, locationId });
    return quantity;
  };
  for (const hold of own) {
    if (hold.skuId !== line.skuId) continue;
    const all = `${hold.reservationId}\0`;
    const named = takesNamed(draft, hold, { line, missing, left });
    takes.push(...named);
    missing -= named.reduce((sum, take) => sum + take.quantity, 0);
    if (line.criteria.batchIds !== undefined) continue;
    for (const locationId of placesOf(hold, line.criteria.locationId)) {
      const key = `${all}${locationId ?? ''}`;
      const total = left.get(all) ?? movableAt(draft, hold, undefined);
      const available = Math.min(total, left.get(key) ?? movableAt(draft, hold, locationId));
      const quantity = takeOf(hold, available, locationId);
      left.set(key, available - quantity);
      left.set(all, total - quantity);
    }
    const { locationId } = line.criteria;
    const stuck = `${all}frozen\0${locationId ?? ''}`;
    const frozen = left.get(stuck) ?? heldAt(hold, locationId) - movableAt(draft, hold, locationId);
    left.set(stuck, frozen - takeOf(hold, frozen, locationId));
  }
  return takes;
}

/**
 * What the hold has of the batches in which the named pieces of a line lie; what it holds of others stays held. Lines that
 * name pieces are decided before those that name none.
 */
function takesNamed(
  draft: Draft,
  hold: Hold,
  { line, missing, left }: { line: Demand; missing: number; left: Map<string, number> },
): readonly Take[] {
  const takes: Take[] = [];
  const open = { quantity: missing };
  for (const batchId of line.criteria.batchIds ?? []) {
    const lines = hold.lines.filter((held) => held.batchId === batchId);
    const held = lines.reduce((sum, each) => sum + each.held, 0);
    const locationId = lines[0]?.locationId;
    const own = `${hold.reservationId}\0\0${batchId}`;
    // Frozen goods are no part of what may leave; that they were asked for is refused afterwards.
    const isFrozen = lines.some((each) => isFrozenLine(draft, each));
    const keys = isFrozen ? [own] : [own, `${hold.reservationId}\0${locationId ?? ''}`, `${hold.reservationId}\0`];
    const known = [held, movableAt(draft, hold, locationId), movableAt(draft, hold, undefined)];
    const counts = keys.map((key, at) => left.get(key) ?? known[at] ?? 0);
    const quantity = Math.min(open.quantity, ...counts);
    if (quantity <= 0) continue;
    for (const [at, key] of keys.entries()) left.set(key, (counts[at] ?? 0) - quantity);
    open.quantity -= quantity;
    takes.push({ holdId: hold.reservationId, quantity, locationId, batchId });
  }
  return takes;
}

/** Place by place; at last anywhere, for virtual units of which each place holds but a part. */
function placesOf(hold: Hold, locationId: string | undefined): readonly (string | undefined)[] {
  if (locationId !== undefined) return [locationId];
  return [...new Set(hold.lines.map((held) => held.locationId)), undefined];
}

/** Held goods that are frozen are not silently replaced by free stock: the order would then hold what it has got already. */
function frozenTakes(draft: Draft, own: readonly Hold[], takes: readonly Take[]) {
  for (const hold of own) {
    const places = new Map<string | undefined, number>();
    let total = 0;
    for (const { holdId, locationId, batchId, quantity } of takes) {
      if (holdId !== hold.reservationId) continue;
      const named = batchId === undefined ? undefined : frozenConflict(batchOf(draft, batchId));
      if (named !== undefined) return named;
      total += quantity;
      places.set(locationId, (places.get(locationId) ?? 0) + quantity);
    }
    // What leaves from anywhere takes what the places have left over, so it is asked of all of them together.
    if (places.has(undefined)) places.set(undefined, total);
    for (const [locationId, quantity] of places) {
      const conflict = heldConflict(draft, hold, { locationId, quantity });
      if (conflict !== undefined) return conflict;
    }
  }
  return undefined;
}

interface Shipment {
  readonly request: SaleRequest;
  /** Index of the line of the request. */
  readonly at: number;
  readonly lines: DocumentLineRow[];
}

/** Several lines may take from one hold; `shipped` has the holds as the lines before have left them. */
function shipHeld(draft: Draft, what: Shipment & { take: Take; shipped: Map<string, Hold> }): void {
  const { take, request, at, lines, shipped } = what;
  const hold = shipped.get(take.holdId) ?? draft.holds.get(take.holdId);
  invariant(hold !== undefined, `hold ${take.holdId} was not loaded`);
  const { commandId, documentId, occurredAt } = request;
  const { left, taken } = takeFromLines(draft, hold, { ...take, commandId, documentId, occurredAt });
  shipped.set(take.holdId, { ...hold, lines: left });
  for (const { batchId, quantity } of taken) {
    const facts = { quantity, documentId, at, lineNo: lines.length + 1, reservationId: hold.reservationId };
    lines.push(documentLine(batchOf(draft, batchId), facts));
  }
}

function shipFree(
  draft: Draft,
  { batchId, quantity, request, at, lines }: Shipment & { batchId: string; quantity: number },
): void {
  const { commandId, documentId, occurredAt, reason } = request;
  post(draft, {
    kind: request.kind ?? 'ship',
    batchId,
    onHandDelta: -quantity,
    reservedDelta: 0,
    commandId,
    documentId,
    occurredAt,
    reason,
  });
  const original = request.originals?.[at];
  const facts = { quantity, documentId, at, lineNo: lines.length + 1, reservationId: null, original };
  lines.push(documentLine(batchOf(draft, batchId), facts));
}
