/** What accountants decide about a SKU: another strategy, a write-down, a standard cost. Each is one event, posted like a movement. */
import type { CostChange, RevalueInput, StandardCostInput, SwitchStrategyInput } from '@granary/contracts/cost';
import { formatMoney } from '@granary/contracts/money';
import type { Call } from '@granary/domain/call';
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows } from '@granary/domain/persistence/write-rows';
import { accepted, invalidInput, invariant, refused } from '@granary/domain/refusal';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import type { Instant } from '@granary/contracts/instant';
import type { CostEvent } from '../core/event.ts';
import type { CostState } from '../core/state.ts';
import { loadStates, lockStates } from '../persistence/cost-state-store.ts';
import { standardCosts } from '../persistence/tables.ts';
import { tellCost } from '../persistence/telling-store.ts';
import { amountOf } from '../rules/rule-weight.ts';
import type { CostEngine } from './cost-engine.ts';
import { whyUncosted } from './costed-sku.ts';
import { postCosts } from './post-costs.ts';

export function createCostChanges(stock: Engine, engine: CostEngine) {
  const change = (changing: Changing, call: Call) => changeCost(stock, engine, { ...changing, call });
  return {
    /** The value is the same before and after. */
    switchStrategy: async (input: SwitchStrategyInput, call: Call) => {
      engine.strategies.get(input.to);
      const event = (stamp: Stamp): CostEvent => ({ type: 'switch', ...stamp, strategy: input.to });
      return await change({ procedure: 'cost.switchStrategy', tells: 'cost.strategy.switched', input, event }, call);
    },
    revalue: async (input: RevalueInput, call: Call) => {
      const amount = amountOf(input.amount, 'amount');
      const event = (stamp: Stamp): CostEvent => ({ type: 'revaluation', ...stamp, amount });
      return await change(
        { procedure: 'cost.revalue', tells: 'cost.revalued', input, event, reason: input.reason },
        call,
      );
    },
    standardCost: async (input: StandardCostInput, call: Call) => {
      const { per = 1, reason = null } = input;
      const cost = amountOf(input.cost, 'cost');
      if (cost < 0n) throw invalidInput([{ path: 'cost', message: 'must not be negative' }]);
      if (!Number.isSafeInteger(per) || per < 1) throw invalidInput([{ path: 'per', message: 'must be at least 1' }]);
      const event = (stamp: Stamp): CostEvent => ({ type: 'standard_cost', ...stamp, cost, per });
      const note = async (tx: Tx, { id, at }: Stamp) => {
        const row = { skuId: input.skuId, eventId: id, at, cost, per, reason, commandId: tx.commandId };
        await appendRows(tx, standardCosts, [row]);
      };
      return await change(
        { procedure: 'cost.standardCost', tells: 'cost.standard.set', input, event, reason, note },
        call,
      );
    },
  };
}

interface Stamp {
  readonly id: string;
  readonly at: Instant;
}

interface Changing {
  readonly procedure: string;
  readonly tells: Parameters<typeof tellCost>[1];
  readonly input: { readonly skuId: string; readonly idempotencyKey?: string | undefined };
  readonly event: (stamp: Stamp) => CostEvent;
  readonly reason?: string | null;
  readonly note?: (tx: Tx, stamp: Stamp) => Promise<void>;
}

async function changeCost(
  stock: Engine,
  engine: CostEngine,
  { procedure, tells, input, event, reason = null, note, call }: Changing & { readonly call: Call },
): Promise<CostChange> {
  const { skuId } = input;
  return await execute(stock, {
    procedure,
    input,
    call,
    lock: { scope: 'document', keys: [`cost:${skuId}`] },
    decide: async (tx) => {
      const refusal = await whyUncosted(tx, [skuId]);
      if (refusal !== undefined) return { draft: await draftNow(tx, stock), outcome: refused(refusal) };
      const rows = await lockStates(tx, [skuId], engine.config.defaultStrategy);
      const before = (await loadStates(tx, [...rows.values()], { wanted: new Map([[skuId, 'none']]) })).get(skuId);
      const draft = await draftNow(tx, stock);
      const stamp = { id: engine.ids(), at: draft.now };
      const postings = await postCosts(tx, engine, new Map([[skuId, [{ event: event(stamp), reason }]]]));
      await note?.(tx, stamp);
      const after = postings.get(skuId)?.after;
      invariant(before !== undefined && after !== undefined, `the cost of ${skuId} was not loaded`);
      const answer = { ...brief(after), before: formatMoney(before.value), after: formatMoney(after.value) };
      draft.facts.push(await tellCost(tx, tells, { before: told(before), after: { ...told(after), reason } }));
      return { draft, outcome: accepted(answer), before: told(before), after: told(after) };
    },
  });
}

const brief = ({ skuId, strategy, quantity }: CostState) => ({ skuId, strategy, quantity });
const told = (state: CostState) => ({
  ...brief(state),
  value: formatMoney(state.value),
  standardCost:
    state.standardCost === null
      ? null
      : { cost: formatMoney(state.standardCost.value), per: state.standardCost.quantity },
});
