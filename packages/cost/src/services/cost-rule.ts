/** Rules by which costs are shared out: made, changed, and those that each close of a period runs by itself. */
import type {
  AllocationMethod,
  CostRule,
  CostRuleListInput,
  CreateRuleInput,
  UpdateRuleInput,
} from '@granary/contracts/cost-allocation';
import { formatMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Call } from '@granary/domain/call';
import type { Fact } from '@granary/domain/entities/outbox';
import { pageOf } from '@granary/domain/persistence/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted, duplicate, invalidInput, notFound, refused } from '@granary/domain/refusal';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import { planAllocation } from '../core/allocation.ts';
import type { CostRuleRow, RuleTarget } from '../entities/cost-allocation.ts';
import { appendRule, changeRule, findRule, listRules } from '../persistence/allocation-store.ts';
import { amountOf, weighed } from '../rules/rule-weight.ts';
import type { CostEngine } from './cost-engine.ts';
import { whyUncosted } from './costed-sku.ts';

export function createCostRules(stock: Engine, engine: CostEngine) {
  return {
    createRule: (input: CreateRuleInput, call: Call) => createRule(stock, engine, { input, call }),
    /** What is left out stays as it is. */
    updateRule: (input: UpdateRuleInput, call: Call) => updateRule(stock, { input, call }),
    /** By name. */
    rules: async (input: CostRuleListInput): Promise<Page<CostRule>> => {
      const page = await stock.units.read((tx) =>
        pageOf<CostRuleRow>({
          list: 'costAllocation.rules',
          input,
          keyOf: ({ name }) => [name],
          load: (after, limit) => listRules(tx, { after: after?.[0], limit }),
        }),
      );
      return { ...page, items: page.items.map(toRule) };
    },
  };
}

const toRule = (row: CostRuleRow): CostRule => ({
  ...row,
  amount: row.amount === null ? null : formatMoney(row.amount),
});

function ruleFact(
  before: CostRule | null,
  { after, commandId }: { readonly after: CostRule; readonly commandId: string },
): Fact {
  const type = before === null ? 'cost.rule.created' : 'cost.rule.updated';
  const from = before?.version ?? 0;
  return { type, kind: 'costRule', id: after.ruleId, from, to: after.version, commandId, before, after };
}

interface Asked<Input> {
  readonly input: Input;
  readonly call: Call;
}

/** A rule that could never share anything out is refused now, not at the end of a month. */
function assertShares(name: string, method: AllocationMethod, targets: readonly RuleTarget[]): void {
  if (new Set(targets.map(({ skuId }) => skuId)).size < targets.length || targets.length === 0)
    throw invalidInput([{ path: 'targets', message: 'must name at least one SKU, and each only once' }]);
  if (method === 'ratio' || method === 'activity') planAllocation(1n, { name, method, targets: weighed(targets) });
}

/** What is shared out to a mistyped name would never be found again. */
async function assertCosted(tx: Tx, targets: readonly RuleTarget[]): Promise<void> {
  const refusal = await whyUncosted(
    tx,
    targets.map(({ skuId }) => skuId),
  );
  if (refusal !== undefined) throw refusal;
}

const targetsOf = (said: CreateRuleInput['targets']): readonly RuleTarget[] =>
  said.map(({ skuId, weight = null }) => ({ skuId, weight }));

async function createRule(
  stock: Engine,
  engine: CostEngine,
  { input, call }: Asked<CreateRuleInput>,
): Promise<CostRule> {
  const { name, source, method, isAutomatic = false } = input;
  const targets = targetsOf(input.targets);
  assertShares(name, method, targets);
  return await execute(stock, {
    procedure: 'costAllocation.createRule',
    input,
    call,
    lock: { scope: 'document', keys: [`cost-rule:${name}`] },
    decide: async (tx) => {
      const draft = await draftNow(tx, stock);
      if ((await findRule(tx, name)) !== undefined)
        throw duplicate('rule', name, `There is an allocation rule ${JSON.stringify(name)} already.`);
      await assertCosted(tx, targets);
      const amount = input.amount === undefined ? null : amountOf(input.amount, 'amount');
      const plain = { amount, isAutomatic, createdAt: draft.now, version: 1 };
      const row: CostRuleRow = { ruleId: engine.ids(), name, source, method, targets, ...plain };
      await appendRule(tx, row);
      const answer = toRule(row);
      draft.facts.push(ruleFact(null, { after: answer, commandId: tx.commandId }));
      return { draft, outcome: accepted(answer), after: answer };
    },
  });
}

/** What was shared out by it stays; the next close goes by what it says then. */
async function updateRule(stock: Engine, { input, call }: Asked<UpdateRuleInput>): Promise<CostRule> {
  const { rule: name } = input;
  return await execute(stock, {
    procedure: 'costAllocation.updateRule',
    input,
    call,
    lock: { scope: 'document', keys: [`cost-rule:${name}`] },
    decide: async (tx) => {
      const draft = await draftNow(tx, stock);
      const known = await findRule(tx, name);
      if (known === undefined) return { draft, outcome: refused(notFound('rule', name)) };
      const row = changed(known, input);
      if (input.targets !== undefined) await assertCosted(tx, row.targets);
      await changeRule(tx, row, known.version);
      const [before, after] = [toRule(known), toRule(row)];
      draft.facts.push(ruleFact(before, { after, commandId: tx.commandId }));
      return { draft, outcome: accepted(after), before, after };
    },
  });
}

function changed(known: CostRuleRow, input: UpdateRuleInput): CostRuleRow {
  const { isAutomatic = known.isAutomatic } = input;
  const targets = input.targets === undefined ? known.targets : targetsOf(input.targets);
  const amount =
    input.amount === undefined ? known.amount : input.amount === null ? null : amountOf(input.amount, 'amount');
  assertShares(known.name, known.method, targets);
  if (isAutomatic && amount === null)
    throw invalidInput([{ path: 'amount', message: 'is needed of an automatic rule' }]);
  return { ...known, targets, amount, isAutomatic, version: known.version + 1 };
}
