/** Accounting periods: made, frozen, unfrozen with a reason, and closed in their order. */
import type { CalendarDate } from '@granary/contracts/instant';
import { parseDate, plusDays } from '@granary/contracts/instant';
import type { Call } from '@granary/domain/call';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted, invalidInput, refused } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import type { CostPeriodRow, CostSnapshotRow } from '../entities/cost-period.ts';
import { lockAllStates } from '../persistence/cost-state-store.ts';
import {
  appendPeriod,
  changePeriod,
  findPeriod,
  findPeriodOf,
  lockPeriod,
  lockPeriods,
  readPeriods,
  readSnapshots,
} from '../persistence/period-store.ts';
import { freeMonthOf, overlaps } from '../rules/period-calendar.ts';
import { periodClosed, periodNotFound, periodOverlap } from '../rules/period-refusal.ts';
import { closePeriod } from './period-close.ts';
import type { CostEngine } from './cost-engine.ts';
import { newPeriod } from './posting-period.ts';

interface Keyed {
  readonly idempotencyKey?: string | undefined;
}

export interface PeriodCreateInput extends Keyed {
  /** The days when left out. */
  readonly name?: string | undefined;
  readonly startsOn: string;
  /** The last day of it. */
  readonly endsOn: string;
}

export interface PeriodInput extends Keyed {
  readonly periodId: string;
}

export interface UnfreezeInput extends PeriodInput {
  readonly reason: string;
}

/** Costs of many SKUs are looked at; whoever posts meanwhile waits, so it is still better short. */
const CLOSE_DEADLINE_MS = 600_000;

export function createPeriodService(stock: Engine, engine: CostEngine) {
  const parts = { stock, engine };
  return {
    create: (input: PeriodCreateInput, call: Call) => create(parts, input, call),
    freeze: (input: PeriodInput, call: Call) => freeze(parts, input, call),
    unfreeze: (input: UnfreezeInput, call: Call) => unfreeze(parts, input, call),
    close: (input: PeriodInput, call: Call) => close(parts, input, call),
    /** The period of today; undefined when there is none. */
    current: async (): Promise<CostPeriodRow | undefined> =>
      await stock.units.read(async (tx) => findPeriodOf(tx, dayOf(await tx.now(), engine.config.timezone))),
    get: async ({ periodId }: { periodId: string }): Promise<CostPeriodRow> =>
      await stock.units.read(async (tx) => {
        const row = await findPeriod(tx, periodId);
        if (row === undefined) throw periodNotFound(periodId);
        return row;
      }),
    list: async (): Promise<readonly CostPeriodRow[]> => await stock.units.read(readPeriods),
    /** What each SKU was when the period was closed. */
    snapshots: async ({ periodId }: { periodId: string }): Promise<readonly CostSnapshotRow[]> =>
      await stock.units.read((tx) => readSnapshots(tx, periodId)),
  };
}

interface Parts {
  readonly stock: Engine;
  readonly engine: CostEngine;
}

async function create({ stock, engine }: Parts, input: PeriodCreateInput, call: Call): Promise<CostPeriodRow> {
  const [startsOn, endsOn] = [dateOf(input.startsOn, 'startsOn'), dateOf(input.endsOn, 'endsOn')];
  if (endsOn < startsOn) throw invalidInput([{ path: 'endsOn', message: 'must not be before startsOn' }]);
  const { name = `${startsOn} to ${endsOn}` } = input;
  return await execute(stock, {
    procedure: 'period.create',
    input,
    call,
    lock: { scope: 'document', keys: ['period'] },
    decide: async (tx) => {
      await lockPeriods(tx);
      const draft = await draftNow(tx, stock);
      const periods = await readPeriods(tx);
      const other = periods.find((each) => overlaps(each, { startsOn, endsOn }));
      if (other !== undefined) return { draft, outcome: refused(periodOverlap(other)) };
      const namesake = periods.find((each) => each.name === name);
      const taken = `There is a period ${JSON.stringify(name)} already.`;
      if (namesake !== undefined) return { draft, outcome: refused(periodOverlap(namesake, taken)) };
      const closed = periods.find((each) => each.state === 'closed' && each.startsOn > startsOn);
      if (closed !== undefined) return { draft, outcome: refused(periodClosed(closed)) };
      const row = newPeriod({ periodId: engine.ids(), name, startsOn, endsOn, createdAt: draft.now });
      await appendPeriod(tx, row);
      return { draft, outcome: accepted(row), after: row };
    },
  });
}

