/** One line of an adjustment or a count: into a batch, or out of what is free. */
import type { AdjustmentDocument } from '@granary/contracts/adjustment';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { isExpired, strategyFor } from './allocation.ts';
import { compare, fill } from './fill.ts';
import { move, settleDeficit } from './ledger.ts';
import { meanWith } from './receipt.ts';
import type { PieceGroup } from './piece-names.ts';
import { met } from './sometimes.ts';
import { freeOf, openDraft, type Take } from './stock-draft.ts';
import { expectEqual, Mismatch, type Refusals } from './verdict.ts';
import { keyOf, levelAt, UNBORN, type OracleBatch, type OracleLevel, type World } from './world.ts';

export interface AskedLine {
  readonly skuId: string;
  readonly locationId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly unitCost?: string | undefined;
  readonly delta?: number;
  readonly counted?: number;
  readonly onHandVersion?: number;
  readonly serials?: readonly string[] | undefined;
}

/** Versions and what was expected are those of before the call. */
export interface Before {
  readonly levels: ReadonlyMap<string, Readonly<OracleLevel>>;
  readonly batches: ReadonlyMap<string, number>;
  /** What each SKU cost last. */
  readonly costs: ReadonlyMap<string, bigint | undefined>;
}

export interface AdjustLine extends AskedLine {
  /** Index of the line. */
  readonly at: number;
  readonly locationId: string;
  /** What stands for the named batch now. */
  readonly batch: OracleBatch | undefined;
  /** Of named pieces that are taken away: where they lie. */
  readonly groups?: readonly PieceGroup[] | undefined;
}

interface Doing {
  /** On a trial nothing was answered yet. */
  readonly type: 'adjustment' | 'count' | 'trial';
  readonly line: AdjustLine;
  readonly before: Before;
  readonly rows: AdjustmentDocument['lines'] | undefined;
  readonly occurredAt: Instant;
}

export function adjustLine(world: World, doing: Doing, refusals: Refusals): void {
  const { line, before, rows } = doing;
  const level = before.levels.get(keyOf(line.skuId, line.locationId));
  if (line.counted !== undefined && line.onHandVersion !== (level?.onHandVersion ?? 0)) {
    refusals.must.set('INV_010', 'counted at another version');
    return;
  }
  const delta = line.delta ?? differenceOf(line, before);
  if (delta === 0) {
    if (rows !== undefined) expectEqual('lines of what did not change', rows, []);
  } else if (delta > 0) add(world, { ...doing, quantity: delta }, refusals);
  else takeAway(world, { ...doing, quantity: -delta }, refusals);
}

/** What was sold short was found with the rest: after a count there is what was counted, and nothing is owed. */
export function differenceOf({ skuId, locationId, batch, counted = 0 }: AdjustLine, before: Before): number {
  const level = before.levels.get(keyOf(skuId, locationId));
  const expected = batch === undefined ? (level?.onHand ?? 0) : (before.batches.get(batch.id) ?? 0);
  const difference = counted - expected;
  const findsMore = difference > 0 || (difference === 0 && batch === undefined);
  return findsMore ? difference + (level?.deficit ?? 0) : difference;
}

type Portion = Doing & { readonly quantity: number };

function add(world: World, doing: Portion, refusals: Refusals): void {
  const { line, quantity, rows, before } = doing;
  const { skuId, locationId } = line;
  const into = line.batch ?? newestOpen(world, line);
  const unitCost =
    line.unitCost === undefined ? (into?.unitCost ?? before.costs.get(skuId)) : parseMoney(line.unitCost);
  if (unitCost === undefined) refusals.must.set('INV_005', 'no cost is known');
  if ((world.levels.get(keyOf(skuId, locationId))?.onHand ?? 0) + quantity > MAX_QUANTITY)
    refusals.must.set('INV_010', 'more than a level can count');
  if (unitCost === undefined || refusals.must.has('INV_010')) return;
  const row = rows?.[0];
  if (rows !== undefined && (row === undefined || rows.length > 1))
    throw new Mismatch('units are added to one batch', { expected: 1, actual: rows });
  const batch = into ?? openBatch(world, doing, unitCost);
  if (into === undefined && rows !== undefined) met(world, 'found goods open a batch');
  batch.unitCost = meanWith(batch, { quantity, unitCost });
  move(world, batch, { onHand: quantity });
  settleDeficit(world, batch, quantity);
  if (row !== undefined) expectRow({ row, line, batch, quantity, unitCost });
}

