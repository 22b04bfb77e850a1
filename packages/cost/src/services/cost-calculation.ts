/** What so many units would cost if they left now: the same decision as of an issue, with nothing written. */
import type {
  CalculateInput,
  CalculateManyAnswer,
  CalculateManyInput,
  Calculation,
  CalculationResult,
} from '@granary/contracts/cost';
import { GranaryError } from '@granary/contracts/error';
import { formatMoney } from '@granary/contracts/money';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { asRefusal, invariant, present, unknownSku } from '@granary/domain/refusal';
import type { Instant } from '@granary/contracts/instant';
import { planLast } from '../core/posting.ts';
import type { ConsumedLine } from '../core/record.ts';
import { share } from '../core/share.ts';
import { type CostState, emptyState } from '../core/state.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readStates } from '../persistence/cost-state-store.ts';
import { readIssuable, type Taking } from '../persistence/issuable-store.ts';
import type { CostEngine } from './cost-engine.ts';

const MANY_DEADLINE_MS = 60_000;
const ITEMS_AT_ONCE = 200;

export function createCostCalculation(units: UnitOfWork, engine: CostEngine) {
  return {
    /** Refuses what is not there (COST_002): a shortage is never hidden behind a default. */
    calculate: async (input: CalculateInput): Promise<Calculation> => {
      const [result] = await calculateAll(units, engine, { items: [input], answer: calculationOf });
      invariant(result !== undefined, 'a calculation answered nothing');
      if (result instanceof GranaryError) throw result;
      return result;
    },
    /** One answer for each item, in their order and without its layers; one that is refused does not hide the others. */
    calculateMany: async ({ items }: CalculateManyInput): Promise<CalculateManyAnswer> => {
      return { items: await calculateAll(units, engine, { items, answer: resultOf }) };
    },
  };
}

/** What an item takes, or why it cannot. */
type Costed = Consumed | GranaryError;

interface Consumed {
  readonly strategy: string;
  readonly lines: readonly ConsumedLine[];
  /** The batch of a layer, where the strategy goes by batches. */
  readonly batchNoOf: (layerId: string | null) => string | null;
}

function calculationOf(item: CalculateInput, costed: Costed): Calculation | GranaryError {
  if (costed instanceof GranaryError) return costed;
  const lines = costed.lines.map(({ layerId, quantity, value }) => {
    return { layerId, batchNo: costed.batchNoOf(layerId), quantity, totalCost: formatMoney(value) };
  });
  return { ...sumOf(item, costed), lines };
}

function resultOf(item: CalculateInput, costed: Costed): CalculationResult {
  if (!(costed instanceof GranaryError)) return { ok: true, ...sumOf(item, costed) };
  const { details, ...error } = costed.toAnswer();
  return { ok: false, skuId: item.skuId, error: { ...error, details: { ...details } } };
}

function sumOf({ skuId, quantity }: CalculateInput, { strategy, lines }: Consumed) {
  const value = lines.reduce((sum, line) => sum + line.value, 0n);
  const unitCost = formatMoney(share({ value, quantity }, 1));
  return { skuId, quantity, strategy, totalCost: formatMoney(value), unitCost };
}

interface Asked<T> {
  readonly items: readonly CalculateInput[];
  readonly answer: (item: CalculateInput, costed: Costed) => T;
}

/** Of one snapshot, some at a time: layers that nobody needs any more are let go before others are read. */
async function calculateAll<T>(units: UnitOfWork, engine: CostEngine, { items, answer }: Asked<T>): Promise<T[]> {
  return await units.read(async (tx) => {
    const answers: T[] = [];
    for (let from = 0; from < items.length; from += ITEMS_AT_ONCE) {
      const some = items.slice(from, from + ITEMS_AT_ONCE);
      const states = await statesOf(tx, engine, some);
      for (const item of some) answers.push(answer(item, costedOf(engine, states.get(item.skuId), item)));
    }
    return answers;
  }, MANY_DEADLINE_MS);
}

/** Of a SKU that is known and was never costed, an empty one. */
async function statesOf(tx: Tx, engine: CostEngine, items: readonly CalculateInput[]) {
  const skuIds = [...new Set(items.map(({ skuId }) => skuId))];
  const rows = await readStates(tx, skuIds);
  const states = new Map<string, CostState>(await readIssuable(tx, rows, takingsOf(items, rows, engine)));
  const missing = skuIds.filter((skuId) => !states.has(skuId));
  if (missing.length === 0) return states;
  for (const skuId of (await readSkus(tx, missing)).keys())
    states.set(skuId, emptyState(skuId, engine.config.defaultStrategy));
  return states;
}

/** No more than the largest of the items takes, where the strategy of the SKU itself says which layers these are. */
function takingsOf(
  items: readonly CalculateInput[],
  rows: readonly CostStateRow[],
  { strategies }: CostEngine,
): ReadonlyMap<string, Taking> {
  const most = new Map<string, number>();
  for (const { skuId, quantity, strategy } of items)
    most.set(skuId, strategy === undefined ? Math.max(quantity, most.get(skuId) ?? 0) : Infinity);
  const takings = new Map<string, Taking>();
  for (const { skuId, strategy } of rows) {
    const { scan } = strategies.get(strategy);
    const units = present(most.get(skuId), 'the quantity of a SKU');
    if (scan !== undefined && units !== Infinity) takings.set(skuId, { first: scan, units });
  }
  return takings;
}

const NEVER_MIND = '9998-12-31T00:00:00.000000Z' as Instant;

function costedOf({ strategies, config }: CostEngine, state: CostState | undefined, item: CalculateInput): Costed {
  if (state === undefined) return unknownSku(item.skuId);
  const { quantity, strategy = state.strategy } = item;
  const context = { strategies, policy: { ...config.policy, shortage: 'refuse' } as const };
  const [id, at] = ['calculation', NEVER_MIND];
  const switched = strategy === state.strategy ? [] : [{ type: 'switch', id, at, strategy } as const];
  const issue = { type: 'issue', id, at, quantity, account: 'cost_of_sales' } as const;
  const batchNoOf = (layerId: string | null) => {
    if (!strategies.get(strategy).byLot) return null;
    return present(
      state.layers.find((layer) => layer.layerId === layerId),
      'the layer of a line',
    ).lot;
  };
  try {
    return {
      strategy,
      batchNoOf,
      lines: present(planLast(state, [...switched, issue], context), 'the plan of an issue').lines,
    };
  } catch (error) {
    return asRefusal(error);
  }
}
