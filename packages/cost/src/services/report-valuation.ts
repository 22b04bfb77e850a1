/** What stock is worth, now or at the end of any day: from what is held now, or from the last close before that day and the records since. */
import type { ValuationInput, ValuationRow } from '@granary/contracts/cost-report';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { endOfDay } from '@granary/domain/rules/calendar';
import type { Amount } from '../core/period.ts';
import { bySku } from '../persistence/cost-state-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { readPlaces, readPlacesAt, readStanding, type SkuRange } from '../persistence/report-store.ts';
import { compareBytes } from '@granary/domain/rules/byte-order';
import { present } from '@granary/domain/refusal';
import { isNothing, meanOf, NOTHING, plus } from '../rules/report-period.ts';
import { valuedPlaces } from '../rules/report-valuation.ts';
import type { CostEngine } from './cost-engine.ts';
import { cut, oneMore, type ReportDay, standingAt } from './report-books.ts';
import { type Keyed, reportPage, type ReportPlace, SKUS_AT_ONCE } from './report-page.ts';

interface ValuedSku extends Amount {
  readonly skuId: string;
}

export function createValuationReport(units: UnitOfWork, engine: CostEngine) {
  return {
    valuation: async (input: ValuationInput): Promise<Page<ValuationRow>> =>
      await reportPage<ValuationRow>(units, {
        ...{ list: `costReport.valuation ${input.by}`, input, parts: 2, groupParts: 1 },
        rows: (tx, place) => valuationRows(tx, engine, { input, place }),
      }),
  };
}

interface Asked {
  readonly input: ValuationInput;
  readonly place: ReportPlace;
}

async function* valuationRows(
  tx: Tx,
  { config }: CostEngine,
  { input, place }: Asked,
): AsyncGenerator<Keyed<ValuationRow>> {
  const { on, by, skuId } = input;
  const day = on === undefined ? undefined : await reportDay(tx, on, config.timezone);
  const isWhole = by === 'total' || by === 'location';
  const range = { skuId, from: isWhole ? undefined : place.from?.[0], limit: isWhole ? SKUS_AT_ONCE : place.atOnce };
  const sums = new Map<string | null, Amount>(by === 'total' ? [[null, NOTHING]] : []);
  for await (const skus of valuedSkus(tx, range, day)) {
    const places = by === 'place' || by === 'location' ? await placesOf(tx, skus, day) : undefined;
    for (const sku of skus) {
      const parts = places?.get(sku.skuId) ?? [{ ...sku, locationId: null }];
      for (const part of parts) {
        if (isWhole) sums.set(part.locationId, plus(sums.get(part.locationId) ?? NOTHING, part));
        else yield rowOf(on, { skuId: sku.skuId, ...part });
      }
    }
  }
  const ends = [...sums].map(([locationId, sum]) => rowOf(on, { skuId: null, locationId, ...sum }));
  yield* ends.toSorted((a, b) => compareBytes(present(a.key[1], 'a key'), present(b.key[1], 'a key')));
}

type Part = Amount & Pick<ValuationRow, 'skuId' | 'locationId'>;

/** Goods on their way come behind every location: no name of one sorts behind the last character there is. */
const LAST = '\u{10ffff}';

function rowOf(on: string | undefined, { skuId, locationId, quantity, value }: Part): Keyed<ValuationRow> {
  const amounts = { quantity, value: formatMoney(value), averageCost: meanOf({ quantity, value }) };
  return { key: [skuId ?? '', locationId ?? LAST], row: { on: on ?? null, skuId, locationId, ...amounts } };
}

interface WholeDay extends ReportDay {
  readonly until: Instant;
}

async function reportDay(tx: Tx, on: string, timezone: string): Promise<WholeDay> {
  return { on, until: endOfDay(on, timezone), all: await readPeriods(tx) };
}

/** All SKUs that are worth something or are there, some at a time. */
async function* valuedSkus(tx: Tx, range: SkuRange, day: WholeDay | undefined): AsyncGenerator<readonly ValuedSku[]> {
  for (let from = range.from; ;) {
    const { rows, next } = cut(await readStanding(tx, oneMore({ ...range, from })), range);
    yield (day === undefined ? rows : await asOf(tx, rows, day)).filter((sku) => !isNothing(sku));
    if (next === undefined) return;
    from = next;
  }
}

async function asOf(tx: Tx, rows: readonly ValuedSku[], day: WholeDay): Promise<readonly ValuedSku[]> {
  const skuIds = rows.map(({ skuId }) => skuId);
  const standing = await standingAt(tx, skuIds, day);
  return skuIds.map((skuId) => ({ skuId, ...present(standing.get(skuId), 'what stood of a SKU') }));
}

async function placesOf(tx: Tx, skus: readonly ValuedSku[], day: WholeDay | undefined) {
  const skuIds = skus.map(({ skuId }) => skuId);
  const places = bySku(
    day === undefined ? await readPlaces(tx, skuIds) : await readPlacesAt(tx, skuIds, momentOf(day)),
  );
  return new Map(skus.map((sku) => [sku.skuId, valuedPlaces(sku, places.get(sku.skuId) ?? [])]));
}

/** What somebody tells later of a closed period (a transfer, which costs nothing, can be) is none of its report. */
function momentOf({ on, until, all }: WholeDay) {
  const holding = all.find(({ endsOn }) => endsOn >= on);
  return { until, knownBy: holding?.closedAt ?? undefined };
}
