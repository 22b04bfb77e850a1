/** batch.split, batch.update and the sweep of batches past their date. */
import type {
  BatchExpireDueAnswer,
  BatchSplit,
  BatchSplitInput,
  BatchUpdateInput,
} from '@granary/contracts/batch-life';
import type { Batch } from '@granary/contracts/batch';
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import { expectBatch } from './batch.ts';
import { expiryInstant } from './calendar.ts';
import { expire, move } from './ledger.ts';
import { checkOccurred } from './occurrence.ts';
import { expectShortLines } from './short-lines.ts';
import { checkLeaving } from './piece-names.ts';
import { isTracked, movePieces, piecesIn } from './piece.ts';
import { met } from './sometimes.ts';
import { freeOf, openDraft } from './stock-draft.ts';
import { createRefusals, expectEqual, Mismatch, settle, type Outcome, type Refusals } from './verdict.ts';
import { allowExpiry, untilTheWayIsClear } from './way.ts';
import { isOverdue, keyOf, UNBORN, type OracleBatch, type World } from './world.ts';

export function judgeSplit(world: World, input: BatchSplitInput, outcome: Outcome<BatchSplit>): void {
  const refusals = createRefusals();
  const parent = checkStanding(world, input.batchId, refusals);
  checkOccurred(world, { occurredAt: input.occurredAt, skuIds: parent === undefined ? [] : [parent.skuId] }, refusals);
  const requested = input.quantities.reduce((sum, quantity) => sum + quantity, 0);
  if (parent !== undefined) checkChildren(world, { input, parent }, refusals);
  if (parent === undefined || refusals.must.size > 0) {
    refusals.may.add('INV_002');
    settle(outcome, refusals);
    return;
  }
  const { skuId, locationId, id: batchId } = parent;
  const levels = new Set([keyOf(skuId, locationId)]);
  const result = untilTheWayIsClear<object>(world, new Set([skuId]), () => {
    const available = freeOf(parent, openDraft());
    return available < requested ? { short: [{ skuId, locationId, batchId, requested, available }], levels } : {};
  });
  if (result.short !== undefined) refusals.must.set('INV_002', 'less is free');
  if (!settle(outcome, refusals)) {
    expectShortLines(world, outcome, result.short ?? []);
    return;
  }
  world.happenedAt = (input.occurredAt as Instant | undefined) ?? world.now;
  if (parent.reserved > 0) met(world, 'a batch of which goods are held is split');
  const numbers = childNumbers(world, parent, input.quantities.length);
  expectEqual(
    'the numbers of the children',
    outcome.answer.children.map((child) => child.batchNo),
    numbers,
  );
  for (const [at, quantity] of input.quantities.entries()) {
    const told = outcome.answer.children[at];
    const serials = input.serials?.[at];
    const { documentId } = outcome.answer;
    if (told !== undefined) bear(world, parent, { told, batchNo: numbers[at] ?? '', quantity, serials, documentId });
  }
  expectBatch(world, outcome.answer.batch, parent);
}

/** `<batchNo>-1`, `-2`… as far as the SKU does not have them. */
function childNumbers(world: World, parent: OracleBatch, count: number): string[] {
  const taken = new Set(
    [...world.batches.values()].filter((batch) => batch.skuId === parent.skuId).map((batch) => batch.batchNo),
  );
  const numbers: string[] = [];
  for (let next = 1; numbers.length < count; next += 1) {
    const number = `${parent.batchNo}-${next}`;
    if (!taken.has(number)) numbers.push(number);
  }
  return numbers;
}

interface Birth {
  readonly told: Batch;
  readonly batchNo: string;
  readonly quantity: number;
  /** The pieces of the child; left out, the lowest of the batch. */
  readonly serials: readonly string[] | undefined;
  readonly documentId: string;
}

/** The pieces of each child, where the caller says which: one list for each. */
function checkChildren(
  world: World,
  { input, parent }: { input: BatchSplitInput; parent: OracleBatch },
  refusals: Refusals,
): void {
  const { serials, quantities, batchId } = input;
  if (serials === undefined) return;
  if (serials.length !== quantities.length) refusals.must.set('INV_005', 'not one list for each child');
  const { skuId } = parent;
  const lines = serials.map((names, at) => ({ skuId, quantity: quantities[at] ?? 0, serials: names, batchId }));
  checkLeaving(world, { lines, evenExpired: true }, refusals);
}

function bear(world: World, parent: OracleBatch, of: Birth): void {
  const { told, batchNo, quantity, documentId } = of;
  if (world.batches.has(told.batchId))
    throw new Mismatch('a new batch has the id of an earlier one', { expected: 'a new id', actual: told });
  const { isMarked } = parent;
  const child: OracleBatch = { ...parent, ...UNBORN, isMarked, id: told.batchId, batchNo, splitFrom: parent.id };
  world.batches.set(child.id, child);
  move(world, parent, { onHand: -quantity });
  move(world, child, { onHand: quantity });
  const lowest = isTracked(world, parent.skuId) ? piecesIn(world, parent.id).slice(0, quantity) : [];
  movePieces(world, of.serials ?? lowest, { state: 'inStock', batch: child, documentId });
  expectBatch(world, told, child);
}

