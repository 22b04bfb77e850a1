/** A SKU with its whole past, for tests: posts, inserts and closes, and checks after each step that nothing was lost. */
import { GranaryError } from '@granary/contracts/error';
import { fromMicros, type Instant } from '@granary/contracts/instant';
import { planClose } from '../core/close.ts';
import type { CostEvent, Flows } from '../core/event.ts';
import type { CostPolicy } from '../core/policy.ts';
import { planPosting, type PostedEvent, type Posting } from '../core/posting.ts';
import { type CostRecord, sumOf } from '../core/record.ts';
import { planReplay } from '../core/replay.ts';
import { sameState } from '../core/same-state.ts';
import { type CostState, emptyState, faultsOf, netOf } from '../core/state.ts';
import { createCostStrategyRegistry } from '../strategies/registry.ts';

export const strategies = createCostStrategyRegistry();

/** A moment that is so many minutes into the test. */
export const minute = (count: number): Instant => fromMicros(BigInt(count) * 60_000_000n);

/** Plain CostEvents without the two fields that every event has; they are given in order. */
export type Happening = CostEvent extends infer E ? (E extends CostEvent ? Omit<E, 'id' | 'at'> : never) : never;

export interface History {
  readonly policy: CostPolicy;
  /** Where the open period began; what is older cannot be inserted before. */
  opening: { state: CostState; flows: Flows };
  events: CostEvent[];
  records: CostRecord[];
  state: CostState;
  flows: Flows;
  /** The moment at which the open period began. */
  openedAt: Instant;
  made: number;
}

export function newHistory(strategy: string, policy: CostPolicy): History {
  const state = emptyState('SKU', strategy);
  const flows: Flows = new Map();
  return { policy, opening: { state, flows }, events: [], records: [], state, flows, openedAt: minute(0), made: 0 };
}

/** Undefined when costing refuses it; anything but a refusal is a bug and is thrown. */
export function post(history: History, happening: Happening): PostedEvent | undefined {
  const event = stamped(history, happening, history.made + 1);
  return unlessRefused(() => {
    const posting = planPosting(history.state, [event], { strategies, policy: history.policy, flows: history.flows });
    history.events.push(event);
    history.records.push(...recordsOf(posting));
    history.state = posting.state;
    history.flows = posting.flows;
    check(history);
    return posting.posted[0];
  });
}

/** Records an event that belongs after the first `after` events of the open period. */
export function insert(history: History, happening: Happening, after: number): readonly CostRecord[] | undefined {
  const { events, opening, policy } = history;
  const earliest = history.openedAt;
  const inserted = { ...stamped(history, happening, 0), at: events[after - 1]?.at ?? earliest };
  return unlessRefused(() => {
    const context = { strategies, policy };
    const before = planPosting(opening.state, events.slice(0, after), { ...context, flows: opening.flows });
    const plan = planReplay(
      before.state,
      { inserted, later: events.slice(after), now: history.state },
      { ...context, flows: before.flows },
    );
    history.events = events.toSpliced(after, 0, inserted);
    history.records.push(...recordsOf(plan.posting), ...plan.corrections);
    const again = planPosting(opening.state, history.events, { ...context, flows: opening.flows });
    if (!sameState(plan.state, again.state)) throw new Error('replay and recomputation differ');
    history.state = plan.state;
    history.flows = again.flows;
    check(history);
    return plan.corrections;
  });
}

/** Closes the open period: periodic strategies get their true-up. */
export function close(history: History): readonly CostRecord[] {
  const { opening, events, policy } = history;
  history.made += 1;
  const closeId = `e${String(history.made).padStart(6, '0')}`;
  const context = { strategies, policy, flows: opening.flows };
  const { trueUps, state } = planClose(opening.state, { events, closeId }, context);
  history.records.push(...trueUps);
  history.state = state;
  history.opening = { state, flows: history.flows };
  history.events = [];
  history.openedAt = minute(history.made);
  check(history);
  return trueUps;
}

/** SPEC I8, from the outside: records, layers and the state must tell the same, to the last digit. */
function check({ records, state, events }: History): void {
  const say = (problem: string) => {
    throw new Error(
      `${problem} after ${JSON.stringify(events.at(-1), (_, each) => (typeof each === 'bigint' ? String(each) : each))}`,
    );
  };
  const net = netOf(state);
  const quantity = records.reduce((sum, record) => sum + record.quantity, 0);
  if (sumOf(records) !== net.value) say(`the records hold ${sumOf(records)}, the state ${net.value}`);
  if (quantity !== net.quantity) say(`the records hold ${quantity} units, the state ${net.quantity}`);
  const faults = faultsOf(state, strategies.get(state.strategy).value === 'pool');
  if (faults.length > 0) say(faults.join('; '));
}

function stamped(history: History, happening: Happening, minutes: number): CostEvent {
  history.made += 1;
  return { ...happening, id: `e${String(history.made).padStart(6, '0')}`, at: minute(minutes) } as CostEvent;
}

const recordsOf = (posting: Posting): CostRecord[] => posting.posted.flatMap((event) => [...event.records]);

function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof GranaryError) return undefined;
    throw error;
  }
}
