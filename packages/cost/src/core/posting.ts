/**
 * The decision of costing: from what is held and what happened to what is appended. Pure and exact: the value of all
 * records is the change of the value held, so value in = value held + consumed + written off, to the last digit (SPEC I8).
 */
import type { CostStrategyRegistry } from '../strategies/registry.ts';
import { assertSound, closeBook, openBook } from './book.ts';
import type { Desk, Effect } from './desk.ts';
import type { CostEvent, Flows } from './event.ts';
import { allocate, changeStandard, revalue, switchStrategy } from './post-value.ts';
import { issue, receive, returnGoods, reverseReceipt } from './post-goods.ts';
import type { CostPolicy } from './policy.ts';
import { relabel } from './relabel.ts';
import type { ConsumedLine, CostRecord } from './record.ts';
import { atOnce, inSlices, type Sliced } from './slices.ts';
import { type CostState, netOf } from './state.ts';

export interface PostingContext {
  readonly strategies: CostStrategyRegistry;
  readonly policy: CostPolicy;
  /** The earlier receipts and issues that the events name: what of them may still be reversed or come back. */
  readonly flows?: Flows;
}

/** What one event did. */
export interface PostedEvent {
  readonly eventId: string;
  readonly records: readonly CostRecord[];
  readonly lines: readonly ConsumedLine[];
  /** Held less owed after it. */
  readonly quantity: number;
  readonly value: bigint;
  /** What a unit last cost after it, as far as the strategy keeps it. */
  readonly lastCost: CostState['lastCost'];
}

export interface Posting {
  readonly state: CostState;
  readonly posted: readonly PostedEvent[];
  /** The flows that were given or made, as they are now. */
  readonly flows: Flows;
}

/** All events or none: a refusal leaves the given state as it was. */
export function planPosting(state: CostState, events: readonly CostEvent[], context: PostingContext): Posting {
  return atOnce(postInSlices(state, events, context));
}

/** The same of a long past. */
export function* postInSlices(
  state: CostState,
  events: readonly CostEvent[],
  context: PostingContext,
): Sliced<Posting> {
  const desk = deskOf(state, context);
  const posted: PostedEvent[] = [];
  yield* inSlices(events, (event) => posted.push(post(desk, event)));
  return { state: closeBook(desk.book), posted, flows: desk.flows };
}

/** What the last of the events makes, for whoever does not ask how the SKU stands after it. */
export function planLast(
  state: CostState,
  events: readonly CostEvent[],
  context: PostingContext,
): PostedEvent | undefined {
  const desk = deskOf(state, context);
  return events.map((event) => post(desk, event)).at(-1);
}

function deskOf(state: CostState, { strategies, policy, flows }: PostingContext): Desk {
  const book = openBook(state, strategies.get(state.strategy));
  return { book, policy, strategies, flows: new Map(flows) };
}

function post(desk: Desk, event: CostEvent): PostedEvent {
  assertPostable(event);
  const { records, lines = [] } = effectOf(desk, event);
  assertSound(desk.book);
  for (const record of records) correctFlow(desk, record);
  return { eventId: event.id, records, lines, ...netOf(desk.book), lastCost: desk.book.lastCost };
}

/** Callers are parsed before they come here, so anything else is a bug: half a unit or a negative cost would never add up. */
function assertPostable(event: CostEvent): void {
  const units = 'quantity' in event && event.type !== 'allocation' ? (event.quantity ?? 0) : 1;
  const value =
    event.type === 'receipt' || event.type === 'return'
      ? (event.value ?? 0n)
      : event.type === 'standard_cost'
        ? event.cost
        : 0n;
  if (!Number.isSafeInteger(units) || units < 1 || value < 0n)
    throw new RangeError(`cannot cost ${event.type} ${event.id}: ${units} units for ${value} millionths`);
}

function effectOf(desk: Desk, event: CostEvent): Effect {
  switch (event.type) {
    case 'receipt':
      return receive(desk, event);
    case 'issue':
      return issue(desk, event);
    case 'return':
      return returnGoods(desk, event);
    case 'reversal':
      return reverseReceipt(desk, event);
    case 'allocation':
      return allocate(desk, event);
    case 'revaluation':
      return revalue(desk, event);
    case 'standard_cost':
      return changeStandard(desk, event);
    case 'switch':
      return switchStrategy(desk, event);
    case 'relabel':
      return relabel(desk, event);
  }
}

/** What an issue of owed goods really cost is what its goods come back at. */
function correctFlow({ flows }: Desk, { kind, subjectId, value }: CostRecord): void {
  const flow = kind === 'deficit_correction' ? flows.get(subjectId) : undefined;
  if (flow !== undefined) flows.set(subjectId, { ...flow, value: flow.value - value });
}
