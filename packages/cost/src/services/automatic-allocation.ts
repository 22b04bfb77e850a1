/**
 * What a close shares out by itself: each automatic rule once for each period, by what was held when the period ended, at the
 * last moment of it. Where the next period has begun already, what that changes there is corrected as after any late cost.
 */
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { Call } from '@granary/domain/call';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted, present } from '@granary/domain/refusal';
import { endOfDay } from '@granary/domain/rules/calendar';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import { type AllocationTarget, planAllocation } from '../core/allocation.ts';
import { type Amount, heldOf, summarise } from '../core/period.ts';
import type { CostRuleRow } from '../entities/cost-allocation.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { appendAutomaticRun, findRule, isAutomaticRun, readAutomaticRules } from '../persistence/allocation-store.ts';
import { asRecord, sumRecords } from '../persistence/close-store.ts';
import { bySku, lockStates } from '../persistence/cost-state-store.ts';
import { readPeriods, readSnapshotsOf, sharePeriod } from '../persistence/period-store.ts';
import { changedWhileClosing } from '../rules/period-refusal.ts';
import { weighed } from '../rules/rule-weight.ts';
import type { CostEngine } from './cost-engine.ts';
import { allocationFact, shareOut } from './share-out.ts';

/** Throws what a run would be refused with (COST_008), and writes nothing. */
export async function previewAutomaticRules(tx: Tx, { config }: CostEngine, period: CostPeriodRow): Promise<void> {
  if (!config.autoAllocation) return;
  for (const rule of await readAutomaticRules(tx)) {
    if (rule.amount === null || (await isAutomaticRun(tx, period.periodId, rule.ruleId))) continue;
    const { name, method } = rule;
    planAllocation(rule.amount, { name, method, targets: await heldAtEnd(tx, rule, period) });
  }
}

export interface AutomaticRun {
  readonly stock: Engine;
  readonly engine: CostEngine;
  /** Frozen. */
  readonly period: CostPeriodRow;
  readonly call: Call;
}

export async function runAutomaticRules(run: AutomaticRun): Promise<void> {
  const { stock, engine } = run;
  if (!engine.config.autoAllocation) return;
  for (const { name } of await stock.units.read(readAutomaticRules)) await runRule(run, name);
}

async function runRule({ stock, engine, period, call }: AutomaticRun, name: string): Promise<void> {
  const { periodId } = period;
  const input = { rule: name, periodId };
  await execute(stock, {
    procedure: 'costAllocation.allocate',
    input,
    call,
    lock: { scope: 'document', keys: [`cost-rule:${name}`] },
    decide: async (tx) => {
      const known = await findRule(tx, name);
      const { targets } = present(known, 'an allocation rule');
      const skuIds = targets.map(({ skuId }) => skuId);
      await lockStates(tx, skuIds, engine.config.defaultStrategy);
      const now = present(await sharePeriod(tx, periodId), 'a period that is closed');
      const draft = await draftNow(tx, stock);
      const done = { draft, outcome: accepted(null), isIdle: true };
      // Once more behind the locks: another start of the same close may have run it, or somebody changed it.
      const rule = await findRule(tx, name);
      if (now.state === 'closed' || rule === undefined || !rule.isAutomatic || rule.amount === null) return done;
      if (await isAutomaticRun(tx, periodId, rule.ruleId)) return done;
      if (now.version !== period.version) throw changedWhileClosing(now);
      const held = await heldAtEnd(tx, rule, period);
      const at = momentOf(period, { now: draft.now, timezone: engine.config.timezone });
      const sharing = { rule, amount: rule.amount, held, at, now: draft.now };
      const allocation = await shareOut(tx, { ...engine, closing: periodId }, sharing);
      await appendAutomaticRun(tx, { periodId, ruleId: rule.ruleId, allocationId: allocation.allocationId });
      draft.facts.push(allocationFact(allocation));
      return { draft, outcome: accepted(null), after: allocation };
    },
  });
}

/** The last microsecond of the period; now, where it is closed before it is over. */
function momentOf({ endsOn }: CostPeriodRow, { now, timezone }: { now: Instant; timezone: string }): Instant {
  const last = fromMicros(toMicros(endOfDay(endsOn, timezone)) - 1n);
  return last < now ? last : now;
}

/** As the records of the period tell, on top of what the period before closed with; what was owed counts for nothing. */
async function heldAtEnd(tx: Tx, rule: CostRuleRow, period: CostPeriodRow): Promise<readonly AllocationTarget[]> {
  const skuIds = rule.targets.map(({ skuId }) => skuId);
  const before = (await readPeriods(tx)).findLast(({ startsOn }) => startsOn < period.startsOn);
  const snapshots = before === undefined ? [] : await readSnapshotsOf(tx, before.periodId, skuIds);
  const last = new Map(snapshots.map((row) => [row.skuId, row]));
  const sums = bySku(await sumRecords(tx, { periodId: period.periodId, skuIds }));
  return weighed(rule.targets).map((target) => {
    const { skuId } = target;
    const opened = last.get(skuId);
    const opening: Amount = { quantity: opened?.closingQuantity ?? 0, value: opened?.closingValue ?? 0n };
    const { closing } = summarise(opening, (sums.get(skuId) ?? []).map(asRecord));
    return { ...target, ...heldOf(closing) };
  });
}
