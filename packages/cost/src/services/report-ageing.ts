/** Stock ageing: how long ago what is held came in, now or at the end of any day. */
import type { AgeingInput, AgeingRow } from '@granary/contracts/cost-report';
import { formatMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { dayOf, endOfDay } from '@granary/domain/rules/calendar';
import type { Amount } from '../core/period.ts';
import type { CostState } from '../core/state.ts';
import { bySku, readStates } from '../persistence/cost-state-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { readStanding, sumLayers } from '../persistence/report-store.ts';
import { present } from '@granary/domain/refusal';
import { type Bucket, bucketsOf, layersByBucket, poolByBucket } from '../rules/report-ageing.ts';
import { NOTHING, plus } from '../rules/report-period.ts';
import type { CostEngine } from './cost-engine.ts';
import { type PastMoment, statesAt } from './report-past-states.ts';
import { cut, oneMore } from './report-books.ts';
import { type Keyed, numberKey, reportPage, type ReportPlace, SKUS_AT_ONCE } from './report-page.ts';

/** Of the past every event is costed again, so fewer SKUs are held in memory at once. */
const SKUS_REPLAYED = 50;

export function createAgeingReport(units: UnitOfWork, engine: CostEngine) {
  return {
    ageing: async (input: AgeingInput): Promise<Page<AgeingRow>> =>
      await reportPage<AgeingRow>(units, {
        ...{ list: `costReport.ageing ${input.by}`, input, parts: 2, groupParts: 1 },
        rows: (tx, place) => ageingRows(tx, engine, { input, place }),
      }),
  };
}

interface Asked {
  readonly input: AgeingInput;
  readonly place: ReportPlace;
}

interface AgedSku {
  readonly skuId: string;
  /** One for each bucket. */
  readonly sums: readonly Amount[];
}

async function* ageingRows(tx: Tx, engine: CostEngine, { input, place }: Asked): AsyncGenerator<Keyed<AgeingRow>> {
  const { on, by, bucketDays } = input;
  const { timezone } = engine.config;
  const buckets = bucketsOf(bucketDays, on ?? dayOf(await tx.now(), timezone), timezone);
  const past = on === undefined ? undefined : { until: endOfDay(on, timezone), all: await readPeriods(tx) };
  let totals: readonly Amount[] = buckets.map(() => NOTHING);
  for await (const { skuId, sums } of agedSkus(tx, engine, { input, place, buckets, past })) {
    if (by === 'sku') yield* rowsOf(skuId, { on, buckets, sums });
    else totals = totals.map((total, at) => plus(total, present(sums[at], 'the sum of a bucket')));
  }
  if (by === 'total') yield* rowsOf(null, { on, buckets, sums: totals });
}

interface Aged {
  readonly on: string | undefined;
  readonly buckets: readonly Bucket[];
  readonly sums: readonly Amount[];
}

/** Buckets that hold nothing have no row. */
function* rowsOf(skuId: string | null, { on, buckets, sums }: Aged): Generator<Keyed<AgeingRow>> {
  for (const [at, { fromDays, toDays }] of buckets.entries()) {
    const { quantity, value } = present(sums[at], 'the sum of a bucket');
    const row = { on: on ?? null, skuId, fromDays, toDays, quantity, value: formatMoney(value) };
    if (quantity !== 0) yield { key: [skuId ?? '', numberKey(fromDays)], row };
  }
}

interface Ageing extends Asked {
  readonly buckets: readonly Bucket[];
  readonly past: PastMoment | undefined;
}

async function* agedSkus(tx: Tx, engine: CostEngine, { input, place, buckets, past }: Ageing): AsyncGenerator<AgedSku> {
  const most = past === undefined ? SKUS_AT_ONCE : SKUS_REPLAYED;
  const [first, limit] = input.by === 'sku' ? [place.from?.[0], Math.min(place.atOnce, most)] : [undefined, most];
  for (let from = first; ;) {
    const range = { skuId: input.skuId, from, limit };
    const { rows, next } = cut(await readStanding(tx, oneMore(range)), range);
    const skuIds = rows.map(({ skuId }) => skuId);
    if (past === undefined) yield* await agedNow(tx, engine, { skuIds, buckets });
    else for (const state of await statesAt(tx, engine, { ...past, skuIds })) yield agedState(engine, state, buckets);
    if (next === undefined) return;
    from = next;
  }
}

async function agedNow(
  tx: Tx,
  engine: CostEngine,
  { skuIds, buckets }: { readonly skuIds: readonly string[]; readonly buckets: readonly Bucket[] },
): Promise<readonly AgedSku[]> {
  const states = await readStates(tx, skuIds);
  const since = buckets.flatMap((bucket) => bucket.since ?? []);
  const layers = bySku(await sumLayers(tx, skuIds, since));
  return states.map(({ skuId, strategy, value }) => {
    const own = layers.get(skuId) ?? [];
    const sums = buckets.map((_, at) => own.find(({ bucket }) => bucket === at) ?? NOTHING);
    return { skuId, sums: isPool(engine, strategy) ? poolByBucket(value, sums) : sums };
  });
}

function agedState(engine: CostEngine, state: CostState, buckets: readonly Bucket[]): AgedSku {
  const sums = layersByBucket(state, buckets);
  return { skuId: state.skuId, sums: isPool(engine, state.strategy) ? poolByBucket(state.value, sums) : sums };
}

const isPool = ({ strategies }: CostEngine, name: string): boolean => strategies.get(name).value === 'pool';
