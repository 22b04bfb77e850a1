/** The true-ups of some periodic SKUs at the close of a period: each costed as a whole, and what it differs by appended. */
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { dayOf, endOfDay, startOfDay } from '@granary/domain/rules/calendar';
import { type Posting, postInSlices, type PostingContext } from '../core/posting.ts';
import type { Sliced } from '../core/slices.ts';
import type { Account, CostRecord } from '../core/record.ts';
import type { CostState } from '../core/state.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { CostEventRow, CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readEvents, type RecordSum, sumRecords } from '../persistence/close-store.ts';
import { keepClosedFlows } from '../persistence/flow-store.ts';
import { bySku, loadStates } from '../persistence/cost-state-store.ts';
import { readFlows } from '../persistence/flow-store.ts';
import { type CostWrite, writeCosts } from '../persistence/cost-write-store.ts';
import { sharePeriod } from '../persistence/period-store.ts';
import { invariant, present } from '@granary/domain/refusal';
import { fromEventRow } from '../rules/event-text.ts';
import { postingRefusal } from '../rules/period-refusal.ts';
import { toStateText } from '../rules/state-text.ts';
import { planTrueUp, type TrueUp } from '../rules/true-up.ts';
import { inTurns } from './in-turns.ts';
import { type KeptState, keptStates } from './kept-state.ts';
import { type CostEngine, namedBy } from './cost-engine.ts';
import { closedFlows } from './plan-past.ts';

export interface Books {
  readonly period: CostPeriodRow;
  readonly periods: readonly CostPeriodRow[];
  readonly closeId: string;
}

export interface TruedUp {
  /** With which the next period opens, by SKU, as text. */
  readonly states: ReadonlyMap<string, string>;
  readonly trueUps: number;
}

/** `rows` are locked: those that are costed by periods, or may have been when the period ended. */
export async function trueUpSome(
  tx: Tx,
  engine: CostEngine,
  { books, rows }: { readonly books: Books; readonly rows: readonly CostStateRow[] },
): Promise<TruedUp> {
  const past = await loadPast(tx, engine, { books, rows });
  const states = new Map<string, string>();
  const writes: CostWrite[] = [];
  const flows = new Map<string, TrueUp['flows']>();
  for (const row of rows) {
    const { skuId } = row;
    const state = past.states.get(skuId);
    invariant(state !== undefined, `the cost state of ${skuId} was not loaded`);
    const plan = await inTurns(planOf(engine, { books, past, skuId }));
    states.set(skuId, toStateText(plan.closing));
    flows.set(skuId, plan.flows);
    const records = recordsOf(plan, { row, books, timezone: engine.config.timezone, commandId: tx.commandId });
    const flowsBefore = past.flows.get(skuId) ?? new Map();
    const unmoved = { flowsBefore, flowsAfter: new Map(), lastAt: row.lastAt, events: [] };
    writes.push({ row, before: state, after: plan.now, records, ...unmoved });
  }
  await shareLater(tx, books, writes);
  await writeCosts(tx, writes);
  await keepClosedFlows(tx, flows);
  return { states, trueUps: writes.reduce((sum, { records }) => sum + records.length, 0) };
}

/** What a true-up changes in a later period is a posting there, and a frozen one refuses it like any other. */
async function shareLater(tx: Tx, { period, periods }: Books, writes: readonly CostWrite[]): Promise<void> {
  const touched = new Set(writes.flatMap(({ records }) => records.map(({ periodId }) => periodId)));
  for (const { periodId } of periods) {
    if (periodId === period.periodId || !touched.has(periodId)) continue;
    const refusal = postingRefusal(present(await sharePeriod(tx, periodId), 'a period'));
    if (refusal !== undefined) throw refusal;
  }
}

type Rows = ReadonlyMap<string, readonly CostEventRow[]>;

interface Past {
  readonly states: ReadonlyMap<string, CostState>;
  readonly kept: ReadonlyMap<string, KeptState>;
  /** Before the period, of SKUs whose last close has not kept what they were. */
  readonly earlier: Rows;
  readonly events: Rows;
  /** After the period. */
  readonly later: Rows;
  readonly flows: Awaited<ReturnType<typeof readFlows>>;
  readonly sums: ReadonlyMap<string, readonly RecordSum[]>;
}