interface Step {
  readonly procedure: string;
  readonly input: PeriodInput;
  readonly call: Call;
  /** Before the period is locked, as the global order wants it. */
  readonly before?: (tx: Tx) => Promise<void>;
  /** Undefined when there is nothing to do. */
  readonly to: (tx: Tx, row: CostPeriodRow) => Promise<Partial<CostPeriodRow> | undefined>;
}

/** One change of one period under its exclusive lock: whoever posts into it is waited for, or waits. */
async function changed({ stock }: Parts, { procedure, input, call, before, to }: Step): Promise<CostPeriodRow> {
  const { periodId } = input;
  return await execute(stock, {
    procedure,
    input,
    call,
    lock: { scope: 'document', keys: ['period'] },
    decide: async (tx) => {
      await before?.(tx);
      const row = await lockPeriod(tx, periodId);
      const draft = await draftNow(tx, stock);
      if (row === undefined) return { draft, outcome: refused(periodNotFound(periodId)) };
      const change = await to(tx, row);
      if (change === undefined) return { draft, outcome: accepted(row), before: row, after: row };
      const next = { ...row, ...change, version: row.version + 1 };
      await changePeriod(tx, next, row.version);
      return { draft, outcome: accepted(next), before: row, after: next };
    },
  });
}

async function freeze(parts: Parts, input: PeriodInput, call: Call): Promise<CostPeriodRow> {
  return await changed(parts, {
    ...{ procedure: 'period.freeze', input, call },
    to: async (tx, row) => {
      if (row.state === 'closed') throw periodClosed(row);
      if (row.state === 'frozen') return undefined;
      return { state: 'frozen', frozenAt: await tx.now(), frozenBy: call.caller.actor };
    },
  });
}

async function unfreeze(parts: Parts, input: UnfreezeInput, call: Call): Promise<CostPeriodRow> {
  const reason = input.reason.trim();
  if (reason === '')
    throw invalidInput([{ path: 'reason', message: 'is needed: books are opened again for a reason' }]);
  return await changed(parts, {
    ...{ procedure: 'period.unfreeze', input, call },
    to: async (_tx, row) => {
      if (row.state === 'closed') throw periodClosed(row);
      if (row.state === 'open') return undefined;
      return { state: 'open', frozenAt: null, frozenBy: null, unfreezeReason: reason };
    },
  });
}

/** Closed already is answered as it is. */
async function close(parts: Parts, input: PeriodInput, call: Call): Promise<CostPeriodRow> {
  const { engine } = parts;
  return await changed(parts, {
    ...{ procedure: 'period.close', input, call: { ...call, deadlineMs: CLOSE_DEADLINE_MS } },
    before: async (tx) => void (await lockAllStates(tx)),
    to: async (tx, period) => {
      if (period.state === 'closed') return undefined;
      // Again under the period's lock: whoever was posting a SKU that nobody had seen has committed by now.
      await closePeriod(tx, engine, { period, rows: await lockAllStates(tx) });
      await makeNext(tx, engine, period);
      return { state: 'closed', closedAt: await tx.now(), closedBy: call.caller.actor };
    },
  });
}

/** Only where no later one is there: a gap in which nothing moves is no gap. */
async function makeNext(tx: Tx, { config, ids }: CostEngine, { endsOn }: CostPeriodRow): Promise<void> {
  const day = plusDays(endsOn, 1);
  if (!config.createPeriods) return;
  await lockPeriods(tx);
  const periods = await readPeriods(tx);
  if (periods.some((each) => each.startsOn > endsOn)) return;
  await appendPeriod(tx, newPeriod({ ...freeMonthOf(day, periods), periodId: ids(), createdAt: await tx.now() }));
}

function dateOf(text: string, path: string): CalendarDate {
  const date = parseDate(text);
  if (date === undefined) throw invalidInput([{ path, message: 'must be a calendar date such as 2026-11-20' }]);
  return date;
}
