/** What so many units would cost if they left now: the same decision as of an issue, with nothing written. */
import { type ErrorAnswer, GranaryError } from '@granary/contracts/error';
import { formatMoney } from '@granary/contracts/money';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { unknownSku } from '@granary/domain/refusal';
import type { Instant } from '@granary/contracts/instant';
import { planPosting } from '../core/posting.ts';
import { share } from '../core/share.ts';
import { type CostState, emptyState } from '../core/state.ts';
import { loadStates, readStates } from '../persistence/cost-state-store.ts';
import type { CostEngine } from './cost-engine.ts';

export interface CalculateInput {
  readonly skuId: string;
  readonly quantity: number;
  /** As if the SKU were costed by it; its own when left out. */
  readonly strategy?: string | undefined;
}

export interface CostLine {
  readonly layerId: string | null;
  readonly quantity: number;
  readonly totalCost: string;
}

export interface Calculation {
  readonly skuId: string;
  readonly quantity: number;
  readonly strategy: string;
  readonly totalCost: string;
  /** Half up at 6 decimals; the total is exact. */
  readonly unitCost: string;
  readonly lines: readonly CostLine[];
}

export type CalculationResult =
  | ({ readonly ok: true } & Calculation)
  | { readonly ok: false; readonly skuId: string; readonly error: ErrorAnswer };

const MANY_DEADLINE_MS = 60_000;

export function createCostCalculation(units: UnitOfWork, engine: CostEngine) {
  return {
    /** Refuses what is not there (COST_002): a shortage is never hidden behind a default. */
    calculate: async (input: CalculateInput): Promise<Calculation> => {
      const [result] = await calculateAll(units, engine, [input]);
      if (result === undefined) throw new Error('a calculation answered nothing');
      if (result instanceof GranaryError) throw result;
      return result;
    },
    /** One answer for each item, in their order; one that is refused does not hide the others. */
    calculateMany: async (items: readonly CalculateInput[]): Promise<readonly CalculationResult[]> => {
      const results = await calculateAll(units, engine, items);
      return results.map((result, at) =>
        result instanceof GranaryError
          ? { ok: false, skuId: items[at]?.skuId ?? '', error: result.toAnswer() }
          : { ok: true, ...result },
      );
    },
  };
}

async function calculateAll(
  units: UnitOfWork,
  engine: CostEngine,
  items: readonly CalculateInput[],
): Promise<readonly (Calculation | GranaryError)[]> {
  const skuIds = [...new Set(items.map(({ skuId }) => skuId))];
  const states = await units.read((tx) => statesOf(tx, skuIds, engine), MANY_DEADLINE_MS);
  return items.map((item) => {
    const state = states.get(item.skuId);
    return state === undefined ? unknownSku(item.skuId) : unlessRefused(() => calculation(engine, state, item));
  });
}

/** Of a SKU that is known and was never costed, an empty one. */
async function statesOf(tx: Tx, skuIds: readonly string[], { config }: CostEngine) {
  const states = new Map<string, CostState>(await loadStates(tx, await readStates(tx, skuIds)));
  const missing = skuIds.filter((skuId) => !states.has(skuId));
  if (missing.length === 0) return states;
  for (const skuId of (await readSkus(tx, missing)).keys())
    states.set(skuId, emptyState(skuId, config.defaultStrategy));
  return states;
}

function unlessRefused(work: () => Calculation): Calculation | GranaryError {
  try {
    return work();
  } catch (error) {
    if (error instanceof GranaryError) return error;
    throw error;
  }
}

const NEVER_MIND = '9998-12-31T00:00:00.000000Z' as Instant;

function calculation(engine: CostEngine, state: CostState, item: CalculateInput): Calculation {
  const { skuId, quantity, strategy = state.strategy } = item;
  const { strategies, config } = engine;
  const context = { strategies, policy: { ...config.policy, shortage: 'refuse' } as const };
  const stamp = { id: 'calculation', at: NEVER_MIND };
  const switched = strategy === state.strategy ? [] : [{ type: 'switch', ...stamp, strategy } as const];
  const issue = { type: 'issue', ...stamp, quantity, account: 'cost_of_sales' } as const;
  const lines = planPosting(state, [...switched, issue], context).posted.at(-1)?.lines ?? [];
  const value = lines.reduce((sum, line) => sum + line.value, 0n);
  return {
    ...{
      skuId,
      quantity,
      strategy,
      totalCost: formatMoney(value),
      unitCost: formatMoney(share({ value, quantity }, 1)),
    },
    lines: lines.map(({ layerId, quantity: units, value: worth }) => ({
      ...{ layerId, quantity: units, totalCost: formatMoney(worth) },
    })),
  };
}
