/** How much of a bundle or a virtual SKU could be had, in all and place by place: the rules of a decision, on stock that is only read. */
import type { StockExplanation } from '@granary/contracts/explanation';
import type { StockAvailableInput, StockSummary } from '@granary/contracts/stock';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import { present } from '../refusal.ts';
import { fifo } from '../strategies/fifo.ts';
import type { AllocationStrategy } from '../strategies/strategy.ts';
import { type Demand, type Made, shelfDemands } from '../rules/demand.ts';
import type { Draft, LoadedAssembly } from '../rules/draft.ts';
import { type Criteria } from '../rules/eligibility.ts';
import { byPlace, freeIn, makeable, openStock, type Stock } from '../rules/making.ts';

/** Counting asks no strategy: all that may be taken counts. */
const anyOrder: AllocationStrategy = { ...fifo, name: 'none', scan: 'all' };

function demandOf({ skuId, kind, cap, held, parts }: LoadedAssembly, criteria: Criteria): Demand {
  const made: Made = {
    ...{ kind, cap, held },
    parts: parts.map(({ partSkuId, quantity, batchId }) => ({
      skuId: partSkuId,
      perUnit: quantity,
      strategy: anyOrder,
      batchId: batchId ?? undefined,
    })),
  };
  return { skuId, quantity: 0, criteria, strategy: anyOrder, made };
}

/** Nothing is made of what is not sold. */
function isOffered(draft: Draft, { skuId, parts }: LoadedAssembly): boolean {
  const isActive = (id: string) => draft.skus.get(id)?.status === 'active';
  return isActive(skuId) && parts.every((part) => isActive(part.partSkuId));
}

interface Places {
  readonly available: number;
  readonly locations: readonly {
    readonly locationId: string;
    readonly available: number;
    readonly parts: readonly number[];
  }[];
  /** Free units of each part, wherever it lies. */
  readonly parts: readonly number[];
}

/** Of a virtual SKU there may be more than its places add up to, as what they leave over is put together. */
function countMakeable(
  draft: Draft,
  assembly: LoadedAssembly,
  { criteria, stock }: { criteria: Criteria; stock?: Stock },
): Places {
  const demand = demandOf(assembly, criteria);
  const from = stock ?? openStock(draft, [demand]);
  const offered = isOffered(draft, assembly);
  const freeOfParts = (local: Demand) => shelfDemands(local, 1).map((shelf) => freeIn(draft, shelf, from));
  const locations = byPlace(draft, demand).map((local) => ({
    locationId: present(local.criteria.locationId, 'a place'),
    available: offered ? makeable(draft, local, from) : 0,
    parts: freeOfParts(local),
  }));
  return {
    available: offered ? makeable(draft, demand, from) : 0,
    locations: locations.filter((place) => place.parts.some((free) => free > 0)),
    parts: freeOfParts(demand),
  };
}

const NO_STOCK = {
  ...{
    onHand: 0,
    reserved: 0,
    locked: 0,
    batchCount: 0,
    nearestExpiresAt: null,
    meanUnitCost: null,
    totalCost: '0.00',
  },
};

/** Whole units alone are told: what lies on shelves is told of the parts. */
export function summaryOf(
  draft: Draft,
  assembly: LoadedAssembly,
  input: StockAvailableInput,
): Omit<StockSummary, 'spuId'> {
  const { skuId } = assembly;
  const { locationId, qualityLevel, minRemainingDays, excludeExpired, includeReserved } = input;
  const criteria: Criteria = { locationId, qualityLevel, minRemainingDays, evenExpired: !excludeExpired };
  const stock = openStock(draft, [demandOf(assembly, criteria)]);
  const reserved = (batch: BatchRow) => freeOf(batch) + (includeReserved ? batch.reserved : 0);
  for (const batch of draft.batches.values()) stock.free.set(batch.batchId, reserved(batch));
  if (includeReserved && assembly.cap !== null) stock.room.set(skuId, assembly.cap);
  const { available, locations } = countMakeable(draft, assembly, { criteria, stock });
  return {
    ...{ skuId, available, ...NO_STOCK },
    locations: locations.map((place) => ({
      ...{ skuId, locationId: place.locationId, version: 0, available: place.available, ...NO_STOCK },
    })),
    asOf: draft.now,
  };
}

/** Which part keeps it from being more. */
export function explanationOf(
  draft: Draft,
  assembly: LoadedAssembly,
): NonNullable<StockExplanation['assembly']> & { readonly available: number } {
  const { kind, version, cap, held, parts } = assembly;
  const counted = countMakeable(draft, assembly, { criteria: {} });
  const partOf = (at: number) => present(parts[at], 'a part');
  const told = (frees: readonly number[]) =>
    frees.map((free, at) => {
      const { partSkuId, quantity } = partOf(at);
      return { skuId: partSkuId, available: free, makes: Math.floor(free / quantity) };
    });
  return {
    ...{ kind, version, available: counted.available, cap, held: cap === null ? null : held },
    parts: told(counted.parts).map((part, at) => ({
      ...part,
      quantity: partOf(at).quantity,
      batchId: partOf(at).batchId,
    })),
    locations: counted.locations.map(({ locationId, available, parts: frees }) => ({
      ...{ locationId, available },
      parts: told(frees),
    })),
  };
}
