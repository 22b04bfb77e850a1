/** What periods say of SKUs, period after period: closed ones from what their close has kept, others from the last close and the records since. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { type Instant, plusDays } from '@granary/contracts/instant';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { sumRecords } from '../persistence/close-store.ts';
import { bySku } from '../persistence/cost-state-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { readClosed, readClosings, readStanding, sumMoves, type SkuRange } from '../persistence/report-store.ts';
import { present } from '@granary/domain/refusal';
import { periodNotFound } from '../rules/period-refusal.ts';
import { isNothing, NOTHING, type PeriodBook, plus, totalOf } from '../rules/report-period.ts';
import { type ReportPlace, SKUS_AT_ONCE } from './report-page.ts';

export interface BookQuery {
  readonly periodId?: string | undefined;
  readonly skuId?: string | undefined;
  readonly by?: 'sku' | 'period' | undefined;
}

/** The periods asked for, from that of an earlier page on; one that is asked for by a wrong id is refused. */
export async function periodsAsked(
  tx: Tx,
  { periodId }: Pick<BookQuery, 'periodId'>,
  from?: string,
): Promise<{ readonly asked: readonly CostPeriodRow[]; readonly all: readonly CostPeriodRow[] }> {
  const all = await readPeriods(tx);
  const asked = all.filter((each) => periodId === undefined || each.periodId === periodId);
  if (periodId !== undefined && asked.length === 0) throw periodNotFound(periodId);
  return { all, asked: asked.filter(({ startsOn }) => from === undefined || startsOn >= from) };
}

export async function* readBooks(tx: Tx, query: BookQuery, place: ReportPlace): AsyncGenerator<PeriodBook> {
  if (query.by !== 'period') {
    for await (const books of readBookChunks(tx, query, place)) yield* books;
    return;
  }
  const { all, asked } = await periodsAsked(tx, query, place.from?.[0]);
  const range = { skuId: query.skuId, limit: SKUS_AT_ONCE };
  for (const period of asked) {
    let total = totalOf(period, []);
    for await (const books of booksOf(tx, { all, period, range })) total = totalOf(period, [total, ...books]);
    yield total;
  }
}

/** The same SKU by SKU, some of one period at a time. */
export async function* readBookChunks(
  tx: Tx,
  query: Pick<BookQuery, 'periodId' | 'skuId'>,
  { from, atOnce }: ReportPlace,
): AsyncGenerator<readonly PeriodBook[]> {
  const [startsOn, fromSku] = from ?? [];
  const { all, asked } = await periodsAsked(tx, query, startsOn);
  for (const period of asked) {
    const start = period.startsOn === startsOn ? fromSku : undefined;
    yield* booksOf(tx, { all, period, range: { skuId: query.skuId, from: start, limit: atOnce } });
  }
}

interface OnePeriod {
  readonly all: readonly CostPeriodRow[];
  readonly period: CostPeriodRow;
  readonly range: SkuRange;
}

async function* booksOf(tx: Tx, { all, period, range }: OnePeriod): AsyncGenerator<readonly PeriodBook[]> {
  const load = period.state === 'closed' ? closedBooks : openBooks;
  for (let from = range.from; ;) {
    const { books, next } = await load(tx, { all, period, range: { ...range, from } });
    yield books;
    if (next === undefined) return;
    from = next;
  }
}

interface Books {
  readonly books: readonly PeriodBook[];
  readonly next: string | undefined;
}

async function closedBooks(tx: Tx, { period, range }: OnePeriod): Promise<Books> {
  const { periodId } = period;
  const { rows, next } = cut(await readClosed(tx, periodId, oneMore(range)), range);
  const sums = bySku(await sumRecords(tx, { periodId, skuIds: rows.map(({ skuId }) => skuId) }));
  const books = rows.map(({ skuId, opening, closing }) => ({
    ...{ period, skuId, opening, closing, sums: sums.get(skuId) ?? [] },
  }));
  return { books, next };
}

async function openBooks(tx: Tx, { all, period, range }: OnePeriod): Promise<Books> {
  const { rows, next } = cut(await readStanding(tx, oneMore(range)), range);
  const skuIds = rows.map(({ skuId }) => skuId);
  const openings = await standingAt(tx, skuIds, { all, on: plusDays(period.startsOn, -1) });
  const sums = bySku(await sumRecords(tx, { periodId: period.periodId, skuIds }));
  const books = skuIds.flatMap((skuId): PeriodBook[] => {
    const opening = present(openings.get(skuId), 'the opening of a SKU');
    const own = sums.get(skuId) ?? [];
    if (isNothing(opening) && own.length === 0) return [];
    return [{ period, skuId, opening, closing: own.reduce(plus, opening), sums: own }];
  });
  return { books, next };
}

/** With the one behind the last the next round begins. */
export const oneMore = (range: SkuRange): SkuRange => ({ ...range, limit: range.limit + 1 });

export function cut<Row extends { readonly skuId: string }>(rows: readonly Row[], { limit }: SkuRange) {
  return { rows: rows.slice(0, limit), next: rows[limit]?.skuId };
}

/** A day at whose end something is asked for, and the periods that there are. */
export interface ReportDay {
  readonly on: string;
  /** The end of it; left out where it ends a period, or lies in none. */
  readonly until?: Instant | undefined;
  readonly all: readonly CostPeriodRow[];
}

/** What some SKUs were at the end of a day: the last close before it, and the records since. */
export async function standingAt(tx: Tx, skuIds: readonly string[], { on, until, all }: ReportDay) {
  const { closed, since } = sinceClose(all, on);
  const base = closed === undefined ? new Map() : await readClosings(tx, closed.periodId, skuIds);
  const moves = await sumMoves(tx, { periodIds: since.map(({ periodId }) => periodId), skuIds, until });
  return new Map(skuIds.map((skuId) => [skuId, plus(base.get(skuId) ?? NOTHING, moves.get(skuId) ?? NOTHING)]));
}

/** The last close that a day has behind it, and the periods that have begun since. */
function sinceClose(all: readonly CostPeriodRow[], day: string) {
  const closed = all.findLast(({ state, endsOn }) => state === 'closed' && endsOn <= day);
  const since = all.filter(({ startsOn }) => startsOn <= day && (closed === undefined || startsOn > closed.endsOn));
  return { closed, since };
}
