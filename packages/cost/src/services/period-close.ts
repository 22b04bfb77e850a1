/** The close of a period: true-ups of periodic SKUs, a snapshot of every SKU, and the proof that the books hold, in one unit of work. */
import { divideMoney } from '@granary/contracts/money';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import { dayOf, endOfDay, startOfDay } from '@granary/domain/rules/calendar';
import type { Tx } from '@granary/domain/persistence/transaction';
import { invalidState } from '@granary/domain/refusal';
import { summarise, type Amount } from '../core/period.ts';
import { planPosting } from '../core/posting.ts';
import { calculationFailed } from '../core/refusal.ts';
import { type CostState, emptyState } from '../core/state.ts';
import type { Account, CostRecord } from '../core/record.ts';
import type { CostPeriodRow, CostSnapshotRow } from '../entities/cost-period.ts';
import type { CostEventRow, CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { keepClosedFlows, readEvents, type RecordSum, sumRecords } from '../persistence/close-store.ts';
import { bySku, loadStates, readFlows } from '../persistence/cost-state-store.ts';
import { writeCosts } from '../persistence/cost-write-store.ts';
import { appendSnapshots, readPeriods, readSnapshots } from '../persistence/period-store.ts';
import { checkCosts } from '../persistence/verify-cost.ts';
import { fromEventRow } from '../rules/event-text.ts';
import { fromStateText, toStateText } from '../rules/state-text.ts';
import { planTrueUp } from '../rules/true-up.ts';
import { type CostEngine, namedBy } from './cost-engine.ts';
import { closedFlows } from './plan-costs.ts';

const SKUS_A_CHUNK = 500;

export interface Closed {
  readonly skus: number;
  readonly trueUps: number;
}

/** Asked with all cost states and the period locked. */
export async function closePeriod(
  tx: Tx,
  engine: CostEngine,
  { period, rows }: { readonly period: CostPeriodRow; readonly rows: readonly CostStateRow[] },
): Promise<Closed> {
  const periods = await readPeriods(tx);
  const earlier = periods.filter(({ startsOn }) => startsOn < period.startsOn);
  const open = earlier.find(({ state }) => state !== 'closed');
  if (open !== undefined) throw outOfOrder(period, open);
  const before = earlier.at(-1);
  const snapshots = new Map(
    before === undefined ? [] : (await readSnapshots(tx, before.periodId)).map((row) => [row.skuId, row]),
  );
  const books: Books = { period, periods, snapshots, closeId: engine.ids() };
  const periodic = rows.filter(({ strategy }) => engine.strategies.get(strategy).periodic);
  const states = new Map<string, string>();
  let trueUps = 0;
  for (let from = 0; from < periodic.length; from += SKUS_A_CHUNK)
    trueUps += await trueUpSome(tx, engine, { books, rows: periodic.slice(from, from + SKUS_A_CHUNK), states });
  const taken = await takeSnapshots(tx, { books, rows, states });
  await proveBooks(tx, engine, rows);
  return { skus: taken, trueUps };
}

interface Books {
  readonly period: CostPeriodRow;
  readonly periods: readonly CostPeriodRow[];
  /** Of the period before, by SKU. */
  readonly snapshots: ReadonlyMap<string, CostSnapshotRow>;
  readonly closeId: string;
}

function outOfOrder({ name, periodId }: CostPeriodRow, open: CostPeriodRow) {
  return invalidState({
    noun: 'period',
    id: periodId,
    state: 'out of order',
    message: `Accounting period ${JSON.stringify(name)} cannot be closed while ${JSON.stringify(open.name)} before it is ${open.state}.`,
    hint: 'Close the periods in their order.',
  });
}

interface Some {
  readonly books: Books;
  readonly rows: readonly CostStateRow[];
  /** The closing states, by SKU, as text: filled here. */
  readonly states: Map<string, string>;
}

async function trueUpSome(tx: Tx, engine: CostEngine, { books, rows, states }: Some): Promise<number> {
  const { period, periods, closeId, snapshots } = books;
  const { timezone, policy } = engine.config;
  const skuIds = rows.map(({ skuId }) => skuId);
  const [start, end] = [startOfDay(period.startsOn, timezone), endOfDay(period.endsOn, timezone)];
  const unknown = skuIds.filter((skuId) => isUnknown(snapshots.get(skuId)));
  const past = await readEvents(tx, unknown, { until: start });
  const events = await readEvents(tx, skuIds, { from: start, until: end });
  const later = await readEvents(tx, skuIds, { from: end });
  const named = new Map(skuIds.map((skuId) => [skuId, flowsNamed([past, events, later], skuId)]));
  const flows = await readFlows(tx, named);
  const before = await loadStates(tx, rows);
  const sums = bySku(await sumRecords(tx, { skuIds }));
  let made = 0;
  for (const row of rows) {
    const { skuId } = row;
    const state = before.get(skuId);
    if (state === undefined) throw new Error(`the cost state of ${skuId} was not loaded`);
    const known = flows.get(skuId) ?? new Map();
    const context = { strategies: engine.strategies, policy, flows: closedFlows(known) };
    const opening = openingOf(engine, { skuId, snapshot: snapshots.get(skuId), past: past.get(skuId) ?? [] });
    const plan = planTrueUp(
      {
        ...{ closeId, periodId: period.periodId, opening },
        events: (events.get(skuId) ?? []).map(fromEventRow),
        later: (later.get(skuId) ?? []).map((each) => ({
          event: fromEventRow(each),
          periodId: periodAt(periods, each.at, timezone),
        })),
        posted: postedOf(sums.get(skuId) ?? []),
      },
      context,
    );
    states.set(skuId, toStateText(plan.closing));
    const records = plan.entries.map(({ periodId, record }, at): CostRecordRow => {
      const recordNo = row.recordCount + at + 1;
      const later = periods.find((each) => each.periodId === periodId && periodId !== period.periodId);
      const moment = later === undefined ? lastOf(end) : startOfDay(later.startsOn, timezone);
      return closingRecord(record, { row, recordNo, periodId, at: moment, commandId: tx.commandId });
    });
    made += records.length;
    const unmoved = { flowsBefore: known, flowsAfter: new Map(), lastAt: row.lastAt, events: [] };
    await writeCosts(tx, [{ row, before: state, after: plan.now, records, ...unmoved }]);
    await keepClosedFlows(tx, skuId, plan.flows);
  }
  return made;
}

/** A SKU that was not costed by periods before has left no state there: it is made again from its events. */
const isUnknown = (snapshot: CostSnapshotRow | undefined): boolean => snapshot !== undefined && snapshot.state === null;

function openingOf(
  { config, strategies }: CostEngine,
  of: { skuId: string; snapshot: CostSnapshotRow | undefined; past: readonly CostEventRow[] },
): CostState {
  const { skuId, snapshot, past } = of;
  if (typeof snapshot?.state === 'string') return fromStateText(snapshot.state);
  const empty = emptyState(skuId, config.defaultStrategy);
  return planPosting(empty, past.map(fromEventRow), { strategies, policy: config.policy }).state;
}

function flowsNamed(all: readonly ReadonlyMap<string, readonly CostEventRow[]>[], skuId: string): readonly string[] {
  return [...new Set(all.flatMap((events) => (events.get(skuId) ?? []).flatMap((row) => namedBy(fromEventRow(row)))))];
}

function postedOf(sums: readonly RecordSum[]) {
  return (periodId: string, account: Account): bigint =>
    sums.reduce((sum, of) => (of.periodId === periodId && of.account === account ? sum + of.value : sum), 0n);
}

function periodAt(periods: readonly CostPeriodRow[], at: Instant, timezone: string): string {
  const day = dayOf(at, timezone);
  const found = periods.find(({ startsOn, endsOn }) => startsOn <= day && day <= endsOn);
  if (found === undefined) throw new Error(`what happened at ${at} has no period`);
  return found.periodId;
}

const lastOf = (end: Instant): Instant => fromMicros(toMicros(end) - 1n);

interface ClosingEntry {
  readonly row: CostStateRow;
  readonly recordNo: number;
  readonly periodId: string;
  readonly at: Instant;
  readonly commandId: string;
}

/** A true-up stands at the last microsecond of its period; a correction at the first one of the period that it falls into. */
function closingRecord(record: CostRecord, { row, recordNo, periodId, at, commandId }: ClosingEntry): CostRecordRow {
  const { kind, account, quantity, value, causeId, subjectId } = record;
  const entry = { kind, account, quantity, value, eventId: causeId, subjectId, correctsId: null };
  const unmoved = { locationId: null, levelVersion: null, batchId: null, documentId: null, reservationId: null };
  const { skuId, strategy } = row;
  return { skuId, recordNo, ...entry, strategy, periodId, at, ...unmoved, commandId, reason: null };
}

/** Of every SKU that was there at the opening or moved since. */
async function takeSnapshots(tx: Tx, { books, rows, states }: Some): Promise<number> {
  const { period, snapshots } = books;
  const sums = bySku(await sumRecords(tx, { periodId: period.periodId }));
  const taken = rows.flatMap(({ skuId, strategy }): CostSnapshotRow[] => {
    const last = snapshots.get(skuId);
    const opening: Amount = { quantity: last?.closingQuantity ?? 0, value: last?.closingValue ?? 0n };
    const own = sums.get(skuId) ?? [];
    const state = states.get(skuId) ?? null;
    if (own.length === 0 && opening.quantity === 0 && opening.value === 0n && state === null) return [];
    const { inbound, outbound, allocated, closing } = summarise(opening, own.map(asRecord));
    const averageCost = closing.quantity > 0 ? divideMoney(closing.value, BigInt(closing.quantity)) : null;
    return [
      {
        ...{ periodId: period.periodId, skuId, strategy, averageCost, state, allocatedValue: allocated },
        ...{ openingQuantity: opening.quantity, openingValue: opening.value },
        ...{ inboundQuantity: inbound.quantity, inboundValue: inbound.value },
        ...{ outboundQuantity: outbound.quantity, outboundValue: outbound.value },
        ...{ closingQuantity: closing.quantity, closingValue: closing.value },
      },
    ];
  });
  await appendSnapshots(tx, taken);
  return taken.length;
}

const asRecord = ({ kind, account, quantity, value }: RecordSum): CostRecord => {
  return { kind, account, quantity, value, causeId: '', subjectId: '' };
};

/** Books that do not add up are never closed (SPEC section 9): I8 and I9, with what was just written. */
async function proveBooks(tx: Tx, { strategies }: CostEngine, rows: readonly CostStateRow[]): Promise<void> {
  const pools = strategies.names().filter((name) => strategies.get(name).value === 'pool');
  for (let from = 0; from < rows.length; from += SKUS_A_CHUNK) {
    const skuIds = rows.slice(from, from + SKUS_A_CHUNK).map(({ skuId }) => skuId);
    const [violation] = await checkCosts(tx, skuIds, pools);
    if (violation === undefined) continue;
    const { invariant, row, detail } = violation;
    const hint = 'Run the verification of costs, and find out what changed these rows.';
    throw calculationFailed(
      skuIds[0] ?? '',
      `The period cannot be closed, ${invariant} does not hold: ${row} ${detail}.`,
      hint,
    );
  }
}
