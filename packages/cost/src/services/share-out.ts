/** One sharing out: an amount over the targets of a rule, posted SKU by SKU, and the row that tells of it. */
import type { AllocatedPart, Allocation } from '@granary/contracts/cost-allocation';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import type { Fact } from '@granary/domain/entities/outbox';
import type { Tx } from '@granary/domain/persistence/transaction';
import { dayOf } from '@granary/domain/rules/calendar';
import { type AllocationTarget, planAllocation } from '../core/allocation.ts';
import type { Allocation as AllocationEvent } from '../core/event.ts';
import { sumOf } from '../core/record.ts';
import type { CostAllocationRow, CostRuleRow } from '../entities/cost-allocation.ts';
import { appendAllocation } from '../persistence/allocation-store.ts';
import { present } from '@granary/domain/refusal';
import type { CostEngine } from './cost-engine.ts';
import { postCosts } from './post-costs.ts';
import { openPeriods } from './posting-period.ts';

export interface SharingOut {
  readonly rule: CostRuleRow;
  readonly amount: bigint;
  /** The targets of the rule, with what it goes by. */
  readonly held: readonly AllocationTarget[];
  /** When it counts, which decides its period. */
  readonly at: Instant;
  readonly now: Instant;
}

/** With the states of all targets locked. */
export async function shareOut(tx: Tx, engine: CostEngine, sharing: SharingOut): Promise<Allocation> {
  const { rule, amount, held, at, now } = sharing;
  const parts = planAllocation(amount, { name: rule.name, method: rule.method, targets: held });
  const given = parts.filter((part) => part.amount !== 0n);
  const events = given.map((part) => ({ skuId: part.skuId, event: stamped(engine, at, { amount: part.amount }) }));
  const targets = await postAll(tx, engine, { events, reason: rule.name });
  const { ruleId, name, source, method } = rule;
  const periodOf = await openPeriods(tx, engine, [at]);
  const dated = { allocatedOn: dayOf(at, engine.config.timezone), periodId: periodOf(at).periodId };
  const made = { ...dated, createdAt: now, commandId: tx.commandId };
  const row: CostAllocationRow = { allocationId: engine.ids(), name, ruleId, source, method, amount, targets, ...made };
  await appendAllocation(tx, row);
  return toAllocation(row);
}

export const toAllocation = (row: CostAllocationRow): Allocation => ({ ...row, amount: formatMoney(row.amount) });

export function allocationFact(after: Allocation): Fact {
  const { allocationId: id, commandId } = after;
  return { type: 'cost.allocated', kind: 'costAllocation', id, from: 0, to: 1, commandId, before: null, after };
}

export function stamped(
  { ids }: CostEngine,
  at: Instant,
  facts: Pick<AllocationEvent, 'amount' | 'receiptId'>,
): AllocationEvent {
  return { type: 'allocation', id: ids(), at, ...facts };
}

export interface Giving {
  readonly events: readonly { readonly skuId: string; readonly event: AllocationEvent }[];
  readonly reason: string;
}

/** Answers what went onto the stock of each, and what into its cost of sales. */
export async function postAll(
  tx: Tx,
  engine: CostEngine,
  { events, reason }: Giving,
): Promise<readonly AllocatedPart[]> {
  const plans = await postCosts(tx, engine, new Map(events.map(({ skuId, event }) => [skuId, [{ event, reason }]])));
  return events.map(({ skuId }) => {
    const records = present(plans.get(skuId), 'the plan of a SKU').posted.flatMap((each) => each.records);
    const expensed = -sumOf(records, 'cost_of_sales');
    return {
      skuId,
      capitalised: formatMoney(sumOf(records, 'allocations') - expensed),
      expensed: formatMoney(expensed),
    };
  });
}