function expectRow(of: {
  row: AdjustmentDocument['lines'][number];
  line: AdjustLine;
  batch: OracleBatch;
  quantity: number;
  unitCost: bigint;
}): void {
  const { row, line, batch, quantity, unitCost } = of;
  expectEqual(
    'a line of the adjustment',
    { ...row, serials: undefined },
    {
      ...{
        line: line.at + 1,
        skuId: batch.skuId,
        locationId: batch.locationId,
        batchId: batch.id,
        batchNo: batch.batchNo,
      },
      ...{ quantity, unitCost: formatMoney(unitCost), reservationId: null },
    },
  );
}

/** Its number is Granary's; its quality the usual one; it has no dates. */
function openBatch(world: World, { line, rows, occurredAt }: Portion, unitCost: bigint): OracleBatch {
  const { skuId, locationId } = line;
  const row = rows?.[0];
  const id = row?.batchId ?? `trial ${line.at}`;
  if (world.batches.has(id) || (row !== undefined && !row.batchNo.startsWith('ADJ-')))
    throw new Mismatch('found goods open a batch of their own', { expected: 'ADJ-…', actual: row });
  const opened: OracleBatch = {
    ...{ ...UNBORN, id, skuId, locationId, batchNo: row?.batchNo ?? id, qualityLevel: 'A', producedOn: null },
    ...{ expiresAt: null, receivedAt: occurredAt, unitCost },
  };
  world.batches.set(id, opened);
  levelAt(world, skuId, locationId);
  return opened;
}

/** The newest batch with something on hand that could be sold; one with free stock before one that is held wholly. */
function newestOpen(world: World, { skuId, locationId }: AdjustLine): OracleBatch | undefined {
  return goodAt(world, { skuId, locationId })
    .filter((batch) => batch.onHand > 0)
    .toSorted(
      (a, b) =>
        Number(freeOf(a, openDraft()) > 0) - Number(freeOf(b, openDraft()) > 0) ||
        compare(a.receivedAt, b.receivedAt) ||
        compare(a.id, b.id),
    )
    .at(-1);
}

function goodAt(world: World, at: { skuId: string; locationId: string }): OracleBatch[] {
  return [...world.batches.values()].filter(
    (batch) =>
      batch.skuId === at.skuId &&
      batch.locationId === at.locationId &&
      batch.frozenBy === null &&
      batch.mergedInto === null &&
      !isExpired(world, batch),
  );
}

/** Of the SKU's newest batch anywhere. */
export function lastCost(world: World, skuId: string): bigint | undefined {
  return [...world.batches.values()]
    .filter((batch) => batch.skuId === skuId)
    .toSorted((a, b) => compare(a.receivedAt, b.receivedAt) || compare(a.id, b.id))
    .at(-1)?.unitCost;
}

function batchesFor(world: World, line: AdjustLine): OracleBatch[] {
  if (line.groups !== undefined) return line.groups.flatMap(({ batchId }) => world.batches.get(batchId) ?? []);
  return line.batch === undefined ? goodAt(world, line) : [line.batch];
}

function mostOf({ groups }: AdjustLine, { id }: OracleBatch): number {
  return groups === undefined ? Infinity : (groups.find(({ batchId }) => batchId === id)?.quantity ?? 0);
}

/** From the named batch, or by the SKU's strategy over what is free and good, also where the place is switched off. */
function takeAway(world: World, doing: Portion, refusals: Refusals): void {
  const { line, quantity, rows } = doing;
  const batches = batchesFor(world, line);
  const free = (batch: OracleBatch) => Math.min(freeOf(batch, openDraft()), mostOf(line, batch));
  const available = batches.reduce((sum, batch) => sum + free(batch), 0);
  if (available < quantity) {
    refusals.must.set('INV_002', 'it would cut into what is held');
    return;
  }
  const observed = rows?.map((row): Take => ({ batchId: row.batchId, quantity: -row.quantity }));
  const strategy = strategyFor(world, line.skuId, undefined);
  const open = batches.filter((batch) => free(batch) > 0);
  const takes = line.groups ?? fill(open, { strategy, quantity, observed, freeOf: free });
  if (rows !== undefined) expectEqual('what is taken away', observed, takes);
  for (const [index, take] of takes.entries()) {
    const batch = open.find((each) => each.id === take.batchId);
    if (batch === undefined) continue;
    const row = rows?.[index];
    if (row !== undefined) expectRow({ row, line, batch, quantity: -take.quantity, unitCost: batch.unitCost });
    move(world, batch, { onHand: -take.quantity });
  }
}
