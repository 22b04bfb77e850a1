/** What a list of events comes to, SKU by SKU: loaded, decided by the core, and not yet written. A preview is this and nothing more. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { CostEvent, Flows } from '../core/event.ts';
import { planPosting, type PostedEvent } from '../core/posting.ts';
import type { CostRecord } from '../core/record.ts';
import type { CostState } from '../core/state.ts';
import type { CostFlowRow } from '../entities/cost-layer.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readEvents } from '../persistence/close-store.ts';
import { emptyRow, loadStates, lockStates, readFlows, readStates, toFlow } from '../persistence/cost-state-store.ts';
import { inOrder, planBackdated } from '../rules/backdating.ts';
import { fromEventRow } from '../rules/event-text.ts';
import { keptState } from './closed-state.ts';
import { type CostEngine, namedBy, type Work } from './cost-engine.ts';

export interface PlannedSku {
  readonly row: CostStateRow;
  readonly before: CostState;
  readonly after: CostState;
  /** The events as they are kept, and what each made. */
  readonly events: readonly CostEvent[];
  readonly posted: readonly PostedEvent[];
  readonly corrections: readonly (CostRecord & { readonly at: Instant })[];
  readonly flowsBefore: ReadonlyMap<string, CostFlowRow>;
  readonly flowsAfter: Flows;
  /** The moments whose periods must be open for it. */
  readonly moments: readonly Instant[];
}

/** `isLocked` false reads without locks, for whoever only wants to know. */
export async function planCosts(
  tx: Tx,
  engine: CostEngine,
  { work, isLocked }: { readonly work: Work; readonly isLocked: boolean },
): Promise<ReadonlyMap<string, PlannedSku>> {
  const rows = isLocked
    ? await lockStates(tx, [...work.keys()], engine.config.defaultStrategy)
    : await readRows(tx, engine, [...work.keys()]);
  const ordered = new Map(
    [...work].map(([skuId, posted]) => [
      skuId,
      inOrder(
        rows.get(skuId)?.lastAt ?? null,
        posted.map(({ event }) => event),
      ),
    ]),
  );
  const onlyIn = [...ordered].filter(([, events]) => events?.every(isIncoming) === true).map(([skuId]) => skuId);
  const states = await loadStates(tx, [...rows.values()], new Set(onlyIn));
  const flows = await readFlows(tx, flowsOf(work, states));
  const plans = new Map<string, PlannedSku>();
  for (const [skuId, posted] of work) {
    const [row, before, events] = [rows.get(skuId), states.get(skuId), ordered.get(skuId)];
    if (row === undefined || before === undefined) throw new Error(`the cost state of ${skuId} was not loaded`);
    const loaded = { row, before, known: flows.get(skuId) ?? new Map<string, CostFlowRow>() };
    const plan =
      events === undefined
        ? await planPast(tx, engine, { ...loaded, inserted: posted.map(({ event }) => event) })
        : planNext(engine, { ...loaded, events, said: posted.map(({ event }) => event) });
    plans.set(skuId, plan);
  }
  return plans;
}

async function readRows(tx: Tx, { config }: CostEngine, skuIds: readonly string[]) {
  const rows = new Map((await readStates(tx, skuIds)).map((row) => [row.skuId, row]));
  for (const skuId of skuIds) if (!rows.has(skuId)) rows.set(skuId, emptyRow(skuId, config.defaultStrategy));
  return rows;
}

/** What only comes in needs to see no layer: it adds one. */
function isIncoming(event: CostEvent): boolean {
  return event.type === 'receipt' || event.type === 'return';
}

/** The flows that the events name, and those that a receipt may correct because their goods are owed. */
function flowsOf(work: Work, states: ReadonlyMap<string, CostState>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...work].map(([skuId, posted]) => {
      const owed = states.get(skuId)?.deficits.map(({ issueId }) => issueId) ?? [];
      return [skuId, [...new Set([...owed, ...posted.flatMap(({ event }) => namedBy(event))])]];
    }),
  );
}

interface Loaded {
  readonly row: CostStateRow;
  readonly before: CostState;
  readonly known: ReadonlyMap<string, CostFlowRow>;
}

function planNext(
  { strategies, config }: CostEngine,
  {
    row,
    before,
    known,
    events,
    said,
  }: Loaded & { readonly events: readonly CostEvent[]; readonly said: readonly CostEvent[] },
): PlannedSku {
  const flows = new Map([...known].map(([id, flow]) => [id, toFlow(flow)]));
  const posting = planPosting(before, events, { strategies, policy: config.policy, flows });
  return {
    ...{ row, before, after: posting.state, events, posted: posting.posted, corrections: [] },
    ...{ flowsBefore: known, flowsAfter: posting.flows, moments: said.map(({ at }) => at) },
  };
}

/** A periodic SKU is costed anew as a whole from there on, so every later period must be open as well. */
async function planPast(
  tx: Tx,
  { strategies, config }: CostEngine,
  { row, before, inserted }: Loaded & { readonly inserted: readonly CostEvent[] },
): Promise<PlannedSku> {
  const { skuId } = row;
  const kept = await keptState(tx, skuId, config);
  const range = kept.from === undefined ? {} : { from: kept.from };
  const existing = ((await readEvents(tx, [skuId], range)).get(skuId) ?? []).map(fromEventRow);
  const named = [...new Set([...existing, ...inserted].flatMap(namedBy))];
  const rows = (await readFlows(tx, new Map([[skuId, named]]))).get(skuId) ?? new Map<string, CostFlowRow>();
  const flows = kept.from === undefined ? new Map<string, never>() : closedFlows(rows);
  const context = { strategies, policy: config.policy, flows };
  const plan = planBackdated({ base: kept.state, existing, inserted, now: before }, context);
  const isPeriodic = strategies.get(row.strategy).periodic;
  const own = [...inserted, ...plan.corrections].map(({ at }) => at);
  const changed = new Map([[skuId, [...plan.flows.keys()]]]);
  return {
    ...{ row, before, after: plan.state, events: inserted, posted: plan.posted, corrections: plan.corrections },
    flowsBefore: (await readFlows(tx, changed)).get(skuId) ?? new Map(),
    flowsAfter: plan.flows,
    moments: isPeriodic ? [...own, ...plan.later] : own,
  };
}

/** As they stood when the period before was closed; those that are younger are made by the events. */
export function closedFlows(known: ReadonlyMap<string, CostFlowRow>): Flows {
  return new Map(
    [...known].flatMap(([flowId, { closedQuantity, closedValue }]) =>
      closedQuantity === null || closedValue === null
        ? []
        : [[flowId, { quantity: closedQuantity, value: closedValue }]],
    ),
  );
}
