/** batch.merge: one batch takes over what several have, and whatever holds or locks them follows. */
import type { BatchMerge, BatchMergeInput } from '@granary/contracts/batch-life';
import type { Instant } from '@granary/contracts/instant';
import { isExpired } from './allocation.ts';
import { expectBatch } from './batch.ts';
import { expire, move } from './ledger.ts';
import { movePieces, piecesIn } from './piece.ts';
import { divide } from './receipt.ts';
import { checkOccurred } from './occurrence.ts';
import { met } from './sometimes.ts';
import { createRefusals, expectEqual, Mismatch, settle, type Outcome, type Refusals } from './verdict.ts';
import { isHeld, isOverdue, UNBORN, type OracleBatch, type OracleLine, type World } from './world.ts';

export function judgeMerge(world: World, input: BatchMergeInput, outcome: Outcome<BatchMerge>): void {
  const refusals = createRefusals();
  const named = input.batchIds.flatMap((id) => world.batches.get(id) ?? []);
  checkOccurred(world, { occurredAt: input.occurredAt, skuIds: named.map((batch) => batch.skuId) }, refusals);
  if (named.length < input.batchIds.length) refusals.must.set('INV_007', 'an unknown batch');
  checkMergeable(world, { named, targetBatchNo: input.targetBatchNo }, refusals);
  if (!settle(outcome, refusals)) return;
  world.happenedAt = (input.occurredAt as Instant | undefined) ?? world.now;
  const own = named.find((batch) => batch.batchNo === input.targetBatchNo);
  const sources = named.filter((batch) => batch !== own);
  // What is overdue on the goods that move is expired by the meeting.
  const moving = new Set(sources.map((batch) => batch.id));
  for (const hold of world.reservations.values())
    if (isOverdue(world, hold) && hold.lines.some((line) => line.held > 0 && moving.has(line.batchId)))
      expire(world, hold);
  const facts = { ...blend(named), unitCost: meanOf(named), isMarked: named.some((batch) => isExpired(world, batch)) };
  const target = own ?? opened(world, { first: named[0], facts, answer: outcome.answer, input });
  Object.assign(target, facts);
  for (const source of sources) takeOver(world, source, target);
  for (const source of sources)
    movePieces(world, piecesIn(world, source.id), {
      ...{ state: 'inStock', batch: target, documentId: outcome.answer.documentId },
    });
  follow(world, moving, target.id);
  expectBatch(world, outcome.answer.batch, target);
  expectEqual(
    'the batches merged',
    outcome.answer.merged.map((each) => each.batchId),
    sources.map((each) => each.id),
  );
  for (const [at, source] of sources.entries()) {
    const told = outcome.answer.merged[at];
    if (told !== undefined) expectBatch(world, told, source);
  }
}

interface Merging {
  readonly named: readonly OracleBatch[];
  readonly targetBatchNo: string;
}

function checkMergeable(world: World, { named, targetBatchNo }: Merging, refusals: Refusals): void {
  const differ = (of: (batch: OracleBatch) => unknown) => new Set(named.map(of)).size > 1;
  if (differ((batch) => batch.skuId) || differ((batch) => batch.locationId))
    refusals.must.set('INV_005', 'batches of several SKUs or places');
  if (differ((batch) => batch.qualityLevel)) refusals.must.set('INV_009', 'several qualities');
  if (differ((batch) => isExpired(world, batch))) {
    refusals.must.set('INV_009', 'some are expired');
    met(world, 'a merge of expired goods with others');
  }
  if (named.some((batch) => batch.mergedInto !== null)) refusals.must.set('INV_010', 'one is merged');
  if (named.some((batch) => batch.frozenBy !== null)) refusals.must.set('INV_016', 'one is frozen');
  const [first] = named;
  if (first === undefined) return;
  const own = named.find((batch) => batch.batchNo === targetBatchNo);
  const elsewhere = [...world.batches.values()].filter(
    (batch) => batch !== own && batch.skuId === first.skuId && batch.batchNo === targetBatchNo,
  );
  if (own === undefined && elsewhere.length > 0) refusals.must.set('INV_008', 'the number is another batch');
  const { producedOn, expiresAt } = blend(named);
  const differs = elsewhere.some((batch) => batch.producedOn !== producedOn || batch.expiresAt !== expiresAt);
  if (own !== undefined && differs) refusals.must.set('INV_009', 'the number means other dates elsewhere');
}

/** The earliest of all dates; an undated batch has none to say. */
function blend(batches: readonly OracleBatch[]): Pick<OracleBatch, 'producedOn' | 'expiresAt' | 'receivedAt'> {
  const earliest = <T extends string>(dates: readonly (T | null)[]): T | null =>
    dates.flatMap((date) => date ?? []).toSorted()[0] ?? null;
  return {
    producedOn: earliest(batches.map((batch) => batch.producedOn)),
    expiresAt: earliest(batches.map((batch) => batch.expiresAt)),
    receivedAt: earliest(batches.map((batch) => batch.receivedAt)) ?? ('' as Instant),
  };
}

function meanOf(batches: readonly OracleBatch[]): bigint {
  const onHand = batches.reduce((sum, batch) => sum + BigInt(batch.onHand), 0n);
  if (onHand === 0n) return batches[0]?.unitCost ?? 0n;
  return divide(
    batches.reduce((sum, batch) => sum + batch.unitCost * BigInt(batch.onHand), 0n),
    onHand,
  );
}

function opened(
  world: World,
  merge: { first: OracleBatch | undefined; facts: Partial<OracleBatch>; answer: BatchMerge; input: BatchMergeInput },
): OracleBatch {
  const { first, facts, answer, input } = merge;
  const id = answer.batch.batchId;
  if (first === undefined || world.batches.has(id))
    throw new Mismatch('a new batch has the id of an earlier one', { expected: 'a new id', actual: id });
  const target: OracleBatch = { ...first, ...UNBORN, ...facts, id, batchNo: input.targetBatchNo };
  world.batches.set(id, target);
  return target;
}

function takeOver(world: World, source: OracleBatch, target: OracleBatch): void {
  const { onHand, reserved, locked } = source;
  if (reserved > 0) met(world, 'held goods are merged');
  if (locked > 0) met(world, 'locked goods are merged');
  move(world, source, { onHand: -onHand, reserved: -reserved, locked: -locked });
  move(world, target, { onHand, reserved, locked });
  source.mergedInto = target.id;
}

/** Held lines and standing locks go where the goods went; what has left already goes on saying so. */
function follow(world: World, sources: ReadonlySet<string>, targetId: string): void {
  for (const hold of world.reservations.values()) {
    const moves = (line: OracleLine) => line.held > 0 && sources.has(line.batchId);
    if (!isHeld(hold) || !hold.lines.some(moves)) continue;
    let last = Math.max(...hold.lines.map((line) => line.lineNo));
    hold.lines = hold.lines.flatMap((line): OracleLine[] => {
      if (!moves(line)) return [line];
      if (line.held === line.quantity) return [{ ...line, batchId: targetId }];
      last += 1;
      const moved = { lineNo: last, batchId: targetId, quantity: line.held, held: line.held, deducted: 0 };
      return [{ ...line, quantity: line.quantity - line.held, held: 0 }, moved];
    });
    hold.version += 1;
  }
  for (const lock of world.locks.values())
    if (lock.state === 'active') for (const line of lock.lines) if (sources.has(line.batchId)) line.batchId = targetId;
}
