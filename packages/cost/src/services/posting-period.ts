/** The period of each posting: held still until COMMIT, made on demand where the configuration says so, refused unless open. */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { dayOf } from '@granary/domain/rules/calendar';
import type { CostConfig } from '../config.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { appendPeriod, lockPeriods, readPeriods, sharePeriodOf } from '../persistence/period-store.ts';
import { present } from '@granary/domain/refusal';
import { freeMonthOf } from '../rules/period-calendar.ts';
import { periodClosed, periodNotFound, postingRefusal } from '../rules/period-refusal.ts';

export type PeriodOf = (at: Instant) => CostPeriodRow;

export interface PeriodParts {
  readonly config: CostConfig;
  readonly ids: () => string;
  readonly closing?: string;
  /** That of the earliest moment, where it is held already. */
  readonly held?: CostPeriodRow | undefined;
}

/** Asked after the cost states are locked, as the one global order wants it. */
export async function openPeriods(tx: Tx, parts: PeriodParts, moments: readonly Instant[]): Promise<PeriodOf> {
  const days = new Map([...new Set(moments)].map((at) => [at, dayOf(at, parts.config.timezone)]));
  const found: CostPeriodRow[] = [];
  const holding = (day: CalendarDate) => found.find((period) => covers(period, day));
  // In order, since two who post into the same periods must not wait for each other.
  for (const day of [...new Set(days.values())].toSorted()) {
    if (holding(day) === undefined) found.push(await openPeriod(tx, parts, day));
  }
  return (at) => {
    return present(holding(present(days.get(at), `the day of ${at}`)), `the period of ${at}`);
  };
}

async function openPeriod(tx: Tx, parts: PeriodParts, day: CalendarDate): Promise<CostPeriodRow> {
  const { held, closing } = parts;
  const known = held !== undefined && covers(held, day) ? held : await sharePeriodOf(tx, day);
  const period = known ?? (await makePeriod(tx, parts, day));
  const isOwn = period.state === 'frozen' && period.periodId === closing;
  const refusal = isOwn ? undefined : postingRefusal(period);
  if (refusal !== undefined) throw refusal;
  return period;
}

const covers = ({ startsOn, endsOn }: CostPeriodRow, day: CalendarDate): boolean => startsOn <= day && day <= endsOn;

/** Before a closed period nothing can begin any more: its opening would not be what it was. */
async function makePeriod(tx: Tx, { config, ids }: PeriodParts, day: CalendarDate): Promise<CostPeriodRow> {
  if (!config.createPeriods) throw periodNotFound(day);
  await lockPeriods(tx);
  // Whoever waited may find it made.
  const made = await sharePeriodOf(tx, day);
  if (made !== undefined) return made;
  const periods = await readPeriods(tx);
  const closed = periods.find(({ state, startsOn }) => state === 'closed' && startsOn > day);
  if (closed !== undefined) throw periodClosed(closed);
  const row = madeOnDemand({ ...freeMonthOf(day, periods), periodId: ids(), createdAt: await tx.now() });
  await appendPeriod(tx, row);
  return row;
}

type Made = Pick<CostPeriodRow, 'periodId' | 'name' | 'startsOn' | 'endsOn' | 'createdAt'>;

/** Its version counts the events that told of it, and a movement that makes a month on the way tells of none. */
const madeOnDemand = (facts: Made): CostPeriodRow => ({ ...newPeriod(facts), version: 0 });

export function newPeriod(facts: Made): CostPeriodRow {
  const unmarked = { frozenAt: null, frozenBy: null, unfreezeReason: null, closedAt: null, closedBy: null };
  return { ...facts, ...unmarked, state: 'open', version: 1 };
}
