/** batch.recall: the number and all that was made of it are frozen everywhere, and what holds them gets other goods, like for like, where there are some. */
import type { BatchRecall, BatchRecallInput } from '@granary/contracts/trace';
import { chooseStock } from './demand.ts';
import { isPutTogether } from './hold-units.ts';
import { expire, move } from './ledger.ts';
import { freeze, learnLock } from './lock.ts';
import { expectLock } from './lock-end.ts';
import { lineOf } from './reserve-answer.ts';
import { met } from './sometimes.ts';
import { openDraft, type Take } from './stock-draft.ts';
import { createRefusals, expectEqual, expectNow, settle, type Outcome } from './verdict.ts';
import { allowExpiry, levelsOf, untilTheWayIsClear } from './way.ts';
import {
  batchOf,
  isHeld,
  isOverdue,
  type OracleBatch,
  type OracleLine,
  type OracleReservation,
  type World,
} from './world.ts';

/** A model has fewer holds than one round looks at, so that every call is a whole round. */
export function judgeRecall(world: World, input: BatchRecallInput, outcome: Outcome<BatchRecall>): void {
  const refusals = createRefusals();
  const members = lotOf(world, input);
  const own = recallUnderWay(world, members, input.batchNo);
  const lot = members.filter((batch) => batch.frozenBy === null || batch.frozenBy === own || !isRecalled(world, batch));
  if (members.length === 0) refusals.must.set('INV_007', 'the SKU has no such batch');
  if (lot.some((batch) => batch.frozenBy !== null && batch.frozenBy !== own))
    refusals.must.set('INV_016', 'another lock holds some of it');
  if (!settle(outcome, refusals)) return;
  const { answer } = outcome;
  const fresh = lot.filter((batch) => batch.frozenBy === null).map((batch) => batch.id);
  if (lot.some((batch) => batch.batchNo !== input.batchNo)) met(world, 'a recall reaches what was made of the lot');
  const lines = freeze(world, answer.lock.id, fresh);
  const lock = own === undefined ? undefined : world.locks.get(own);
  if (lock === undefined) begin(world, { input, answer, lines });
  else {
    lock.lines = [...lock.lines, ...lines];
    expectLock(world, answer.lock, lock);
  }
  const told = reallocateAll(world, { lot, input });
  expectEqual('the holds moved', idsOf(answer.moved), told.moved.toSorted());
  expectEqual('the holds not moved', idsOf(answer.notMoved), told.notMoved.toSorted());
  expectEqual('what is left for other rounds', answer.remaining, 0);
}

function idsOf(rows: BatchRecall['moved']): string[] {
  return rows.map((row) => `${row.reservationId} ${row.quantity}`).toSorted();
}

function begin(
  world: World,
  { input, answer, lines }: { input: BatchRecallInput; answer: BatchRecall; lines: ReturnType<typeof freeze> },
): void {
  learnLock(world, answer.lock, {
    ...{ kind: 'operation', type: 'recall', businessId: null, operator: input.operator, reason: input.reason },
    ...{ content: '', createdAt: expectNow('createdAt', answer.lock.createdAt, world), expiresAt: null, lines },
  });
}

/** Every batch of the number, and what was split off it or took it over, over all generations and wherever such numbers lie; a merged one has nothing left. */
function lotOf(world: World, { skuId, batchNo }: BatchRecallInput): OracleBatch[] {
  const all = [...world.batches.values()].filter((batch) => batch.skuId === skuId);
  const found = new Set(all.filter((batch) => batch.batchNo === batchNo));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    const ids = new Set([...found].map((batch) => batch.id));
    const into = new Set([...found].map((batch) => batch.mergedInto));
    const numbers = new Set([...found].map((batch) => batch.batchNo));
    for (const batch of all)
      if (into.has(batch.id) || ids.has(batch.splitFrom ?? '') || numbers.has(batch.batchNo)) found.add(batch);
  }
  return [...found].filter((batch) => batch.mergedInto === null);
}

function isRecalled(world: World, batch: OracleBatch): boolean {
  return world.locks.get(batch.frozenBy ?? '')?.type === 'recall';
}