async function loadPast(
  tx: Tx,
  { config }: CostEngine,
  { books: { period }, rows }: { readonly books: Books; readonly rows: readonly CostStateRow[] },
): Promise<Past> {
  const { timezone } = config;
  const skuIds = rows.map(({ skuId }) => skuId);
  const [start, end] = [startOfDay(period.startsOn, timezone), endOfDay(period.endsOn, timezone)];
  const kept = await keptStates(tx, skuIds, config);
  const behind = skuIds.filter((skuId) => kept.get(skuId)?.from !== start);
  const earlier = await readEvents(tx, behind, { until: start });
  const events = await readEvents(tx, skuIds, { from: start, until: end });
  const later = await readEvents(tx, skuIds, { from: end });
  const named = new Map(skuIds.map((skuId) => [skuId, flowsNamed([earlier, events, later], skuId)]));
  const flows = await readFlows(tx, named);
  const states = await loadStates(tx, rows);
  return { kept, earlier, events, later, flows, states, sums: bySku(await sumRecords(tx, { skuIds })) };
}

function* planOf(
  engine: CostEngine,
  { books, past, skuId }: { readonly books: Books; readonly past: Past; readonly skuId: string },
): Sliced<TrueUp> {
  const { period, periods, closeId } = books;
  const { strategies, config } = engine;
  const rules = { strategies, policy: config.policy };
  const opening = yield* openingOf(past, skuId, rules);
  const later = (past.later.get(skuId) ?? []).map((each) => {
    return { event: fromEventRow(each), periodId: periodAt(periods, each.at, config.timezone) };
  });
  return yield* planTrueUp(
    {
      ...{ closeId, periodId: period.periodId, later, posted: postedOf(past.sums.get(skuId) ?? []) },
      laterPeriods: periods.filter(({ startsOn }) => startsOn > period.endsOn).map(({ periodId }) => periodId),
      opening: opening.state,
      events: (past.events.get(skuId) ?? []).map(fromEventRow),
    },
    { ...rules, flows: opening.flows },
  );
}

/** A SKU that was not costed by periods lately has left no state at the last close: it is made again from its events. */
function* openingOf({ kept, earlier, flows }: Past, skuId: string, rules: PostingContext): Sliced<Posting> {
  const last = present(kept.get(skuId), `the kept state of ${skuId}`);
  const { from } = last;
  const since = (earlier.get(skuId) ?? []).filter(({ at }) => from === undefined || at >= from);
  const closed = closedFlows(flows.get(skuId)?.values() ?? []);
  return yield* postInSlices(last.state, since.map(fromEventRow), { ...rules, flows: closed });
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
  return present(found, `the period of ${at}`).periodId;
}

const lastOf = (end: Instant): Instant => fromMicros(toMicros(end) - 1n);

interface Appending {
  readonly row: CostStateRow;
  readonly books: Books;
  readonly timezone: string;
  readonly commandId: string;
}

/** A true-up stands at the last microsecond of its period; a correction at the first one of the period that it falls into. */
function recordsOf({ entries }: TrueUp, { row, books, timezone, commandId }: Appending): readonly CostRecordRow[] {
  const { period, periods } = books;
  return entries.map(({ periodId, record }, at) => {
    const later = periods.find((each) => each.periodId === periodId && periodId !== period.periodId);
    const moment =
      later === undefined ? lastOf(endOfDay(period.endsOn, timezone)) : startOfDay(later.startsOn, timezone);
    return closingRecord(record, { row, recordNo: row.recordCount + at + 1, periodId, at: moment, commandId });
  });
}

interface ClosingEntry {
  readonly row: CostStateRow;
  readonly recordNo: number;
  readonly periodId: string;
  readonly at: Instant;
  readonly commandId: string;
}

function closingRecord(record: CostRecord, { row, recordNo, periodId, at, commandId }: ClosingEntry): CostRecordRow {
  const { kind, account, quantity, value, causeId, subjectId } = record;
  const entry = { kind, account, quantity, value, eventId: causeId, subjectId, correctsId: null };
  const unmoved = { locationId: null, levelVersion: null, batchId: null, documentId: null, reservationId: null };
  const { skuId, strategy } = row;
  return { skuId, recordNo, ...entry, strategy, periodId, at, ...unmoved, commandId, reason: null };
}
