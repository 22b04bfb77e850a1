/** Reading costs: what a unit costs on average, what stock is worth and where, and every record. */
import {
  type AverageCost,
  averageCost as averageCostShape,
  type InventoryValue,
  inventoryValue as inventoryValueShape,
  type InventoryValueInput,
  type ValuedSku,
} from '@granary/contracts/cost';
import type { CostRecordAnswer, CostRecordsInput } from '@granary/contracts/cost-record';
import { formatMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import { pageOf } from '@granary/domain/persistence/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { DomainPorts } from '@granary/domain/ports/domain-ports';
import type { Question } from '@granary/domain/ports/read-cache';
import { present, unknownSku } from '@granary/domain/refusal';
import { answerOf } from '@granary/domain/services/kept-answers';
import { splitAmount } from '../core/split.ts';
import { currentCost, unitCostOf } from '../core/state.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import {
  listRecords,
  listStates,
  readWhereabouts,
  type RecordQuery,
  sumValue,
  type Whereabouts,
} from '../persistence/cost-read-store.ts';
import { bySku, rateOf, readStates } from '../persistence/cost-state-store.ts';
import type { CostEngine } from './cost-engine.ts';

const REPORT_DEADLINE_MS = 60_000;

const AVERAGE: Question<AverageCost> = {
  kind: 'cost.averageCost',
  read: (kept) => averageCostShape.safeParse(kept).data,
  asks: (skuId) => [skuId],
};

const valueOf = ({ skuIds }: InventoryValueInput): Question<InventoryValue> => ({
  kind: 'cost.inventoryValue',
  read: (kept) => inventoryValueShape.safeParse(kept).data,
  asks: () => skuIds ?? 'everything',
});

interface Reading {
  readonly units: UnitOfWork;
  readonly ports: Pick<DomainPorts, 'cache'>;
}

export function createCostReader({ units, ports }: Reading, { config, strategies }: CostEngine) {
  const averageIn = async (tx: Tx, skuId: string): Promise<AverageCost> => {
    const [row] = await readStates(tx, [skuId]);
    if (row !== undefined) return averageOf(row);
    if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
    return { skuId, strategy: config.defaultStrategy, quantity: 0, value: '0.00', averageCost: null };
  };
  return {
    averageCost: async ({ skuId }: { skuId: string }): Promise<AverageCost> =>
      await answerOf(ports, AVERAGE, {
        key: skuId,
        load: () =>
          units.readAnywhere(async (tx) => {
            return { answer: await averageIn(tx, skuId), sources: [skuId], holdsMs: tx.holdsMs };
          }),
      }),
    /** A page of SKUs, and the total of all that were asked for at the same instant. */
    inventoryValue: async (input: InventoryValueInput): Promise<InventoryValue> =>
      await answerOf(ports, valueOf(input), {
        key: JSON.stringify(input),
        load: () =>
          units.readAnywhere(async (tx) => {
            const sources = input.skuIds ?? 'everything';
            return { answer: await valueIn(tx, input), sources, holdsMs: tx.holdsMs };
          }, REPORT_DEADLINE_MS),
      }),
    records: async (input: CostRecordsInput): Promise<Page<CostRecordAnswer>> => {
      const page = await units.read((tx) =>
        pageOf<CostRecordRow>({
          list: 'cost.records',
          input,
          parts: 2,
          keyOf: ({ skuId, recordNo }) => [skuId, String(recordNo)],
          load: (after, limit) => listRecords(tx, { ...input, limit, after: keyOf(after) }),
        }),
      );
      return { ...page, items: page.items.map(toRecord) };
    },
    /** What costs can go by: Granary's own strategies, and those that the host registered. */
    strategies: () => ({ strategies: [...strategies.names()], defaultStrategy: config.defaultStrategy }),
  };
}

async function valueIn(tx: Tx, input: InventoryValueInput): Promise<InventoryValue> {
  const { skuIds, byLocation = false } = input;
  const page = await pageOf<CostStateRow>({
    list: 'cost.inventoryValue',
    input,
    keyOf: ({ skuId }) => [skuId],
    load: ([after] = [], limit) => listStates(tx, { skuIds, after, limit }),
  });
  const named = page.items.map(({ skuId }) => skuId);
  const placesOf = bySku(byLocation ? await readWhereabouts(tx, named) : []);
  const { value, skus } = await sumValue(tx, skuIds);
  const items = page.items.map((row) => valued(row, byLocation ? (placesOf.get(row.skuId) ?? []) : undefined));
  return { total: formatMoney(value), skus, items, nextCursor: page.nextCursor };
}

const toRecord = ({ at, value, ...row }: CostRecordRow): CostRecordAnswer => ({
  ...row,
  occurredAt: at,
  value: formatMoney(value),
});

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
function locationsOf({ quantity, value }: CostStateRow, places: readonly Whereabouts[]) {
  const lying = places.reduce((sum, { onHand }) => sum + onHand, 0);
  const all: { readonly locationId: string | null; readonly onHand: number }[] = [...places];
  if (quantity > lying) all.push({ locationId: null, onHand: quantity - lying });
  const weights = all.map(({ onHand }) => BigInt(onHand));
  const parts = present(splitAmount(value, weights, { residue: 'last' }), 'a place of the value');
  return all.map(({ locationId, onHand }, at) => ({
    locationId,
    quantity: onHand,
    value: formatMoney(present(parts[at], 'a part of the value')),
  }));
}
