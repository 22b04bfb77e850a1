/**
 * Events that belong before what is posted already. Few later ones are costed again at once. Where there are many, the
 * events are costed where they arrive, and what they change is left to the recosting, so that nobody waits for it.
 */
import type { Tx } from '@granary/domain/persistence/transaction';
import { dayOf, startOfDay } from '@granary/domain/rules/calendar';
import type { CostEvent, Flows } from '../core/event.ts';
import { planPosting } from '../core/posting.ts';
import { insufficientLayers } from '../core/refusal.ts';
import type { Sliced } from '../core/slices.ts';
import type { CostState } from '../core/state.ts';
import type { KnownFlow, KnownFlows } from '../persistence/flow-store.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readLongPast } from '../persistence/close-store.ts';
import { loadStates, toFlow } from '../persistence/cost-state-store.ts';
import { readAllFlows, readFlowMoves, readFlows } from '../persistence/flow-store.ts';
import { readPeriods } from '../persistence/period-store.ts';
import { flowNeededBy, placeInPast } from '../rules/place-in-past.ts';
import { countEvents, findRecost, leastHeld } from '../persistence/recost-store.ts';
import { invariant, present } from '@granary/domain/refusal';
import { planBackdated } from '../rules/backdating.ts';
import { fromEventRow } from '../rules/event-text.ts';
import { asArrived, planDeferral } from '../rules/recost.ts';
import { stillCorrected } from '../rules/period-refusal.ts';
import { type KeptState, keptState } from './kept-state.ts';
import { type CostEngine, namedBy, type Posted } from './cost-engine.ts';
import { inTurns } from './in-turns.ts';
import type { PlannedSku } from './planned-sku.ts';

export interface PastWork {
  readonly row: CostStateRow;
  readonly before: CostState;
  /** The flows that the events name. */
  readonly known: KnownFlows;
  readonly said: readonly Posted[];
}

interface PlacedWork extends PastWork {
  /** What is said, where it belongs. */
  readonly events: readonly CostEvent[];
}

export async function planPast(tx: Tx, engine: CostEngine, told: PastWork): Promise<PlannedSku> {
  const { skuId } = told.row;
  const kept = await keptState(tx, skuId, engine.config);
  const work = await placed(tx, told, kept);
  const limit = engine.config.eventsAtOnce;
  const pending = await findRecost(tx, skuId);
  const isMuch = (await countEvents(tx, skuId, { from: kept.from, limit: limit + 1 })) > limit;
  if (pending === undefined && !isMuch) return await planAtOnce(tx, engine, { work, kept });
  const plan = await planArrival(tx, engine, work);
  const [cause] = work.said;
  const by = { documentId: cause?.change?.documentId ?? null, reason: cause?.reason ?? null, commandId: tx.commandId };
  const { lastAt } = work.row;
  invariant(lastAt !== null, `${skuId} has a past and no last moment`);
  return { ...plan, recost: planDeferral({ skuId, lastAt, inserted: plan.events, by }, pending) };
}

/** Read for whoever only wants to know, and decided once nothing is open: a long past takes seconds. */
export async function previewPast(
  tx: Tx,
  engine: CostEngine,
  { row, said }: Pick<PastWork, 'row' | 'said'>,
): Promise<() => Promise<PlannedSku>> {
  const { skuId } = row;
  if ((await findRecost(tx, skuId)) !== undefined) throw stillCorrected(skuId);
  const before = (await loadStates(tx, [row])).get(skuId);
  invariant(before !== undefined, `the cost state of ${skuId} was not loaded`);
  const kept = await keptState(tx, skuId, engine.config);
  const known = await flowsNamed(tx, skuId, neededBy(said));
  const past = await readPast(tx, { work: await placed(tx, { row, before, said, known }, kept), kept });
  return async () => ({ ...(await inTurns(decidePast(engine, past))), flowsBefore: new Map() });
}

/** The flows that must have been there before what is said. */
const neededBy = (said: readonly Posted[]) => said.flatMap(({ event }) => flowNeededBy(event) ?? []);

async function placed(tx: Tx, work: PastWork, { from }: KeptState): Promise<PlacedWork> {
  const { row, known, said } = work;
  const flowIds = neededBy(said);
  const moves = await readFlowMoves(tx, row.skuId, { flowIds, from });
  const closed = new Map([...closedFlows(known.values())].map(([id, { quantity }]) => [id, quantity]));
  const events = said.map(({ event }) => event);
  return { ...work, events: placeInPast(events, { moves, closed: from === undefined ? new Map() : closed }) };
}

interface Known {
  readonly work: PlacedWork;
  readonly kept: KeptState;
}

interface WholePast extends Known {
  readonly existing: readonly CostEvent[];
  /** As they stood with the kept state. */
  readonly flows: Flows;
}