/** The recall that froze the number itself; when that is all merged away, what its goods went into. */
function recallUnderWay(world: World, members: readonly OracleBatch[], batchNo: string): string | undefined {
  const named = members.filter((batch) => batch.batchNo === batchNo);
  const own = named.length > 0 ? named : members;
  const found = own.find((batch) => isRecalled(world, batch) && batch.frozenBy !== null);
  return found?.frozenBy ?? undefined;
}

interface Round {
  readonly lot: readonly OracleBatch[];
  readonly input: BatchRecallInput;
}

function reallocateAll(world: World, round: Round): { moved: string[]; notMoved: string[] } {
  const moved: string[] = [];
  let left = holdsOn(world, round.lot);
  untilTheWayIsClear<object>(world, new Set([round.input.skuId]), () => {
    const again: OracleReservation[] = [];
    for (const hold of left.filter(isHeld)) {
      const entry = `${hold.id} ${recalledLines(hold, round.lot).reduce((sum, line) => sum + line.held, 0)}`;
      if (isOverdue(world, hold)) expire(world, hold);
      else if (moveHold(world, hold, round)) moved.push(entry);
      else again.push(hold);
    }
    left = again;
    const levels = levelsOf(
      world,
      left.flatMap((hold) =>
        recalledLines(hold, round.lot).map((line) => wishOf(world, line, round.input.otherLocations)),
      ),
    );
    return left.length === 0 ? {} : { short: [], levels };
  });
  allowExpiry(world, new Set([round.input.skuId]));
  const notMoved = left.map(
    (hold) => `${hold.id} ${recalledLines(hold, round.lot).reduce((sum, line) => sum + line.held, 0)}`,
  );
  if (moved.length > 0) met(world, 'a recalled hold gets other goods');
  if (notMoved.length > 0) met(world, 'a recalled hold finds nothing');
  return { moved, notMoved };
}

/** Paid ones choose first, then the oldest. */
function holdsOn(world: World, lot: readonly OracleBatch[]): OracleReservation[] {
  return [...world.reservations.values()]
    .filter((hold) => isHeld(hold) && recalledLines(hold, lot).length > 0)
    .toSorted((a, b) => Number(a.state === 'active') - Number(b.state === 'active') || (a.id < b.id ? -1 : 1));
}

function recalledLines(hold: OracleReservation, lot: readonly OracleBatch[]): OracleLine[] {
  return hold.lines.filter((line) => line.held > 0 && lot.some((batch) => batch.id === line.batchId));
}

/** The same SKU, quality and, unless said otherwise, place. */
function wishOf(world: World, line: OracleLine, isAnywhere: boolean) {
  const { skuId, locationId, qualityLevel } = batchOf(world, line.batchId);
  return { skuId, qualityLevel, locationId: isAnywhere ? undefined : locationId };
}

/** Whole or not at all; where its own place does not suffice, other places may, if the caller says so. */
function moveHold(world: World, hold: OracleReservation, round: Round): boolean {
  const lines = recalledLines(hold, round.lot);
  const places = round.input.otherLocations && !isPutTogether(world, hold) ? [false, true] : [false];
  for (const isAnywhere of places) {
    const demands = lines.map((line) => ({
      criteria: wishOf(world, line, isAnywhere),
      quantity: line.held,
      strategy: undefined,
    }));
    const choice = chooseStock(world, openDraft(), demands);
    if (choice.short === undefined) {
      replaceGoods(world, { hold, lines, takes: choice.takes.flat() });
      return true;
    }
  }
  return false;
}

/** The new goods are reserved before the old ones are given back. What has left already stays told by its line. */
function replaceGoods(
  world: World,
  { hold, lines, takes }: { hold: OracleReservation; lines: readonly OracleLine[]; takes: readonly Take[] },
): void {
  for (const { batchId, quantity } of takes) move(world, batchOf(world, batchId), { reserved: quantity });
  for (const { batchId, held } of lines) move(world, batchOf(world, batchId), { reserved: -held });
  const last = Math.max(...hold.lines.map((line) => line.lineNo));
  const kept = hold.lines.flatMap((line): OracleLine[] => {
    if (!lines.includes(line)) return [line];
    return line.quantity === line.held ? [] : [{ ...line, quantity: line.quantity - line.held, held: 0 }];
  });
  hold.lines = [...kept, ...takes.map((take, at) => lineOf(take, last + at))];
  hold.version += 1;
}
