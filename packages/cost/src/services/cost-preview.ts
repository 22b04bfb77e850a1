/** What a receipt or an issue of the past would change if it were told now: periods, cost of sales and value. Nothing is written. */
import type { CostPreview, CostPreviewInput } from '@granary/contracts/cost';
import { type Instant, parseInstant } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { invalidInput, unknownSku } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import { inTheFuture, isFuture } from '@granary/domain/services/execution';
import type { CostEvent } from '../core/event.ts';
import { sumOf } from '../core/record.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readOrEmpty } from '../persistence/cost-state-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { inOrder } from '../rules/backdating.ts';
import { postingRefusal } from '../rules/period-refusal.ts';
import type { CostEngine, Work } from './cost-engine.ts';
import { withOpenings } from './open-books.ts';
import { planCosts } from './plan-costs.ts';
import { previewPast } from './plan-past.ts';
import type { PlannedSku } from './planned-sku.ts';

const PREVIEW_DEADLINE_MS = 60_000;

export function createCostPreview(units: UnitOfWork, engine: CostEngine) {
  return async (input: CostPreviewInput): Promise<CostPreview> => {
    const event = eventOf(input, engine);
    const { skuId } = input;
    const decide = await units.read(async (tx) => {
      if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
      if (isFuture(event.at, await tx.now())) throw inTheFuture();
      const rows = await readOrEmpty(tx, [skuId], engine.config.defaultStrategy);
      const work = await withOpenings(tx, engine, { rows, work: new Map([[skuId, [{ event }]]]), changes: [] });
      const setting = { event, periods: await readPeriods(tx), timezone: engine.config.timezone };
      const plan = await planOne(tx, engine, { skuId, rows, work });
      return () => preview(plan(), setting);
    }, PREVIEW_DEADLINE_MS);
    return decide();
  };
}

interface One {
  readonly skuId: string;
  readonly rows: ReadonlyMap<string, CostStateRow>;
  readonly work: Work;
}

async function planOne(tx: Tx, engine: CostEngine, { skuId, rows, work }: One): Promise<() => PlannedSku> {
  const [row, said] = [rows.get(skuId), work.get(skuId)];
  if (row === undefined || said === undefined) throw new Error(`nothing is known of ${skuId}`);
  const events = said.map((each) => each.event);
  if (inOrder(row.lastAt, events) === undefined) return await previewPast(tx, engine, { row, said });
  const plan = (await planCosts(tx, engine, { work, rows })).get(skuId);
  if (plan === undefined) throw new Error(`nothing was planned for ${skuId}`);
  return () => plan;
}

function eventOf({ type, quantity, unitCost, occurredAt }: CostPreviewInput, { ids }: CostEngine): CostEvent {
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

function preview(plan: PlannedSku, { event, periods, timezone }: Setting): CostPreview {
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
    const same = grouped.get(name) ?? [];
    same.push(record);
    grouped.set(name, same);
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
