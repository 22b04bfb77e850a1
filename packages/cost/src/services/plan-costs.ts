/** What a list of events comes to, SKU by SKU: loaded, decided by the core, and not yet written. A preview is this and nothing more. */
import type { Tx } from '@granary/domain/persistence/transaction';
import type { CostEvent } from '../core/event.ts';
import { planPosting } from '../core/posting.ts';
import type { CostState } from '../core/state.ts';
import type { KnownFlow, KnownFlows } from '../persistence/flow-store.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { ReadLayers, WantedLayers } from '../persistence/cost-layer-store.ts';
import { loadStates, toFlow } from '../persistence/cost-state-store.ts';
import { readFlows } from '../persistence/flow-store.ts';
import { invariant, present } from '@granary/domain/refusal';
import { inOrder } from '../rules/backdating.ts';
import { ownFlowOf } from '../rules/movement-events.ts';
import { type CostEngine, namedBy, type Work } from './cost-engine.ts';
import { planPast } from './plan-past.ts';
import type { PlannedSku } from './planned-sku.ts';

export interface Planning {
  readonly work: Work;
  readonly rows: ReadonlyMap<string, CostStateRow>;
  /** Layers that were read with them. */
  readonly read?: ReadLayers | undefined;
}

/** `rows` are the states of all SKUs of the work, locked by whoever means to write. */
export async function planCosts(
  tx: Tx,
  engine: CostEngine,
  { work, rows, read }: Planning,
): Promise<ReadonlyMap<string, PlannedSku>> {
  const ordered = new Map(
    [...work].map(([skuId, posted]) => [
      skuId,
      inOrder(
        rows.get(skuId)?.lastAt ?? null,
        posted.map(({ event }) => event),
      ),
    ]),
  );
  const wanted = wantedBy(ordered, rows, engine);
  const states = await loadStates(tx, [...rows.values()], { wanted, read });
  const flows = await readFlows(tx, flowsOf(work, states));
  const plans = new Map<string, PlannedSku>();
  for (const [skuId, posted] of work) {
    const [row, before, events] = [rows.get(skuId), states.get(skuId), ordered.get(skuId)];
    invariant(row !== undefined && before !== undefined, `the cost state of ${skuId} was not loaded`);
    const loaded = { row, before, known: flows.get(skuId) ?? new Map<string, KnownFlow>() };
    const plan =
      events === undefined
        ? await planPast(tx, engine, { ...loaded, said: posted })
        : planNext(engine, { ...loaded, events, said: posted.map(({ event }) => event) });
    plans.set(skuId, plan);
  }
  return plans;
}

type Ordered = ReadonlyMap<string, readonly CostEvent[] | undefined>;

/** What only comes in adds a layer and needs to see none; goods that go as they came need no more layers than they take. */
function wantedBy(
  ordered: Ordered,
  rows: ReadonlyMap<string, CostStateRow>,
  { strategies }: CostEngine,
): ReadonlyMap<string, WantedLayers> {
  const wanted = new Map<string, WantedLayers>();
  for (const [skuId, events] of ordered) {
    const { scan } = strategies.get(present(rows.get(skuId), 'the cost of a SKU').strategy);
    const units = events === undefined ? undefined : unitsTaken(events);
    if (units === 0) wanted.set(skuId, 'none');
    else if (units !== undefined && scan !== undefined) wanted.set(skuId, { first: scan, units });
  }
  return wanted;
}

/** Undefined where other layers may matter than those that are taken. */
export function unitsTaken(events: readonly CostEvent[]): number | undefined {
  if (!events.every(isPlain)) return undefined;
  return events.reduce((sum, event) => sum + (event.type === 'issue' ? event.quantity : 0), 0);
}

function isPlain({ type }: CostEvent): boolean {
  return type === 'receipt' || type === 'return' || type === 'issue';
}

/**
 * The flows that the events name, and those that a receipt may correct because their goods are owed. What a document of this
 * very unit of work moves cannot be known yet.
 */
function flowsOf(work: Work, states: ReadonlyMap<string, CostState>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...work].map(([skuId, posted]) => {
      const owed = present(states.get(skuId), 'the cost state of a SKU').deficits.map(({ issueId }) => issueId);
      const named = posted.flatMap(({ event, change }) => {
        const own = change === undefined ? undefined : ownFlowOf(change);
        return namedBy(event).filter((flowId) => flowId !== own);
      });
      return [skuId, [...new Set([...owed, ...named])]];
    }),
  );
}

interface Loaded {
  readonly row: CostStateRow;
  readonly before: CostState;
  readonly known: KnownFlows;
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
    row,
    before,
    after: posting.state,
    events,
    posted: posting.posted,
    corrections: [],
    flowsBefore: known,
    flowsAfter: posting.flows,
    moments: said.map(({ at }) => at),
  };
}