async function readPast(tx: Tx, { work, kept }: Known): Promise<WholePast> {
  const { skuId } = work.row;
  const existing = await eventsSince(tx, skuId, kept);
  // From the very beginning all flows are made by the events themselves.
  const named = kept.from === undefined ? [] : [...existing, ...work.said.map(({ event }) => event)].flatMap(namedBy);
  return { work, kept, existing, flows: closedFlows((await flowsNamed(tx, skuId, named)).values()) };
}

async function planAtOnce(tx: Tx, engine: CostEngine, known: Known): Promise<PlannedSku> {
  const plan = await inTurns(decidePast(engine, await readPast(tx, known)));
  return { ...plan, flowsBefore: await flowsNamed(tx, plan.row.skuId, [...plan.flowsAfter.keys()]) };
}

/** A periodic SKU is costed anew as a whole from there on, so every later period must be open as well. */
function* decidePast(
  { strategies, config }: CostEngine,
  { work: { row, before, said, events: inserted }, kept, existing, flows }: WholePast,
): Sliced<Omit<PlannedSku, 'flowsBefore'>> {
  const context = { strategies, policy: config.policy, flows };
  const plan = yield* planBackdated({ base: kept.state, existing, inserted, now: before }, context);
  const own = [...said.map(({ event }) => event), ...plan.corrections].map(({ at }) => at);
  const { posted, corrections } = plan;
  return {
    ...{ row, before, after: plan.state, events: inserted, posted, corrections, flowsAfter: plan.flows },
    moments: strategies.get(row.strategy).periodic ? [...own, ...plan.later] : own,
  };
}

/** Beyond so many, one look at all flows of the SKU is shorter than a statement that names them. */
const MOST_NAMED = 4000;

async function flowsNamed(tx: Tx, skuId: string, named: readonly string[]): Promise<KnownFlows> {
  const flowIds = new Set(named);
  if (flowIds.size <= MOST_NAMED)
    return (await readFlows(tx, new Map([[skuId, [...flowIds]]]))).get(skuId) ?? new Map<string, KnownFlow>();
  const all = await readAllFlows(tx, skuId);
  return new Map(all.filter(({ flowId }) => flowIds.has(flowId)).map((flow) => [flow.flowId, flow]));
}

/** Costed after all that is posted. Whatever it may change falls into periods that must be open from there on. */
async function planArrival(
  tx: Tx,
  { strategies, config }: CostEngine,
  { row, before, known, said, events }: PlacedWork,
): Promise<PlannedSku> {
  const { lastAt } = row;
  invariant(lastAt !== null, `${row.skuId} has a past and no last moment`);
  await assertHeldThen(tx, row.skuId, events);
  const flows = new Map([...known].map(([id, flow]) => [id, toFlow(flow)]));
  const context = { strategies, policy: config.policy, flows };
  const posting = planPosting(before, asArrived(lastAt, events), context);
  const first = present([lastAt, ...events.map(({ at }) => at)].toSorted()[0], 'a moment');
  const [from, to] = [dayOf(first, config.timezone), dayOf(lastAt, config.timezone)];
  const begun = (await readPeriods(tx)).filter(({ startsOn }) => startsOn > from && startsOn <= to);
  return {
    ...{ row, before, after: posting.state, events, posted: posting.posted, corrections: [] },
    ...{ flowsBefore: known, flowsAfter: posting.flows },
    moments: [
      ...said.map(({ event }) => event.at),
      ...begun.map(({ startsOn }) => startOfDay(startsOn, config.timezone)),
      lastAt,
    ],
  };
}

/** What left then must have been there, then and ever since: else it would be found out only when others were sold it. */
async function assertHeldThen(tx: Tx, skuId: string, events: readonly CostEvent[]): Promise<void> {
  const leaving = events.filter((event) => event.type === 'issue' || event.type === 'reversal');
  const [from] = leaving.map(({ at }) => at).toSorted();
  if (from === undefined) return;
  const quantity = leaving.reduce((sum, event) => sum + event.quantity, 0);
  const held = await leastHeld(tx, skuId, from);
  if (held < quantity) throw insufficientLayers(skuId, quantity, Math.max(0, held));
}

export async function eventsSince(tx: Tx, skuId: string, { from }: KeptState): Promise<readonly CostEvent[]> {
  const events: CostEvent[] = [];
  for await (const rows of readLongPast(tx, skuId, from)) events.push(...rows.map(fromEventRow));
  return events;
}

/** As they stood when the period before was closed; those that are younger are made by the events. */
export function closedFlows(known: Iterable<KnownFlow>): Flows {
  const flows = new Map<string, { quantity: number; value: bigint }>();
  for (const { flowId, closedQuantity, closedValue } of known)
    if (closedQuantity !== null && closedValue !== null)
      flows.set(flowId, { quantity: closedQuantity, value: closedValue });
  return flows;
}
