/** What a receipt or an issue of the past would change if it were told now: periods, cost of sales and value. Nothing is written. */
import { type Instant, parseInstant } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { invalidInput, unknownSku } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import type { CostEvent } from '../core/event.ts';
import { sumOf } from '../core/record.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { postingRefusal } from '../rules/period-refusal.ts';
import type { CostEngine } from './cost-engine.ts';
import { planCosts, type PlannedSku } from './plan-costs.ts';

export interface PreviewInput {
  readonly skuId: string;
  readonly type: 'receipt' | 'issue';
  readonly quantity: number;
  /** Of a receipt; what a unit costs now when left out. */
  readonly unitCost?: string | undefined;
  readonly occurredAt: string;
}

export interface PreviewedPeriod {
  /** The name of the period, or the day for which none is made yet. */
  readonly period: string;
  /** What the cost of sales of the period would rise by. */
  readonly costOfSales: string;
  /** What the value of stock would rise by. */
  readonly value: string;
  /** Rows that would be appended. */
  readonly records: number;
}

export interface Preview {
  readonly skuId: string;
  readonly valueBefore: string;
  readonly valueAfter: string;
  readonly corrections: number;
  readonly periods: readonly PreviewedPeriod[];
}

const PREVIEW_DEADLINE_MS = 60_000;

export function createCostPreview(units: UnitOfWork, engine: CostEngine) {
  return async (input: PreviewInput): Promise<Preview> => {
    const event = eventOf(input, engine);
    const { skuId } = input;
    return await units.read(async (tx) => {
      if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
      const plans = await planCosts(tx, engine, { work: new Map([[skuId, [{ event }]]]), isLocked: false });
      const plan = plans.get(skuId);
      if (plan === undefined) throw new Error(`nothing was planned for ${skuId}`);
      return preview(plan, { event, periods: await readPeriods(tx), timezone: engine.config.timezone });
    }, PREVIEW_DEADLINE_MS);
  };
}

function eventOf({ type, quantity, unitCost, occurredAt }: PreviewInput, { ids }: CostEngine): CostEvent {
  const at = parseInstant(occurredAt);
  if (at === undefined)
    throw invalidInput([{ path: 'occurredAt', message: 'must be an ISO 8601 time with an offset' }]);
  const stamp = { id: ids(), at, quantity };
  if (type === 'issue') return { type, ...stamp, account: 'cost_of_sales', owed: 0 };
  const value = unitCost === undefined ? {} : { value: parseMoney(unitCost) * BigInt(quantity) };
  return { type, ...stamp, ...value, account: 'purchases', settles: 0 };
}

interface Setting {
  readonly event: CostEvent;
  readonly periods: readonly CostPeriodRow[];
  readonly timezone: string;
}

function preview(plan: PlannedSku, { event, periods, timezone }: Setting): Preview {
  const periodOf = (at: Instant) => {
    const day = dayOf(at, timezone);
    return periods.find(({ startsOn, endsOn }) => startsOn <= day && day <= endsOn) ?? day;
  };
  for (const at of plan.moments) {
    const period = periodOf(at);
    const refusal = typeof period === 'string' ? undefined : postingRefusal(period);
    if (refusal !== undefined) throw refusal;
  }
  const own = plan.posted.flatMap(({ records }) => records.map((record) => ({ ...record, at: event.at })));
  const grouped = new Map<string, (typeof own)[number][]>();
  for (const record of [...own, ...plan.corrections]) {
    const period = periodOf(record.at);
    const name = typeof period === 'string' ? period : period.name;
    grouped.set(name, [...(grouped.get(name) ?? []), record]);
  }
  return {
    skuId: plan.row.skuId,
    valueBefore: formatMoney(plan.before.value),
    valueAfter: formatMoney(plan.after.value),
    corrections: plan.corrections.length,
    periods: [...grouped].map(([period, records]) => ({
      ...{ period, records: records.length, value: formatMoney(sumOf(records)) },
      costOfSales: formatMoney(-sumOf(records, 'cost_of_sales')),
    })),
  };
}
