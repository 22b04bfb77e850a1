/** Reading costs: what a unit costs on average, what stock is worth and where, and every record. */
import { formatMoney } from '@granary/contracts/money';
import type { Page, PageInput } from '@granary/contracts/page';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import { pageOf } from '@granary/domain/persistence/page';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { unknownSku } from '@granary/domain/refusal';
import { splitAmount } from '../core/split.ts';
import { currentCost, unitCostOf } from '../core/state.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { listRecords, readWhereabouts, type RecordQuery, type Whereabouts } from '../persistence/cost-read-store.ts';
import { bySku, rateOf, readStates } from '../persistence/cost-state-store.ts';

export interface AverageCost {
  readonly skuId: string;
  readonly strategy: string;
  readonly quantity: number;
  readonly value: string;
  /** Half up at 6 decimals; what a unit last cost when none is held, null when none ever had a cost. */
  readonly averageCost: string | null;
}

export interface ValuedLocation {
  /** Null for goods on their way. */
  readonly locationId: string | null;
  readonly quantity: number;
  readonly value: string;
}

export interface ValuedSku extends AverageCost {
  readonly owedQuantity: number;
  readonly owedValue: string;
  /** Where it lies: the value by quantity, the last one taking the residue. */
  readonly locations?: readonly ValuedLocation[];
}

export interface InventoryValue {
  /** Of all SKUs that were asked for, exactly. */
  readonly total: string;
  readonly items: readonly ValuedSku[];
}

export interface InventoryInput {
  /** All when left out. */
  readonly skuIds?: readonly string[] | undefined;
  readonly byLocation?: boolean | undefined;
}

export type RecordsInput = Omit<RecordQuery, 'after' | 'limit'> & PageInput;

/** A record as it is kept, its value as a decimal string. */
export type CostRecordAnswer = Omit<CostRecordRow, 'value'> & { readonly value: string };

const REPORT_DEADLINE_MS = 60_000;

export function createCostReader(units: UnitOfWork) {
  return {
    averageCost: async ({ skuId }: { skuId: string }): Promise<AverageCost> =>
      await units.read(async (tx) => {
        const [row] = await readStates(tx, [skuId]);
        if (row !== undefined) return averageOf(row);
        if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
        return { skuId, strategy: '', quantity: 0, value: '0.00', averageCost: null };
      }),
    inventoryValue: async ({ skuIds, byLocation = false }: InventoryInput = {}): Promise<InventoryValue> =>
      await units.read(async (tx) => {
        const rows = await readStates(tx, skuIds);
        const places = byLocation
          ? await readWhereabouts(
              tx,
              rows.map(({ skuId }) => skuId),
            )
          : [];
        const placesOf = bySku(places);
        const total = rows.reduce((sum, { value }) => sum + value, 0n);
        const items = rows.map((row) => valued(row, byLocation ? (placesOf.get(row.skuId) ?? []) : undefined));
        return { total: formatMoney(total), items };
      }, REPORT_DEADLINE_MS),
    records: async (input: RecordsInput): Promise<Page<CostRecordAnswer>> => {
      const page = await units.read((tx) =>
        pageOf<CostRecordRow>({
          list: 'cost.records',
          input,
          parts: 2,
          keyOf: ({ skuId, recordNo }) => [skuId, String(recordNo)],
          load: (after, limit) => listRecords(tx, { ...input, limit, after: keyOf(after) }),
        }),
      );
      return { ...page, items: page.items.map((row) => ({ ...row, value: formatMoney(row.value) })) };
    },
  };
}

function keyOf(after: readonly string[] | undefined): RecordQuery['after'] {
  const [skuId, recordNo] = after ?? [];
  return skuId === undefined ? undefined : { skuId, recordNo: Number(recordNo) };
}

function averageOf(row: CostStateRow): AverageCost {
  const { skuId, strategy, quantity, value } = row;
  const rate = currentCost({ quantity, value, lastCost: rateOf(row.lastValue, row.lastQuantity) });
  const averageCost = rate === null ? null : formatMoney(unitCostOf(rate));
  return { skuId, strategy, quantity, value: formatMoney(value), averageCost };
}

function valued(row: CostStateRow, places: readonly Whereabouts[] | undefined): ValuedSku {
  const { owedQuantity, owedValue } = row;
  const plain = { ...averageOf(row), owedQuantity, owedValue: formatMoney(owedValue) };
  return places === undefined ? plain : { ...plain, locations: locationsOf(row, places) };
}

/** What costing holds and no location does is on its way. */
function locationsOf({ quantity, value }: CostStateRow, places: readonly Whereabouts[]): readonly ValuedLocation[] {
  const lying = places.reduce((sum, { onHand }) => sum + onHand, 0);
  const all: { readonly locationId: string | null; readonly onHand: number }[] = [...places];
  if (quantity > lying) all.push({ locationId: null, onHand: quantity - lying });
  const parts =
    splitAmount(
      value,
      all.map(({ onHand }) => BigInt(onHand)),
      { residue: 'last' },
    ) ?? [];
  return all.map(({ locationId, onHand }, at) => ({
    locationId,
    quantity: onHand,
    value: formatMoney(parts[at] ?? 0n),
  }));
}
