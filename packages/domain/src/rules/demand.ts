/** What is wanted of the stock: units of a SKU that lies on shelves, or of one that is made of others. */
import type { AssemblyKind } from '../entities/assembly.ts';
import type { BatchRow } from '../entities/batch.ts';
import type { AllocationStrategy, Candidate } from '../strategies/strategy.ts';
import type { Draft } from './draft.ts';
import { type Criteria, passedOver } from './eligibility.ts';

export interface Demand {
  readonly skuId: string;
  readonly quantity: number;
  readonly criteria: Criteria;
  readonly strategy: AllocationStrategy;
  /** What the caller holds already and brings along: it counts as available to this line in a refusal. */
  readonly own?: number;
  /** Units that the same call gives back before it takes these: they make room under a cap. */
  readonly frees?: number;
  /** Index of the line of the request, where pieces that it names make several demands of it. */
  readonly at?: number;
  /** Of a bundle or a virtual SKU: the demand is of whole units, and what is taken lies under other SKUs. */
  readonly made?: Made;
}

/** How one unit comes together, as the definition in force says. */
export interface Made {
  readonly kind: AssemblyKind;
  readonly parts: readonly MadePart[];
  /** How many units may be held at a time. */
  readonly cap: number | null;
  /** What of it was held when the draft was loaded; asked only where there is a cap. */
  readonly held: number;
}

export interface MadePart {
  readonly skuId: string;
  readonly perUnit: number;
  readonly strategy: AllocationStrategy;
  /** Of a virtual SKU that stands for one batch. */
  readonly batchId?: string | undefined;
}

/** What lies on shelves of so many units: the demand itself, or one for each part. */
export function shelfDemands(demand: Demand, units: number = demand.quantity): readonly Demand[] {
  const { made, criteria } = demand;
  if (made === undefined) return [demand];
  return made.parts.map(({ skuId, perUnit, strategy, batchId }) => ({
    skuId,
    quantity: units * perUnit,
    criteria: batchId === undefined ? criteria : { ...criteria, batchIds: [batchId] },
    strategy,
  }));
}

/** A bundle needs its parts at one place, so it chooses before those that can go elsewhere. */
export function tightestFirst(demands: readonly Demand[]): readonly (readonly [at: number, demand: Demand])[] {
  const isBundle = ([, demand]: readonly [number, Demand]) => demand.made?.kind === 'bundle';
  const inOrder = [...demands.entries()];
  return [...inOrder.filter(isBundle), ...inOrder.filter((entry) => !isBundle(entry))];
}

/** No more of a batch than strategies may look at: this is done for every call and every batch. */
function candidateOf(batch: BatchRow, free: number): Candidate {
  const { batchId, batchNo, locationId, unitCost, receivedAt, expiresAt } = batch;
  return { batchId, batchNo, locationId, free, unitCost, receivedAt, expiresAt };
}

/** What a demand for shelf goods may take of what is left free. */
export function candidates(draft: Draft, demand: Demand, free: ReadonlyMap<string, number>): Candidate[] {
  const at = { places: draft, now: draft.now };
  const found: Candidate[] = [];
  for (const batch of draft.batches.ofSku(demand.skuId)) {
    const left = free.get(batch.batchId) ?? 0;
    if (left <= 0) continue;
    const reason = passedOver(batch, demand.criteria, at);
    if (reason === undefined || reason === 'held') found.push(candidateOf(batch, left));
  }
  return found;
}
