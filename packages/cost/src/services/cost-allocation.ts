/**
 * Sharing costs out to SKUs by a rule, and bringing late freight to the goods of one receipt. The share of what is on hand goes
 * onto the stock, the share of what was sold into the cost of sales of the open period: what was posted stays as it is.
 */
import type { CalendarDate } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import type { Call } from '@granary/domain/call';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted, duplicate, invalidInput, notFound } from '@granary/domain/refusal';
import { dayOf, endOfDay } from '@granary/domain/rules/calendar';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import type { Instant } from '@granary/contracts/instant';
import { type AllocationMethod, type AllocationTarget, planAllocation } from '../core/allocation.ts';
import { sumOf } from '../core/record.ts';
import type { Allocation } from '../core/event.ts';
import type {
  AllocatedTarget,
  CostAllocationRow,
  CostRuleRow,
  CostSource,
  RuleTarget,
} from '../entities/cost-allocation.ts';
import {
  appendAllocation,
  appendRule,
  findRule,
  readAllocated,
  readAllocations,
  readRules,
} from '../persistence/allocation-store.ts';
import { lockStates } from '../persistence/cost-state-store.ts';
import { flowOf } from '../rules/movement-events.ts';
import type { CostEngine } from './cost-engine.ts';
import { postCosts } from './post-costs.ts';
import { openPeriods } from './posting-period.ts';

interface Keyed {
  readonly idempotencyKey?: string | undefined;
}

export interface RuleInput extends Keyed {
  readonly name: string;
  readonly source: CostSource;
  readonly method: AllocationMethod;
  /** `ratio` and `activity` need a weight of each, a decimal string in any scale. */
  readonly targets: readonly { readonly skuId: string; readonly weight?: string | undefined }[];
}

export interface AllocateInput extends Keyed {
  /** Of a rule. */
  readonly rule: string;
  /** A decimal string in the base currency; negative for a credit. */
  readonly amount: string;
}

export interface LateCostInput extends Keyed {
  readonly skuId: string;
  /** The receipt that it belongs to: its document and batch. */
  readonly documentId: string;
  readonly batchId: string;
  readonly amount: string;
  readonly reason: string;
}

export function createCostAllocation(stock: Engine, engine: CostEngine) {
  return {
    createRule: (input: RuleInput, call: Call) => createRule(stock, engine, { input, call }),
    rules: async () => await stock.units.read(readRules),
    allocate: (input: AllocateInput, call: Call) => allocate(stock, engine, { input, call }),
    lateCost: (input: LateCostInput, call: Call) => lateCost(stock, engine, { input, call }),
    /** What a period has shared out. */
    list: async ({ periodId }: { periodId: string }): Promise<readonly AllocationAnswer[]> =>
      (await stock.units.read((tx) => readAllocations(tx, periodId))).map(toAllocation),
    /** What has been shared out to a SKU until the end of a day. */
    allocated: async ({ skuId, on }: { skuId: string; on?: string | undefined }) =>
      await stock.units.read(async (tx) => {
        const until = on === undefined ? undefined : toDatabaseTime(endOfDay(on, engine.config.timezone));
        const { capitalised, expensed } = await readAllocated(tx, skuId, until);
        const [total, sold] = [parseMoney(capitalised), parseMoney(expensed)];
        return {
          skuId,
          total: formatMoney(total),
          capitalised: formatMoney(total - sold),
          expensed: formatMoney(sold),
        };
      }),
  };
}

/** As it is kept, its amount as a decimal string. */
export type AllocationAnswer = Omit<CostAllocationRow, 'amount'> & { readonly amount: string };

const toAllocation = (row: CostAllocationRow): AllocationAnswer => ({ ...row, amount: formatMoney(row.amount) });

interface Asked<Input> {
  readonly input: Input;
  readonly call: Call;
}

async function createRule(stock: Engine, engine: CostEngine, { input, call }: Asked<RuleInput>): Promise<CostRuleRow> {
  const { name, source, method } = input;
  const skuIds = new Set(input.targets.map(({ skuId }) => skuId));
  if (skuIds.size === 0 || skuIds.size < input.targets.length)
    throw invalidInput([{ path: 'targets', message: 'must name at least one SKU, and each only once' }]);
  const targets = input.targets.map(({ skuId, weight = null }): RuleTarget => ({ skuId, weight }));
  // A rule that could never share anything out is refused now, not at the end of a month.
  if (method === 'ratio' || method === 'activity') planAllocation(1n, { name, method, targets: weighed(targets) });
  return await execute(stock, {
    procedure: 'costAllocation.createRule',
    input,
    call,
    lock: { scope: 'document', keys: [`cost-rule:${name}`] },
    decide: async (tx) => {
      const draft = await draftNow(tx, stock);
      if ((await findRule(tx, name)) !== undefined)
        throw duplicate('rule', name, `There is an allocation rule ${JSON.stringify(name)} already.`);
      const plain = { amount: null, isAutomatic: false, createdAt: draft.now, version: 1 };
      const row: CostRuleRow = { ruleId: engine.ids(), name, source, method, targets, ...plain };
      await appendRule(tx, row);
      return { draft, outcome: accepted(row), after: row };
    },
  });
}