/** Unknown, merged or frozen. */
function checkStanding(world: World, batchId: string, refusals: Refusals): OracleBatch | undefined {
  const batch = world.batches.get(batchId);
  if (batch === undefined) refusals.must.set('INV_007', `no batch ${batchId}`);
  if ((batch?.mergedInto ?? null) !== null) refusals.must.set('INV_010', `batch ${batchId} is merged`);
  if ((batch?.frozenBy ?? null) !== null) refusals.must.set('INV_016', `batch ${batchId} is frozen`);
  return batch;
}

/** What makes a number what it is changes wherever it lies; attributes are the batch's own, frozen or not. */
export function judgeBatchUpdate(world: World, input: BatchUpdateInput, outcome: Outcome<Batch>): void {
  const refusals = createRefusals();
  const named = checkStanding(world, input.batchId, refusals);
  const isOfNumber = [input.producedOn, input.expiresAt, input.qualityLevel].some((field) => field !== undefined);
  if (!isOfNumber) refusals.must.delete('INV_016');
  const rows = [...world.batches.values()].filter(
    (batch) => named !== undefined && batch.skuId === named.skuId && batch.batchNo === named.batchNo,
  );
  if (isOfNumber && rows.some((batch) => batch.frozenBy !== null)) refusals.must.set('INV_016', 'one is frozen');
  const isOther = input.qualityLevel !== undefined && input.qualityLevel !== named?.qualityLevel;
  const producedOn = input.producedOn === undefined ? named?.producedOn : (input.producedOn as CalendarDate | null);
  const expiresAt = expiryOf(world, input, named);
  const isTooEarly = (expiresAt ?? '9').slice(0, 10) < (producedOn ?? '');
  if (isOfNumber && isTooEarly) refusals.must.set('INV_005', 'expires before it was produced');
  if (isOther) refuseReserved(world, rows, refusals);
  if (!settle(outcome, refusals) || named === undefined) return;
  for (const batch of isOfNumber ? rows : []) {
    if (input.producedOn !== undefined) batch.producedOn = producedOn ?? null;
    if (input.expiresAt !== undefined) batch.expiresAt = expiresAt ?? null;
    if (input.qualityLevel !== undefined) batch.qualityLevel = input.qualityLevel;
    const isAhead = batch.expiresAt === null || batch.expiresAt > world.now;
    if (batch.isMarked && isAhead) met(world, 'a corrected date brings goods back');
    if (isAhead) batch.isMarked = false;
  }
  expectBatch(world, outcome.answer, named);
}

/**
 * Whoever reserved goods may have asked for their quality. Overdue holds of them end by the meeting, as may others at their
 * levels; a call that is refused for something else may have met them or not.
 */
function refuseReserved(world: World, rows: readonly OracleBatch[], refusals: Refusals): void {
  allowExpiry(world, new Set(rows.map((batch) => batch.skuId)));
  if (refusals.must.size > 0) {
    refusals.may.add('INV_010');
    return;
  }
  const ids = new Set(rows.map((batch) => batch.id));
  for (const hold of world.reservations.values())
    if (isOverdue(world, hold) && hold.lines.some((line) => line.held > 0 && ids.has(line.batchId)))
      expire(world, hold);
  if (rows.some((batch) => batch.reserved > 0)) refusals.must.set('INV_010', 'goods of it are reserved');
}

function expiryOf(world: World, input: BatchUpdateInput, named: OracleBatch | undefined): OracleBatch['expiresAt'] {
  if (input.expiresAt === undefined) return named?.expiresAt ?? null;
  return input.expiresAt === null ? null : expiryInstant(input.expiresAt, world.settings.timezone);
}

/** Frozen ones wait for their thaw, empty ones for goods. */
export function judgeBatchExpireDue(
  world: World,
  input: { readonly limit: number },
  outcome: Outcome<BatchExpireDueAnswer>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const { expired, batchIds } = outcome.answer;
  const due = [...world.batches.values()].filter(
    ({ expiresAt, isMarked, frozenBy, onHand }) =>
      expiresAt !== null && expiresAt <= world.now && !isMarked && frozenBy === null && onHand > 0,
  );
  const counted = { expired: Math.min(due.length, input.limit), ids: expired };
  expectEqual('the number of batches marked', { expired, ids: new Set(batchIds).size }, counted);
  for (const id of batchIds) {
    const batch = due.find((each) => each.id === id);
    if (batch === undefined)
      throw new Mismatch('marked a batch that was not due', { expected: due.length, actual: id });
    batch.isMarked = true;
  }
}
