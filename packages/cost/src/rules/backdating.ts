/**
 * Events that belong earlier than what is posted already: the past is costed again from the last state that is known, without
 * and with them, and what comes out otherwise is corrected by appended records. What was posted stays as it is.
 */
import type { GranaryError } from '@granary/contracts/error';
import { type Instant, toMicros } from '@granary/contracts/instant';
import { ascending, oldestFirst } from '../core/layer.ts';
import type { CostEvent, Flow, Flows } from '../core/event.ts';
import { type PostedEvent, postInSlices, type PostingContext } from '../core/posting.ts';
import type { CostRecord } from '../core/record.ts';
import { calculationFailed } from '../core/refusal.ts';
import { differences } from '../core/replay.ts';
import { sameState } from '../core/same-state.ts';
import { inSlices, type Sliced } from '../core/slices.ts';
import type { CostState } from '../core/state.ts';

/** Within a minute the order of arrival decides: places of one SKU that are busy at once are not back-dated to each other. */
export const ARRIVAL_MICROS = 60_000_000n;

/**
 * The events as they stand in the order of costing; undefined where one of them belongs before what is posted already. What
 * pays a deficit back, or makes one, does so against what is owed now: it is costed where it arrives, whenever it happened.
 */
export function inOrder(last: Instant | null, events: readonly CostEvent[]): readonly CostEvent[] | undefined {
  const isOwing = events.some(
    (event) => ('settles' in event && event.settles !== 0) || ('owed' in event && event.owed !== 0),
  );
  let latest = last;
  const ordered: CostEvent[] = [];
  for (const event of events) {
    if (latest !== null && event.at < latest) {
      if (!isOwing && toMicros(latest) - toMicros(event.at) > ARRIVAL_MICROS) return undefined;
      ordered.push({ ...event, at: latest });
      continue;
    }
    latest = event.at;
    ordered.push(event);
  }
  return ordered;
}

export interface Past {
  /** A state of the past, and all events since in the order of time. */
  readonly base: CostState;
  readonly existing: readonly CostEvent[];
  readonly inserted: readonly CostEvent[];
  /** As it is posted now, with all its layers. */
  readonly now: CostState;
}

type Correction = CostRecord & { readonly at: Instant };

export interface Backdated {
  readonly state: CostState;
  /** What the inserted events made, in the order in which they were given. */
  readonly posted: readonly PostedEvent[];
  readonly corrections: readonly Correction[];
  /** Only those that are new or other than before. */
  readonly flows: Flows;
  /** When the events happened that come after the first inserted one. */
  readonly later: readonly Instant[];
}

export function* planBackdated({ base, existing, inserted, now }: Past, context: PostingContext): Sliced<Backdated> {
  const first = inserted.toSorted(byTime)[0];
  if (first === undefined) throw new Error('nothing is to be back-dated');
  const from = existing.findIndex((event) => byTime(first, event) < 0);
  const cut = from === -1 ? existing.length : from;
  const suffix = existing.slice(cut);
  const before = yield* postInSlices(base, existing.slice(0, cut), context);
  const inner = { ...context, flows: before.flows };
  const posted = yield* postInSlices(before.state, suffix, inner);
  if (!sameState(posted.state, { ...now, layers: now.layers.toSorted(oldestFirst) })) throw unlikePast(now.skuId);
  const merged = yield* postInSlices(before.state, [...suffix, ...inserted].toSorted(byTime), inner);
  const fresh = new Set(inserted.map(({ id }) => id));
  const made = new Map<string, PostedEvent>();
  const others: PostedEvent[] = [];
  yield* inSlices(merged.posted, (each) => {
    if (fresh.has(each.eventId)) made.set(each.eventId, each);
    else others.push(each);
  });
  const times = new Map<string, Instant>();
  yield* inSlices(suffix, ({ id, at }) => times.set(id, at));
  const corrections: Correction[] = [];
  yield* inSlices(yield* differences(posted, { posted: others }, first.id), (record) => {
    corrections.push({ ...record, at: times.get(record.correctsId ?? '') ?? first.at });
  });
  return {
    state: merged.state,
    posted: inserted.flatMap(({ id }) => made.get(id) ?? []),
    corrections,
    flows: yield* changed(posted.flows, merged.flows),
    later: suffix.map(({ at }) => at),
  };
}

const byTime = (a: CostEvent, b: CostEvent): number => ascending(a.at, b.at) || ascending(a.id, b.id);

function* changed(before: Flows, after: Flows): Sliced<Flows> {
  const others = new Map<string, Flow>();
  yield* inSlices(after, ([id, flow]) => {
    const old = before.get(id);
    if (old === undefined || old.value !== flow.value || old.quantity !== flow.quantity) others.set(id, flow);
  });
  return others;
}

/** Nothing can be said of a past that was costed by other rules. */
export function unlikePast(skuId: string): GranaryError {
  return calculationFailed(
    skuId,
    `The past of ${skuId} comes out otherwise than it was posted, so nothing can be inserted into it.`,
    'The policy of costing was changed since, or rows were edited: post it with the date of today.',
  );
}
