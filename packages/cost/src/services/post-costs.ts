/** How everything is costed that changes what a SKU is worth: load it under its lock, let the core decide, write. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import type { CostRecord } from '../core/record.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import { type CostWrite, writeCosts } from '../persistence/cost-write-store.ts';
import { writeRecost } from '../persistence/recost-store.ts';
import { invariant, present } from '@granary/domain/refusal';
import { toEventRow } from '../rules/event-text.ts';
import type { CostEngine, Posted, Work } from './cost-engine.ts';
import { type BooksAhead, lockBooks } from './lock-books.ts';
import { withOpenings } from './open-books.ts';
import { planCosts } from './plan-costs.ts';
import type { PlannedSku } from './planned-sku.ts';
import { openPeriods, type PeriodOf } from './posting-period.ts';

/** For whoever moved no stock. All SKUs or none: a refusal is thrown, and takes the whole unit of work with it. */
export async function postCosts(tx: Tx, engine: CostEngine, work: Work): Promise<ReadonlyMap<string, PlannedSku>> {
  return await postMoved(tx, engine, { work, changes: [] });
}

interface Moved {
  readonly work: Work;
  /** All that this unit of work moved, also where that costs nothing. */
  readonly changes: readonly OnHandChange[];
  readonly ahead?: BooksAhead | undefined;
}

export async function postMoved(
  tx: Tx,
  engine: CostEngine,
  { work: asked, changes, ahead }: Moved,
): Promise<ReadonlyMap<string, PlannedSku>> {
  const { rows, held, read } = await lockBooks(tx, engine, { work: asked, ahead });
  const work = await withOpenings(tx, engine, { rows, work: asked, changes });
  const plans = await planCosts(tx, engine, { work, rows, read });
  const moments = [...plans.values()].flatMap((plan) => plan.moments);
  const periodOf = await openPeriods(tx, { ...engine, held }, moments);
  const writes = [...plans].map(([skuId, plan]): CostWrite => {
    const { row, before, after, flowsBefore, flowsAfter, events } = plan;
    const records = recordsOf(plan, {
      posted: present(work.get(skuId), 'the work of a SKU'),
      periodOf,
      commandId: tx.commandId,
    });
    const lastAt = latest(
      row.lastAt,
      events.map(({ at }) => at),
    );
    const appended = { events: events.map((event) => toEventRow(skuId, event)), records };
    return { row, before, after, flowsBefore, flowsAfter, lastAt, ...appended };
  });
  await writeCosts(tx, writes);
  for (const { recost } of plans.values()) if (recost !== undefined) await writeRecost(tx, recost);
  return plans;
}

interface Recording {
  readonly posted: readonly Posted[];
  readonly periodOf: PeriodOf;
  readonly commandId: string;
}

/** What the events made, each with its movement; then what they changed of what was posted before. */
function recordsOf(plan: PlannedSku, { posted, periodOf, commandId }: Recording): readonly CostRecordRow[] {
  const { row } = plan;
  const { skuId } = row;
  const strategyNow = strategiesAlong(row.strategy, posted);
  let recordNo = row.recordCount;
  const numbered = (record: CostRecord, facts: Facts): CostRecordRow => {
    recordNo += 1;
    return recordRow(record, facts, { skuId, recordNo, periodId: periodOf(facts.at).periodId });
  };
  const own = plan.posted.flatMap(({ records }, at) => {
    const each = posted[at];
    invariant(each !== undefined, `an event of ${row.skuId} was posted that nobody gave`);
    const facts = factsOf(each, { strategy: present(strategyNow[at], 'the strategy of an event'), commandId });
    return records.map((record) => numbered(record, facts));
  });
  const unmoved = { locationId: null, levelVersion: null, batchId: null, documentId: null, reservationId: null };
  const [cause] = posted;
  const of = { ...unmoved, documentId: cause?.change?.documentId ?? null, reason: cause?.reason ?? null };
  const corrections = plan.corrections.map(({ at, ...record }) =>
    numbered(record, { ...of, at, strategy: row.strategy, commandId }),
  );
  return [...own, ...corrections];
}

type Place = Pick<CostRecordRow, 'skuId' | 'recordNo' | 'periodId'>;

/** Field by field: rows are made by the hundred under lock, and objects put together from others take several times as long. */
function recordRow(record: CostRecord, facts: Facts, place: Place): CostRecordRow {
  return {
    skuId: place.skuId,
    recordNo: place.recordNo,
    kind: record.kind,
    account: record.account,
    quantity: record.quantity,
    value: record.value,
    eventId: record.causeId,
    subjectId: record.subjectId,
    correctsId: record.correctsId ?? null,
    strategy: facts.strategy,
    periodId: place.periodId,
    at: facts.at,
    locationId: facts.locationId,
    levelVersion: facts.levelVersion,
    batchId: facts.batchId,
    documentId: facts.documentId,
    reservationId: facts.reservationId,
    commandId: facts.commandId,
    reason: facts.reason,
  };
}

type Facts = Omit<
  CostRecordRow,
  'skuId' | 'recordNo' | 'periodId' | 'eventId' | 'subjectId' | 'correctsId' | 'kind' | 'account' | 'quantity' | 'value'
>;

function factsOf(
  { event, change, reason = null }: Posted,
  { strategy, commandId }: { strategy: string; commandId: string },
): Facts {
  return {
    at: event.at,
    strategy,
    commandId,
    reason,
    locationId: change?.locationId ?? null,
    levelVersion: change?.version ?? null,
    batchId: change?.batchId ?? null,
    documentId: change?.documentId ?? null,
    reservationId: change?.reservationId ?? null,
  };
}

/** The strategy after each event. */
function strategiesAlong(first: string, posted: readonly Posted[]): readonly string[] {
  let strategy = first;
  return posted.map(({ event }) => (strategy = event.type === 'switch' ? event.strategy : strategy));
}

function latest(known: Instant | null, moments: readonly Instant[]): Instant | null {
  return moments.reduce<Instant | null>((last, at) => (last === null || at > last ? at : last), known);
}
