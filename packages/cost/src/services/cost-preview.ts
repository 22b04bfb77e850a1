/** What a receipt or an issue of the past, or a late cost, would change if it were told now: periods, cost of sales and value. Nothing is written. */
import type { CostPreview, CostPreviewInput } from '@granary/contracts/cost';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { invariant, unknownSku } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import type { CostEvent } from '../core/event.ts';
import { type CostRecord, sumOf } from '../core/record.ts';
import { inSlices, type Sliced } from '../core/slices.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readOrEmpty } from '../persistence/cost-state-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { inOrder } from '../rules/backdating.ts';
import { postingRefusal } from '../rules/period-refusal.ts';
import type { CostEngine, Work } from './cost-engine.ts';
import { inTurns } from './in-turns.ts';
import { withOpenings } from './open-books.ts';
import { planCosts } from './plan-costs.ts';
import { previewPast } from './plan-past.ts';
import type { PlannedSku } from './planned-sku.ts';
import { previewedEvent } from './previewed-event.ts';

const PREVIEW_DEADLINE_MS = 60_000;

export function createCostPreview(units: UnitOfWork, engine: CostEngine) {
  return async (input: CostPreviewInput): Promise<CostPreview> => {
    const { skuId } = input;
    const { plan, setting } = await units.read(async (tx) => {
      if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
      const event = await previewedEvent(tx, engine, input);
      const rows = await readOrEmpty(tx, [skuId], engine.config.defaultStrategy);
      const work = await withOpenings(tx, engine, { rows, work: new Map([[skuId, [{ event }]]]), changes: [] });
      const setting = { event, periods: await readPeriods(tx), timezone: engine.config.timezone };
      return { plan: await planOne(tx, engine, { skuId, rows, work }), setting };
    }, PREVIEW_DEADLINE_MS);
    // A long past takes seconds: decided when nothing is open, and in turns with whatever else the process is asked.
    return await inTurns(preview(await plan(), setting));
  };
}

interface One {
  readonly skuId: string;
  readonly rows: ReadonlyMap<string, CostStateRow>;
  readonly work: Work;
}

async function planOne(tx: Tx, engine: CostEngine, { skuId, rows, work }: One): Promise<() => Promise<PlannedSku>> {
  const [row, said] = [rows.get(skuId), work.get(skuId)];
  invariant(row !== undefined && said !== undefined, `nothing is known of ${skuId}`);
  const events = said.map((each) => each.event);
  if (inOrder(row.lastAt, events) === undefined) return await previewPast(tx, engine, { row, said });
  const plan = (await planCosts(tx, engine, { work, rows })).get(skuId);
  invariant(plan !== undefined, `nothing was planned for ${skuId}`);
  return () => Promise.resolve(plan);
}

interface Setting {
  readonly event: CostEvent;
  readonly periods: readonly CostPeriodRow[];
  readonly timezone: string;
}

function* preview(plan: PlannedSku, { event, periods, timezone }: Setting): Sliced<CostPreview> {
  const periodOf = (at: Instant) => {
    const day = dayOf(at, timezone);
    return periods.find(({ startsOn, endsOn }) => startsOn <= day && day <= endsOn) ?? day;
  };
  yield* inSlices(plan.moments, (at) => {
    const period = periodOf(at);
    const refusal = typeof period === 'string' ? undefined : postingRefusal(period);
    if (refusal !== undefined) throw refusal;
  });
  const grouped = new Map<string, CostRecord[]>();
  const put = (record: CostRecord, at: Instant) => {
    const period = periodOf(at);
    const name = typeof period === 'string' ? period : period.name;
    const same = grouped.get(name) ?? [];
    same.push(record);
    grouped.set(name, same);
  };
  for (const { records } of plan.posted) for (const record of records) put(record, event.at);
  yield* inSlices(plan.corrections, (record) => put(record, record.at));
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
