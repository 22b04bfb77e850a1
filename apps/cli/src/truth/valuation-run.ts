/** Costs the events of a vector as production would: each when it is recorded, and what is recorded late by a replay. */
import { GranaryError } from '@granary/contracts/error';
import type { Flows } from '@granary/cost/core/event';
import { planPosting, type PostedEvent, type PostingContext } from '@granary/cost/core/posting';
import type { CostRecord } from '@granary/cost/core/record';
import { planReplay } from '@granary/cost/core/replay';
import { sameState } from '@granary/cost/core/same-state';
import type { CostState } from '@granary/cost/core/state';
import type { NumberedEvent } from './valuation-events.ts';

/** A recorded event, in order of time: what it did, and all that was appended to it since. */
export interface Recorded extends NumberedEvent {
  readonly posted?: PostedEvent;
  readonly records: readonly CostRecord[];
  readonly refused?: string;
}

export interface Run {
  readonly state: CostState;
  readonly events: readonly Recorded[];
}

export function run(
  opening: CostState,
  events: readonly NumberedEvent[],
  { context, recompute }: { context: PostingContext; recompute: boolean },
): Run {
  let done: Recorded[] = [];
  let state = opening;
  let flows: Flows = new Map();
  for (const next of events) {
    const at = recompute ? done.filter(({ event }) => event.at <= next.event.at).length : done.length;
    const inner = { ...context, flows };
    try {
      if (at === done.length) {
        const posting = planPosting(state, [next.event], inner);
        done.push(...posting.posted.map((posted) => ({ ...next, posted, records: posted.records })));
        ({ state, flows } = posting);
      } else ({ state, flows, done } = insert(opening, { done, at, next, state }, context));
    } catch (error) {
      if (!(error instanceof GranaryError) || error.kind !== 'insufficientLayers') throw error;
      done.push({ ...next, records: [], refused: 'insufficient_stock' });
    }
  }
  return { state, events: done };
}

interface Late {
  readonly done: readonly Recorded[];
  readonly at: number;
  readonly next: NumberedEvent;
  readonly state: CostState;
}

function insert(opening: CostState, { done, at, next, state: now }: Late, context: PostingContext) {
  const accepted = (list: readonly Recorded[]) => list.filter((each) => each.refused === undefined);
  const before = planPosting(
    opening,
    accepted(done.slice(0, at)).map(({ event }) => event),
    context,
  );
  const later = accepted(done.slice(at));
  const plan = planReplay(
    before.state,
    { inserted: next.event, later: later.map(({ event }) => event), now },
    { ...context, flows: before.flows },
  );
  const own = plan.posting.posted.map((posted) => ({ ...next, posted, records: posted.records }));
  // Consumption and the cost of a unit after each event are read from a recomputation; values from what was appended.
  const all = planPosting(
    opening,
    [...accepted(done.slice(0, at)), ...own, ...later].map(({ event }) => event),
    context,
  );
  if (!sameState(all.state, plan.state)) throw new Error('a replay and a recomputation disagree');
  const posted = new Map(all.posted.map((each) => [each.eventId, each]));
  const corrected = [...done.slice(0, at), ...own, ...done.slice(at)].map((each): Recorded => {
    const appended = plan.corrections.filter(({ correctsId }) => correctsId === each.event.id);
    const again = posted.get(each.event.id);
    return { ...each, ...(again === undefined ? {} : { posted: again }), records: [...each.records, ...appended] };
  });
  return { state: plan.state, flows: all.flows, done: corrected };
}
