/**
 * Sharing costs out to SKUs by a rule, and bringing late freight to the goods of one receipt. The share of what is on hand goes
 * onto the stock, the share of what was sold into the cost of sales of the open period: what was posted stays as it is.
 */
import type {
  AllocateInput,
  Allocated,
  AllocatedInput,
  AllocatedPart,
  Allocation,
  AllocationListInput,
  LateCostInput,
} from '@granary/contracts/cost-allocation';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Call } from '@granary/domain/call';
import type { Tx } from '@granary/domain/persistence/transaction';
import { readSkus } from '@granary/domain/persistence/catalog-store';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import { pageOf } from '@granary/domain/persistence/page';
import { accepted, invalidInput, invariant, notFound, present, refused, unknownSku } from '@granary/domain/refusal';
import { dayOf, endOfDay } from '@granary/domain/rules/calendar';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import { checkOccurrence, occurrenceOf } from '@granary/domain/services/occurrence';
import type { AllocationTarget } from '../core/allocation.ts';
import { type Amount, heldOf } from '../core/period.ts';
import type { CostAllocationRow } from '../entities/cost-allocation.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { findRule, listAllocations, readAllocated } from '../persistence/allocation-store.ts';
import { hasReceipt } from '../persistence/cost-read-store.ts';
import { lockStates } from '../persistence/cost-state-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { tellCost } from '../persistence/telling-store.ts';
import { flowOf } from '../rules/movement-events.ts';
import { amountOf, weighed } from '../rules/rule-weight.ts';
import type { CostEngine } from './cost-engine.ts';
import { whyUncosted } from './costed-sku.ts';
import { createCostRules } from './cost-rule.ts';
import { amountInBase } from './currency-exchange.ts';
import { openPeriods } from './posting-period.ts';
import { standingAt } from './report-books.ts';
import { allocationFact, postAll, shareOut, stamped, toAllocation } from './share-out.ts';

export function createCostAllocation(stock: Engine, engine: CostEngine) {
  return {
    ...createCostRules(stock, engine),
    allocate: (input: AllocateInput, call: Call) => allocate(stock, engine, { input, call }),
    lateCost: (input: LateCostInput, call: Call) => lateCost(stock, engine, { input, call }),
    /** What was shared out, newest first. */
    list: async (input: AllocationListInput): Promise<Page<Allocation>> => {
      const { periodId } = input;
      const page = await stock.units.read((tx) =>
        pageOf<CostAllocationRow>({
          list: 'costAllocation.list',
          input,
          keyOf: ({ allocationId }) => [allocationId],
          load: ([before] = [], limit) => listAllocations(tx, { periodId, before, limit }),
        }),
      );
      return { ...page, items: page.items.map(toAllocation) };
    },
    /** What has been shared out to a SKU until the end of a day. */
    allocated: async ({ skuId, on }: AllocatedInput): Promise<Allocated> =>
      await stock.units.read(async (tx) => {
        if (!(await readSkus(tx, [skuId])).has(skuId)) throw unknownSku(skuId);
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

interface Asked<Input> {
  readonly input: Input;
  readonly call: Call;
}

async function allocate(stock: Engine, engine: CostEngine, { input, call }: Asked<AllocateInput>): Promise<Allocation> {
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
      const { at, held } = await heldOn(tx, engine, { rows, on: input.allocatedOn, now: draft.now });
      const targets = weighed(rule.targets).map((target): AllocationTarget => {
        const { quantity, value } = present(held.get(target.skuId), 'what is held of a SKU');
        return { ...target, quantity, value };
      });
      const paid = await amountInBase(tx, engine.config, { amount, currency: input.currency, at });
      const answer = await shareOut(tx, engine, { rule, amount: paid, held: targets, at, now: draft.now });
      draft.facts.push(allocationFact(answer));
      return { draft, outcome: accepted(answer), after: answer };
    },
  });
}

interface Holding {
  /** Locked. */
  readonly rows: ReadonlyMap<string, CostStateRow>;
  readonly on: string | undefined;
  readonly now: Instant;
}

/** When a sharing out counts, and what was held then: at the end of an earlier day, or now. What is owed counts for nothing. */
async function heldOn(tx: Tx, engine: CostEngine, { rows, on, now }: Holding) {
  const { timezone } = engine.config;
  const today = dayOf(now, timezone);
  if (on === undefined || on === today) return { at: now, held: rows };
  if (on > today) throw invalidInput([{ path: 'allocatedOn', message: 'must not be in the future' }]);
  const until = endOfDay(on, timezone);
  const at = fromMicros(toMicros(until) - 1n);
  // A shut period is told of before anything that may be amiss with what was held then.
  await openPeriods(tx, engine, [at]);
  const standing = await standingAt(tx, [...rows.keys()], { on, until, all: await readPeriods(tx) });
  const held = [...standing].map(([skuId, amount]): [string, Amount] => [skuId, heldOf(amount)]);
  return { at, held: new Map(held) };
}

async function lateCost(
  stock: Engine,
  engine: CostEngine,
  { input, call }: Asked<LateCostInput>,
): Promise<AllocatedPart> {
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
      if (!(await hasReceipt(tx, { skuId, documentId, batchId })))
        throw (await whyUncosted(tx, [skuId])) ?? notFound('receipt', documentId);
      const refusal = await checkOccurrence(tx, draft.now, { occurredAt: input.occurredAt, skuIds: [skuId] });
      if (refusal !== undefined) return { draft, outcome: refused(refusal) };
      const at = occurrenceOf(input.occurredAt, draft.now);
      // A shut period is told of before anything that may be amiss with what was held then.
      if (at < draft.now) await openPeriods(tx, engine, [at]);
      const paid = await amountInBase(tx, engine.config, { amount, currency: input.currency, at });
      const event = stamped(engine, at, { amount: paid, receiptId: flowOf(documentId, batchId) });
      const [target] = await postAll(tx, engine, { events: [{ skuId, event }], reason });
      invariant(target !== undefined, 'a late cost was not posted');
      draft.facts.push(
        await tellCost(tx, 'cost.late.added', { before: null, after: { ...target, documentId, batchId } }),
      );
      return { draft, outcome: accepted(target), after: target };
    },
  });
}
