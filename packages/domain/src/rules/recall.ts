/** Recall: each hold on recalled goods gets other goods, like for like, or keeps what it holds, frozen. Held all the time. */
import type { Hold, ReservationLineRow } from '../entities/reservation.ts';
import { isHeld } from '../entities/reservation.ts';
import type { AllocationStrategy } from '../strategies/strategy.ts';
import type { AllocatedLine } from './allocation.ts';
import { batchOf, type Draft } from './draft.ts';
import { changeHold, expireHold, isOverdue } from './hold.ts';
import { isPutTogether } from './hold-units.ts';
import { post } from './post.ts';
import { chooseStock, type Demand } from './shortage.ts';

export interface Reallocation {
  readonly commandId: string;
  /** The lock by which the recalled batches are frozen. */
  readonly lockId: string;
  readonly strategyOf: (skuId: string) => AllocationStrategy;
  /** Whether stock of other locations may stand in, where that of the same one does not suffice. */
  readonly otherLocations: boolean;
}

export interface Recalled {
  readonly hold: Hold;
  /** How much of the recalled goods it held. */
  readonly quantity: number;
}

export interface Reallocated {
  readonly moved: readonly Recalled[];
  readonly notMoved: readonly Recalled[];
}

/** Paid orders choose first, then the oldest. What is overdue is expired on the way and needs nothing. */
export function reallocate(draft: Draft, holdIds: readonly string[], how: Reallocation): Reallocated {
  const holds = holdIds.flatMap((id) => draft.holds.get(id) ?? []).filter((hold) => isHeld(hold.state));
  const rank = (hold: Hold) => `${hold.state === 'confirmed' ? 0 : 1}${hold.reservationId}`;
  const moved: Recalled[] = [];
  const notMoved: Recalled[] = [];
  for (const hold of holds.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
    if (isOverdue(hold, draft.now)) {
      expireHold(draft, hold, how.commandId);
      continue;
    }
    const lines = recalledLines(draft, hold, how.lockId);
    const quantity = lines.reduce((sum, line) => sum + line.held, 0);
    if (quantity === 0) continue;
    // A bundle lies at one place, so what stands in for a part of it must lie there as well.
    const otherLocations = how.otherLocations && !isPutTogether(hold);
    const found = otherGoods(draft, lines, { ...how, otherLocations });
    if (found === undefined) notMoved.push({ hold, quantity });
    else moved.push({ hold: moveHold(draft, hold, { lines, found, how }), quantity });
  }
  return { moved, notMoved };
}

export function recalledLines(draft: Draft, hold: Hold, lockId: string): readonly ReservationLineRow[] {
  return hold.lines.filter((line) => line.held > 0 && batchOf(draft, line.batchId).frozenBy === lockId);
}

/** What the recalled goods of a hold ask of the stock that is to stand in: the same SKU, quality and, unless said otherwise, place. */
export function replacement(
  draft: Draft,
  line: ReservationLineRow,
  how: Pick<Reallocation, 'strategyOf'> & { readonly isAnywhere: boolean },
): Demand {
  return {
    skuId: line.skuId,
    quantity: line.held,
    criteria: {
      locationId: how.isAnywhere ? undefined : line.locationId,
      qualityLevel: batchOf(draft, line.batchId).qualityLevel,
    },
    strategy: how.strategyOf(line.skuId),
  };
}

/** Undefined when not all of it can be found: a hold is moved whole or not at all. */
function otherGoods(
  draft: Draft,
  lines: readonly ReservationLineRow[],
  how: Reallocation,
): readonly AllocatedLine[] | undefined {
  for (const isAnywhere of how.otherLocations ? [false, true] : [false]) {
    const choice = chooseStock(
      draft,
      lines.map((line) => replacement(draft, line, { ...how, isAnywhere })),
    );
    if (choice.ok) return choice.allocations.flat();
  }
  return undefined;
}

interface Move {
  readonly lines: readonly ReservationLineRow[];
  readonly found: readonly AllocatedLine[];
  readonly how: Reallocation;
}

/** The new goods are reserved before the old ones are given back. What has left already stays told by its line. */
function moveHold(draft: Draft, hold: Hold, { lines, found, how }: Move): Hold {
  const { commandId } = how;
  const { reservationId } = hold;
  const why = { commandId, reservationId, reason: 'recalled', onHandDelta: 0 };
  for (const { batchId, quantity } of found) post(draft, { kind: 'reserve', batchId, reservedDelta: quantity, ...why });
  for (const { batchId, held } of lines) post(draft, { kind: 'release', batchId, reservedDelta: -held, ...why });
  const kept = hold.lines.flatMap((line): ReservationLineRow[] => {
    if (!lines.includes(line)) return [line];
    return line.quantity === line.held ? [] : [{ ...line, quantity: line.quantity - line.held, held: 0 }];
  });
  const last = Math.max(...hold.lines.map((line) => line.lineNo));
  const fresh = found.map(({ batchId, locationId, quantity }, at): ReservationLineRow => {
    const { skuId } = batchOf(draft, batchId);
    return {
      ...{ reservationId, skuId, locationId, batchId, quantity },
      lineNo: last + at + 1,
      held: quantity,
      deducted: 0,
      dueAt: null,
    };
  });
  return changeHold(draft, {
    hold,
    fields: { lines: [...kept, ...fresh] },
    event: 'stock.reservation.reallocated',
    commandId,
    tell: (told) => ({ lines: told.lines.map(({ batchId, locationId, held }) => ({ batchId, locationId, held })) }),
  });
}
