/** What the books of a SKU lack after events that were told late: read in one snapshot, and decided without a lock. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { CostEvent } from '../core/event.ts';
import { oldestFirst } from '../core/layer.ts';
import { type PostingContext, postInSlices } from '../core/posting.ts';
import { sameState } from '../core/same-state.ts';
import type { Sliced } from '../core/slices.ts';
import type { CostState } from '../core/state.ts';
import type { KnownFlow } from '../persistence/flow-store.ts';
import type { CostRecostRow } from '../entities/cost-recost.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { loadStates } from '../persistence/cost-state-store.ts';
import { readBooked } from '../persistence/recost-store.ts';
import { readAllFlows } from '../persistence/flow-store.ts';
import { asRefusal, invariant } from '@granary/domain/refusal';
import { unlikePast } from '../rules/backdating.ts';
import { asPosted, type Booked, movesOf, planRecost, type Recosted } from '../rules/recost.ts';
import { type KeptState, keptState } from './kept-state.ts';
import type { CostEngine } from './cost-engine.ts';
import { closedFlows, eventsSince } from './plan-past.ts';

/** All corrections of a SKU, as far as its books were known. */
export interface RecostPlan extends Recosted {
  readonly skuId: string;
  readonly events: readonly CostEvent[];
  /** From when on events are known; undefined for the very beginning. */
  readonly since: Instant | undefined;
  /** How many records the SKU had. */
  readonly recordCount: number;
  /** Of the work that was left: another version means other work. */
  readonly version: number;
  readonly flowDeltas: readonly (readonly [flowId: string, valueDelta: bigint])[];
  /** How much of it is appended. */
  readonly done: number;
}

export interface RecostRefused {
  readonly skuId: string;
  readonly version: number;
  readonly refusal: string;
}

export interface Unsettled {
  readonly recost: CostRecostRow;
  readonly row: CostStateRow;
}

/** All that is known of it, read in one snapshot. */
export interface UnsettledPast extends Unsettled {
  readonly kept: KeptState;
  readonly events: readonly CostEvent[];
  readonly known: readonly KnownFlow[];
  readonly booked: readonly Booked[];
  readonly now: CostState;
}

export async function readUnsettled(tx: Tx, engine: CostEngine, { recost, row }: Unsettled): Promise<UnsettledPast> {
  const { skuId } = recost;
  const kept = await keptState(tx, skuId, engine.config);
  const events = await eventsSince(tx, skuId, kept);
  const known = await readAllFlows(tx, skuId);
  const booked = await readBooked(tx, skuId);
  const now = (await loadStates(tx, [row])).get(skuId);
  invariant(now !== undefined, `the cost state of ${skuId} was not loaded`);
  return { recost, row, kept, events, known, booked, now };
}

/** Decided when the snapshot is closed: a long past takes seconds, and a transaction must not stand still so long. */
export function* planUnsettled(engine: CostEngine, past: UnsettledPast): Sliced<RecostPlan | RecostRefused> {
  const { recost, row, kept, events, known, booked } = past;
  const { skuId, causeId, earliestAt, version } = recost;
  const since = kept.from;
  const flows = since === undefined ? new Map<string, never>() : closedFlows(known);
  const context = { strategies: engine.strategies, policy: engine.config.policy, flows };
  try {
    if (recost.corrections === 0) yield* assertAsPosted(past, context);
    const plan = yield* planRecost({ base: kept.state, since, events, booked, causeId, earliestAt }, context);
    const flowDeltas = deltasOf(known, plan.flows);
    return { ...plan, skuId, events, since, recordCount: row.recordCount, version, flowDeltas, done: 0 };
  } catch (error) {
    return { skuId, version, refusal: asRefusal(error).message };
  }
}

/** If the past as it was posted does not come out as it stands, its corrections would correct something else as well. */
function* assertAsPosted({ recost, kept, events, now }: UnsettledPast, context: PostingContext): Sliced<void> {
  const posted = yield* postInSlices(kept.state, asPosted(events, movesOf(recost)), context);
  if (!sameState(posted.state, { ...now, layers: now.layers.toSorted(oldestFirst) })) throw unlikePast(now.skuId);
}

function deltasOf(known: readonly KnownFlow[], due: Recosted['flows']): RecostPlan['flowDeltas'] {
  return known.flatMap(({ flowId, value }) => {
    const flow = due.get(flowId);
    return flow === undefined || flow.value === value ? [] : [[flowId, flow.value - value] as const];
  });
}
