/** Accounting periods: made, frozen, unfrozen with a reason, and closed in their order. */
import type { CalendarDate } from '@granary/contracts/instant';
import { parseDate } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type {
  PeriodCloseInput,
  PeriodCreateInput,
  PeriodFreezeInput,
  PeriodListInput,
  PeriodSnapshot,
  PeriodSnapshotsInput,
  PeriodUnfreezeInput,
} from '@granary/contracts/period';
import type { Call } from '@granary/domain/call';
import { pageOf } from '@granary/domain/persistence/page';
import { accepted, invalidInput, refused } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import { draftNow, execute } from '@granary/domain/services/execution';
import type { CostPeriodRow, CostSnapshotRow } from '../entities/cost-period.ts';
import {
  appendPeriod,
  findPeriod,
  findPeriodOf,
  listPeriods,
  listSnapshots,
  lockPeriods,
  readPeriods,
} from '../persistence/period-store.ts';
import { overlaps } from '../rules/period-calendar.ts';
import { periodFact } from '../rules/period-fact.ts';
import { periodClosed, periodNotFound, periodOverlap } from '../rules/period-refusal.ts';
import { closePeriod, type ClosingParts } from './period-closing.ts';
import { freezePeriod, unfreezePeriod } from './period-freezing.ts';
import { newPeriod } from './posting-period.ts';

export function createPeriodService(parts: ClosingParts) {
  const { stock, engine } = parts;
  return {
    create: (input: PeriodCreateInput, call: Call) => create(parts, input, call),
    freeze: (input: PeriodFreezeInput, call: Call) => freezePeriod(stock, { input, call }),
    unfreeze: (input: PeriodUnfreezeInput, call: Call) => unfreezePeriod(stock, input, call),
    close: (input: PeriodCloseInput, call: Call) => closePeriod(parts, { input, call }),
    /** The period of today; null when there is none. */
    current: async (): Promise<{ readonly period: CostPeriodRow | null }> =>
      await stock.units.read(async (tx) => {
        const day = dayOf(await tx.now(), engine.config.timezone);
        return { period: (await findPeriodOf(tx, day)) ?? null };
      }),
    get: async ({ periodId }: { periodId: string }): Promise<CostPeriodRow> =>
      await stock.units.read(async (tx) => {
        const row = await findPeriod(tx, periodId);
        if (row === undefined) throw periodNotFound(periodId);
        return row;
      }),
    /** Newest first. */
    list: async (input: PeriodListInput): Promise<Page<CostPeriodRow>> =>
      await stock.units.read((tx) =>
        pageOf({
          list: 'period.list',
          input,
          keyOf: ({ startsOn }) => [startsOn],
          load: ([before] = [], limit) => listPeriods(tx, { state: input.state, before, limit }),
        }),
      ),
    /** What each SKU was when the period was closed, by SKU; nothing of one that is open. */
    snapshots: async (input: PeriodSnapshotsInput): Promise<Page<PeriodSnapshot>> => {
      const { periodId } = input;
      const page = await stock.units.read(async (tx) => {
        if ((await findPeriod(tx, periodId)) === undefined) throw periodNotFound(periodId);
        return await pageOf<CostSnapshotRow>({
          list: 'period.snapshots',
          input,
          keyOf: ({ skuId }) => [skuId],
          load: ([after] = [], limit) => listSnapshots(tx, { periodId, after, limit }),
        });
      });
      return { ...page, items: page.items.map(toSnapshot) };
    },
  };
}

/** Without the state, which is for the next close alone. */
function toSnapshot({ state: _state, averageCost, ...row }: CostSnapshotRow): PeriodSnapshot {
  return {
    ...row,
    openingValue: formatMoney(row.openingValue),
    inboundValue: formatMoney(row.inboundValue),
    outboundValue: formatMoney(row.outboundValue),
    allocatedValue: formatMoney(row.allocatedValue),
    closingValue: formatMoney(row.closingValue),
    averageCost: averageCost === null ? null : formatMoney(averageCost),
  };
}

async function create({ stock, engine }: ClosingParts, input: PeriodCreateInput, call: Call): Promise<CostPeriodRow> {
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
      const { commandId } = tx;
      draft.facts.push(periodFact('cost.period.created', { before: null, after: row, commandId }));
      return { draft, outcome: accepted(row), after: row };
    },
  });
}

function dateOf(text: string, path: string): CalendarDate {
  const date = parseDate(text);
  if (date === undefined) throw invalidInput([{ path, message: 'must be a calendar date such as 2026-11-20' }]);
  return date;
}
