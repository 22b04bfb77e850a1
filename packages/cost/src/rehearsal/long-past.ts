/** A SKU with a long past, posted through the code that every movement goes through, and the books of it made again from scratch. */
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { Call } from '@granary/domain/call';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { CostEvent } from '../core/event.ts';
import { oldestFirst } from '../core/layer.ts';
import { planPosting } from '../core/posting.ts';
import { sameState } from '../core/same-state.ts';
import { emptyState } from '../core/state.ts';
import { loadStates, readStates } from '../persistence/cost-state-store.ts';
import { findRecost, readBooked } from '../persistence/recost-store.ts';
import { readAllFlows } from '../persistence/flow-store.ts';
import { booksOf, correctionsOf } from '../rules/recost.ts';
import type { CostEngine } from '../services/cost-engine.ts';
import { eventsSince } from '../services/plan-past.ts';
import { postCosts } from '../services/post-costs.ts';

export interface Bookkeeping {
  readonly units: UnitOfWork;
  readonly engine: CostEngine;
  readonly call: Call;
}

const FIRST = toMicros('2026-07-01T06:00:00.000000Z' as Instant);
/** Events spread over three months, whatever their number. */
const SPAN = toMicros('2026-09-30T18:00:00.000000Z' as Instant) - FIRST;

const MILLION = 1_000_000n;

/** Much of one cost first; then out of ten movements two receipts at changing prices, seven sales and a return. */
export function longPast(count: number, ids: () => string): readonly CostEvent[] {
  const events: CostEvent[] = [];
  let sold = '';
  for (let place = 0; place < count; place += 1) {
    const id = ids();
    const stamp = { id, at: fromMicros(FIRST + (SPAN * BigInt(place)) / BigInt(count)) };
    const turn = place % 10;
    if (place === 0)
      events.push({
        type: 'receipt',
        ...stamp,
        account: 'purchases',
        quantity: 1_000_000,
        value: 10n * MILLION * MILLION,
        settles: 0,
      });
    else if (turn === 0 || turn === 5)
      events.push({
        type: 'receipt',
        ...stamp,
        account: 'purchases',
        quantity: 10,
        value: BigInt(90 + (place % 37)) * MILLION,
        settles: 0,
      });
    else if (turn === 9) events.push({ type: 'return', ...stamp, quantity: 1, issueId: sold, settles: 0 });
    else {
      sold = id;
      events.push({ type: 'issue', ...stamp, account: 'cost_of_sales', quantity: 3, owed: 0 });
    }
  }
  return events;
}

/** Told now, and older than all of it; enough for every sale since. */
export function forgotten(count: number, ids: () => string): CostEvent {
  const at = fromMicros(FIRST - 3_600_000_000n);
  const quantity = 3 * count;
  return {
    type: 'receipt',
    id: ids(),
    at,
    account: 'purchases',
    quantity,
    value: 4n * MILLION * BigInt(quantity),
    settles: 0,
  };
}

const EVENTS_A_POSTING = 1000;

export async function postEvents(
  { units, engine, call }: Bookkeeping,
  skuId: string,
  events: readonly CostEvent[],
): Promise<void> {
  for (let from = 0; from < events.length; from += EVENTS_A_POSTING) {
    const posted = events.slice(from, from + EVENTS_A_POSTING).map((event) => ({ event }));
    await units.write(call, (tx) => postCosts(tx, engine, new Map([[skuId, posted]])));
  }
}

/** What the rows of a SKU say otherwise than all its events do when they are costed again from the very beginning. */
export async function unlikeScratch(books: Bookkeeping, skuId: string): Promise<readonly string[]> {
  const { engine } = books;
  // Read first and costed when nothing is open, as a transaction must not stand still for seconds.
  const rows = await rowsOf(books, skuId);
  if (rows === undefined) return ['it was never costed'];
  const { events, booked, state, isSettled } = rows;
  const first = emptyState(skuId, engine.config.defaultStrategy);
  const scratch = planPosting(first, events, { strategies: engine.strategies, policy: engine.config.policy });
  const { byEvent } = booksOf({ events, booked, since: undefined });
  const lacking = correctionsOf(events, { posted: scratch.posted, books: byEvent, causeId: '' });
  const flows = rows.flows.filter(({ flowId, value, quantity }) => {
    const due = scratch.flows.get(flowId);
    return due?.value !== value || due.quantity !== quantity;
  });
  const sorted = { ...state, layers: state.layers.toSorted(oldestFirst) };
  return [
    ...lacking.map(({ correctsId, account, value }) => `${account} of ${correctsId} lacks ${value}`),
    ...flows.map(({ flowId, value }) => `flow ${flowId} is ${value}, not ${scratch.flows.get(flowId)?.value}`),
    ...(sameState(sorted, scratch.state) ? [] : ['the state is another']),
    ...(isSettled ? [] : ['it is not settled']),
  ];
}

async function rowsOf({ units }: Bookkeeping, skuId: string) {
  return await units.read(async (tx) => {
    const [row] = await readStates(tx, [skuId]);
    const state = row === undefined ? undefined : (await loadStates(tx, [row])).get(skuId);
    if (state === undefined) return undefined;
    const events = await eventsSince(tx, skuId, { state, from: undefined });
    const [booked, flows] = [await readBooked(tx, skuId), await readAllFlows(tx, skuId)];
    return { state, events, booked, flows, isSettled: (await findRecost(tx, skuId)) === undefined };
  }, 600_000);
}
