/** Selling: each line takes from what its order holds, confirmed before active, and then from free stock; all lines or none. */
import type { Instant } from '@granary/contracts/instant';
import type { DocumentLineRow } from '../entities/document.ts';
import { type Hold, isHeld } from '../entities/reservation.ts';
import { accepted, insufficientStock, invariant, type Outcome, refused } from '../refusal.ts';
import { batchOf, type Draft } from './draft.ts';
import { documentLine } from './document-line.ts';
import { expireHold, heldAt, isOverdue, settleTaking, takeFromLines } from './hold.ts';
import { post } from './post.ts';
import { chooseStock, type Demand } from './shortage.ts';

export interface SaleRequest {
  readonly commandId: string;
  readonly documentId: string;
  readonly orderNo: string;
  readonly lines: readonly Demand[];
  readonly occurredAt: Instant;
  readonly reason: string | null;
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
}

function decideOne(draft: Draft, request: SaleRequest): Outcome<readonly DocumentLineRow[]> {
  const own = ownHolds(draft, request);
  const left = new Map<string, number>();
  const takes = request.lines.map((line) => takesFor(line, own, left));
  const demands = request.lines.map((line, at): Demand => {
    const fromHolds = (takes[at] ?? []).reduce((sum, take) => sum + take.quantity, 0);
    return { ...line, quantity: line.quantity - fromHolds, own: fromHolds };
  });
  // A line that needs no more is asked as well: what it brings along counts in the sum of its equals.
  const choice = chooseStock(draft, demands);
  if (!choice.ok) return refused(insufficientStock(choice.short));

  // Below this line it must succeed.
  const lines: DocumentLineRow[] = [];
  const shipped = new Map<string, Hold>();
  for (const [at, allocation] of choice.allocations.entries()) {
    for (const take of takes[at] ?? []) shipHeld(draft, { take, request, at, lines, shipped });
    for (const { batchId, quantity } of allocation) shipFree(draft, { batchId, quantity, request, at, lines });
  }
  for (const hold of shipped.values()) settleTaking(draft, hold, request.commandId);
  return accepted(lines);
}

/** What the order holds, overdue ones expired first: confirmed before active, then the oldest. */
function ownHolds(draft: Draft, { orderNo, commandId }: SaleRequest): readonly Hold[] {
  const holds = [...draft.holds.values()].filter(
    (hold) => hold.type === 'order' && hold.businessId === orderNo && isHeld(hold.state),
  );
  const alive = holds.filter((hold) => {
    if (!isOverdue(hold, draft.now)) return true;
    expireHold(draft, hold, commandId);
    return false;
  });
  const rank = (hold: Hold) => `${hold.state === 'confirmed' ? 0 : 1}${hold.reservationId}`;
  return alive.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** `left` is what earlier lines of the same document have left of each hold and place. */
function takesFor(line: Demand, own: readonly Hold[], left: Map<string, number>): readonly Take[] {
  let missing = line.quantity;
  const takes: Take[] = [];
  for (const hold of own) {
    if (hold.skuId !== line.skuId) continue;
    for (const locationId of new Set(hold.lines.map((held) => held.locationId))) {
      if (line.criteria.locationId !== undefined && line.criteria.locationId !== locationId) continue;
      const key = `${hold.reservationId}\0${locationId}`;
      const available = left.get(key) ?? heldAt(hold, locationId);
      const quantity = Math.min(available, missing);
      left.set(key, available - quantity);
      if (quantity === 0) continue;
      missing -= quantity;
      takes.push({ holdId: hold.reservationId, quantity, locationId });
    }
  }
  return takes;
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
    kind: 'ship',
    batchId,
    onHandDelta: -quantity,
    reservedDelta: 0,
    commandId,
    documentId,
    occurredAt,
    reason,
  });
  lines.push(
    documentLine(batchOf(draft, batchId), { quantity, documentId, at, lineNo: lines.length + 1, reservationId: null }),
  );
}
