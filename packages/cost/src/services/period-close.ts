/** Some SKUs of a frozen period, closed: true-ups of periodic ones, a snapshot of each, and the proof that their books hold. */
import type { GranaryError } from '@granary/contracts/error';
import { divideMoney } from '@granary/contracts/money';
import type { Violation } from '@granary/contracts/system';
import type { Tx } from '@granary/domain/persistence/transaction';
import { endOfDay } from '@granary/domain/rules/calendar';
import { summarise, type Amount } from '../core/period.ts';
import { calculationFailed } from '../core/refusal.ts';
import type { CostPeriodRow, CostSnapshotRow } from '../entities/cost-period.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { asRecord, sumRecords, switchedSince } from '../persistence/close-store.ts';
import { bySku } from '../persistence/cost-state-store.ts';
import { appendSnapshots, readPeriods, readSnapshotsOf } from '../persistence/period-store.ts';
import { findUnsettled } from '../persistence/recost-store.ts';
import { checkCosts } from '../persistence/verify-cost.ts';
import { stillCorrected } from '../rules/period-refusal.ts';
import type { CostEngine } from './cost-engine.ts';
import { type Books, trueUpSome, type TruedUp } from './period-true-up.ts';

export interface SomeSkus {
  readonly period: CostPeriodRow;
  /** Locked, and the period held still after them. */
  readonly rows: readonly CostStateRow[];
}

/** Answers how many true-ups were appended. SKUs that an earlier start of the same close has done are passed over. */
export async function closeSkus(tx: Tx, engine: CostEngine, { period, rows }: SomeSkus): Promise<number> {
  const periods = await readPeriods(tx);
  const before = periods.findLast(({ startsOn }) => startsOn < period.startsOn);
  const skuIds = rows.map(({ skuId }) => skuId);
  const done = new Set((await readSnapshotsOf(tx, period.periodId, skuIds)).map(({ skuId }) => skuId));
  const left = rows.filter(({ skuId }) => !done.has(skuId));
  if (left.length === 0) return 0;
  const unsettled = await findUnsettled(tx, skuIds);
  if (unsettled !== undefined) throw stillCorrected(unsettled);
  const last = before === undefined ? [] : await readSnapshotsOf(tx, before.periodId, skuIds);
  const books: Books = { period, periods, closeId: engine.ids() };
  // What a SKU was costed by when the period ended decides, not what it is costed by since.
  const end = endOfDay(period.endsOn, engine.config.timezone);
  const switched = await switchedSince(tx, skuIds, end);
  const periodic = left.filter(
    ({ skuId, strategy }) => switched.has(skuId) || engine.strategies.get(strategy).periodic,
  );
  const truedUp = await trueUpSome(tx, engine, { books, rows: periodic });
  await takeSnapshots(tx, { period, rows: left, last, states: truedUp.states });
  await proveBooks(tx, engine, skuIds);
  return truedUp.trueUps;
}

interface Taking extends SomeSkus {
  /** Of the period before. */
  readonly last: readonly CostSnapshotRow[];
  readonly states: TruedUp['states'];
}

/** Of every SKU that was there at the opening or moved since. */
async function takeSnapshots(tx: Tx, { period: { periodId }, rows, last, states }: Taking): Promise<void> {
  const snapshots = new Map(last.map((row) => [row.skuId, row]));
  const sums = bySku(await sumRecords(tx, { periodId, skuIds: rows.map(({ skuId }) => skuId) }));
  const taken = rows.flatMap(({ skuId, strategy }): CostSnapshotRow[] => {
    const before = snapshots.get(skuId);
    const opening: Amount = { quantity: before?.closingQuantity ?? 0, value: before?.closingValue ?? 0n };
    const own = sums.get(skuId) ?? [];
    const state = states.get(skuId) ?? null;
    if (own.length === 0 && opening.quantity === 0 && opening.value === 0n && state === null) return [];
    const { inbound, outbound, allocated, closing } = summarise(opening, own.map(asRecord));
    const averageCost = closing.quantity > 0 ? divideMoney(closing.value, BigInt(closing.quantity)) : null;
    return [
      {
        ...{ periodId, skuId, strategy, averageCost, state, allocatedValue: allocated },
        ...{ openingQuantity: opening.quantity, openingValue: opening.value },
        ...{ inboundQuantity: inbound.quantity, inboundValue: inbound.value },
        ...{ outboundQuantity: outbound.quantity, outboundValue: outbound.value },
        ...{ closingQuantity: closing.quantity, closingValue: closing.value },
      },
    ];
  });
  await appendSnapshots(tx, taken);
}

/** Books that do not add up are never closed (SPEC section 9): I8 and I9, with what was just written. */
async function proveBooks(tx: Tx, { strategies }: CostEngine, skuIds: readonly string[]): Promise<void> {
  const pools = strategies.names().filter((name) => strategies.get(name).value === 'pool');
  const [violation] = await checkCosts(tx, skuIds, pools);
  if (violation !== undefined) throw unsoundBooks(violation);
}

export function unsoundBooks({ invariant, row, detail }: Violation): GranaryError {
  return calculationFailed(
    row,
    `The period cannot be closed, ${invariant} does not hold: ${row} ${detail}.`,
    'Run the verification of costs, and find out what changed these rows.',
  );
}
