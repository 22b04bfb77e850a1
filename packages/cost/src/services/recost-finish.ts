/** The last part of a recosting: what was posted meanwhile is costed after the corrected past, and the state becomes the corrected one. */
import type { Tx } from '@granary/domain/persistence/transaction';
import type { CostEvent } from '../core/event.ts';
import { planPosting } from '../core/posting.ts';
import { sumOf } from '../core/record.ts';
import { type CostState, netOf } from '../core/state.ts';
import type { KnownFlow } from '../persistence/flow-store.ts';
import { readEvents } from '../persistence/close-store.ts';
import { loadStates } from '../persistence/cost-state-store.ts';
import { readFlows } from '../persistence/flow-store.ts';
import { writeCosts } from '../persistence/cost-write-store.ts';
import { countEvents, dropRecost, readBooked } from '../persistence/recost-store.ts';
import { invariant, present } from '@granary/domain/refusal';
import { fromEventRow } from '../rules/event-text.ts';
import { booksOf, correctionsOf } from '../rules/recost.ts';
import { type CostEngine, namedBy } from './cost-engine.ts';
import type { RecostPlan, Unsettled } from './recost-plan.ts';
import { correctionRecords } from './recost-records.ts';

/** Posted since the plan was made; after more of them a new plan is better than a long wait. */
const MOST_SINCE = 1000;

/** Answers how many corrections it appended; undefined where a new plan is needed. All parts are appended, and the SKU is locked. */
export async function finishRecost(
  tx: Tx,
  engine: CostEngine,
  { plan, row, recost }: Unsettled & { readonly plan: RecostPlan },
): Promise<number | undefined> {
  const { skuId } = plan;
  const tail = await tailOf(tx, plan);
  if (tail === undefined) return undefined;
  const context = { strategies: engine.strategies, policy: engine.config.policy, flows: plan.flows };
  const posting = planPosting(plan.state, tail, context);
  const booked = await readBooked(tx, skuId, plan.recordCount);
  const books = booksOf({ events: tail, booked, since: plan.since }).byEvent;
  const corrections = correctionsOf(tail, { posted: posting.posted, books, causeId: recost.causeId });
  const before = (await loadStates(tx, [row])).get(skuId);
  invariant(before !== undefined, `the cost state of ${skuId} was not loaded`);
  assertConserved({ before, after: posting.state, carried: recost.carried + sumOf(corrections) });
  const named = [...new Set(tail.flatMap((event) => [...namedBy(event), event.id]))];
  const flowsBefore = (await readFlows(tx, new Map([[skuId, named]]))).get(skuId) ?? new Map<string, KnownFlow>();
  const flowsAfter = new Map([...posting.flows].filter(([flowId]) => flowsBefore.has(flowId)));
  const records = await correctionRecords(tx, engine, { row, recost, corrections });
  const unmoved = { events: [], lastAt: row.lastAt };
  await writeCosts(tx, [{ row, before, after: posting.state, flowsBefore, flowsAfter, records, ...unmoved }]);
  await dropRecost(tx, skuId);
  return records.length;
}

/** Whatever was posted since comes after all that the plan knows. */
async function tailOf(tx: Tx, { skuId, events, since }: RecostPlan): Promise<readonly CostEvent[] | undefined> {
  const last = present(events.at(-1), 'the last event of a past');
  const read = present((await readEvents(tx, [skuId], { from: last.at })).get(skuId), 'the events of a past');
  const tail = read.map(fromEventRow).filter(({ at, id }) => at > last.at || id > last.id);
  const isWhole = (await countEvents(tx, skuId, { from: since })) === events.length + tail.length;
  return isWhole && tail.length <= MOST_SINCE ? tail : undefined;
}

interface Conserved {
  readonly before: CostState;
  readonly after: CostState;
  /** What all corrections together have brought onto the stock. */
  readonly carried: bigint;
}

/** A bug, not a refusal: the corrected state holds exactly what the books say. */
function assertConserved({ before, after, carried }: Conserved): void {
  const [was, is] = [netOf(before), netOf(after)];
  invariant(
    was.quantity === is.quantity && was.value + carried === is.value,
    `recosting of ${after.skuId} broke: ${was.quantity} for ${was.value} and ${carried} became ${is.quantity} for ${is.value}`,
  );
}