function weighed(targets: readonly RuleTarget[]): readonly AllocationTarget[] {
  return targets.map(({ skuId, weight }) =>
    weight === null ? { skuId } : { skuId, weight: amountOf(weight, 'targets') },
  );
}

async function allocate(
  stock: Engine,
  engine: CostEngine,
  { input, call }: Asked<AllocateInput>,
): Promise<AllocationAnswer> {
  const amount = amountOf(input.amount, 'amount');
  return await execute(stock, {
    procedure: 'costAllocation.allocate',
    input,
    call,
    lock: { scope: 'document', keys: [`cost-rule:${input.rule}`] },
    decide: async (tx) => {
      const rule = await findRule(tx, input.rule);
      if (rule === undefined) throw notFound('rule', input.rule);
      const rows = await lockStates(
        tx,
        rule.targets.map(({ skuId }) => skuId),
        engine.config.defaultStrategy,
      );
      const draft = await draftNow(tx, stock);
      const held = weighed(rule.targets).map((target): AllocationTarget => {
        const { quantity = 0, value = 0n } = rows.get(target.skuId) ?? {};
        return { ...target, quantity, value };
      });
      const parts = planAllocation(amount, { name: rule.name, method: rule.method, targets: held });
      const given = parts.filter((part) => part.amount !== 0n);
      const events = given.map(({ skuId, amount: part }) => ({
        skuId,
        event: stamped(engine, draft.now, { amount: part }),
      }));
      const targets = await postAll(tx, engine, { events, reason: rule.name });
      const row = await allocationRow(tx, engine, { rule, amount, targets, now: draft.now });
      await appendAllocation(tx, row);
      const answer = toAllocation(row);
      return { draft, outcome: accepted(answer), after: answer };
    },
  });
}

async function lateCost(
  stock: Engine,
  engine: CostEngine,
  { input, call }: Asked<LateCostInput>,
): Promise<AllocatedTarget> {
  const { skuId, documentId, batchId, reason } = input;
  const amount = amountOf(input.amount, 'amount');
  return await execute(stock, {
    procedure: 'costAllocation.lateCost',
    input,
    call,
    lock: { scope: 'document', keys: [`cost:${skuId}`] },
    decide: async (tx) => {
      await lockStates(tx, [skuId], engine.config.defaultStrategy);
      const draft = await draftNow(tx, stock);
      const event = stamped(engine, draft.now, { amount, receiptId: flowOf(documentId, batchId) });
      const [target] = await postAll(tx, engine, { events: [{ skuId, event }], reason });
      if (target === undefined) throw new Error('a late cost was not posted');
      return { draft, outcome: accepted(target), after: target };
    },
  });
}

function stamped({ ids }: CostEngine, at: Instant, facts: Pick<Allocation, 'amount' | 'receiptId'>): Allocation {
  return { type: 'allocation', id: ids(), at, ...facts };
}

interface Giving {
  readonly events: readonly { readonly skuId: string; readonly event: Allocation }[];
  readonly reason: string;
}

/** Answers what went onto the stock of each, and what into its cost of sales. */
async function postAll(tx: Tx, engine: CostEngine, { events, reason }: Giving): Promise<readonly AllocatedTarget[]> {
  const plans = await postCosts(tx, engine, new Map(events.map(({ skuId, event }) => [skuId, [{ event, reason }]])));
  return events.map(({ skuId }) => {
    const records = plans.get(skuId)?.posted.flatMap((each) => each.records) ?? [];
    const expensed = -sumOf(records, 'cost_of_sales');
    return {
      skuId,
      capitalised: formatMoney(sumOf(records, 'allocations') - expensed),
      expensed: formatMoney(expensed),
    };
  });
}

interface Allocated {
  readonly rule: CostRuleRow;
  readonly amount: bigint;
  readonly targets: readonly AllocatedTarget[];
  readonly now: Instant;
}

async function allocationRow(
  tx: Tx,
  engine: CostEngine,
  { rule, amount, targets, now }: Allocated,
): Promise<CostAllocationRow> {
  const { ruleId, name, source, method } = rule;
  const periodOf = await openPeriods(tx, engine, [now]);
  const allocatedOn: CalendarDate = dayOf(now, engine.config.timezone);
  const made = { allocatedOn, periodId: periodOf(now).periodId, createdAt: now, commandId: tx.commandId };
  return { allocationId: engine.ids(), name, ruleId, source, method, amount, targets, ...made };
}

function amountOf(text: string, path: string): bigint {
  try {
    return parseMoney(text);
  } catch {
    throw invalidInput([{ path, message: 'must be a decimal string with at most 6 decimals' }]);
  }
}
