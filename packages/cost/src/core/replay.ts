/**
 * Back-dating: what an event that belongs earlier changes in all that was posted after it. Nothing posted is edited: history
 * is costed twice side by side, without and with the event, and every difference becomes one appended correction. The work
 * can stop after any chunk and go on from its cursor, and ends early where both histories agree again.
 */
import type { CostEvent, Flows } from './event.ts';
import { type Posting, planPosting, type PostingContext } from './posting.ts';
import type { CostRecord } from './record.ts';
import { sameState } from './same-state.ts';
import { atOnce, inSlices, type Sliced } from './slices.ts';
import type { CostState } from './state.ts';

interface History {
  readonly state: CostState;
  readonly flows: Flows;
}

/** How far it is: both histories after the same events. Plain data, so a job can keep it. */
export interface ReplayCursor {
  readonly causeId: string;
  readonly posted: History;
  readonly corrected: History;
}

export interface ReplayStep {
  readonly cursor: ReplayCursor;
  /** To be appended: one for each posted entry whose value is now another. */
  readonly corrections: readonly CostRecord[];
  /** Both histories agree: later events change nothing, unless they name one of `changed`. */
  readonly agreed: boolean;
  /** Receipts and issues whose own cost changed: what comes back of them later comes back at another cost. */
  readonly changed: ReadonlySet<string>;
}

/** Starts where the event belongs: `before` is the state after all that happened earlier. The posting is the event's own. */
export function beginReplay(
  before: CostState,
  inserted: CostEvent,
  context: PostingContext,
): { readonly posting: Posting; readonly cursor: ReplayCursor } {
  const posting = planPosting(before, [inserted], context);
  const posted = { state: before, flows: context.flows ?? new Map<string, never>() };
  return {
    posting,
    cursor: { causeId: inserted.id, posted, corrected: { state: posting.state, flows: posting.flows } },
  };
}

/** Costs the next events of the past, in order of time. `context.flows`: those that the events name and the cursor lacks. */
export function replay(cursor: ReplayCursor, events: readonly CostEvent[], context: PostingContext): ReplayStep {
  const posted = again(cursor.posted, events, context);
  const corrected = again(cursor.corrected, events, context);
  const next = { causeId: cursor.causeId, posted, corrected };
  return {
    cursor: next,
    corrections: atOnce(differences(posted, corrected, cursor.causeId)),
    agreed: sameState(posted.state, corrected.state),
    changed: changedFlows(posted.flows, corrected.flows),
  };
}

const CHUNK = 500;

export interface ReplayPlan {
  readonly posting: Posting;
  readonly corrections: readonly CostRecord[];
  /** The state after all of it; the posted one where nothing that counts for the future has changed. */
  readonly state: CostState;
  /** How many of the later events had to be looked at. */
  readonly read: number;
}

/** The whole of it at once: the inserted event and all later ones in order of time. */
export function planReplay(
  before: CostState,
  { inserted, later, now }: { inserted: CostEvent; later: readonly CostEvent[]; now: CostState },
  context: PostingContext,
): ReplayPlan {
  const { posting, cursor: first } = beginReplay(before, inserted, context);
  const named = lastNamed(later);
  const corrections: CostRecord[] = [];
  let cursor = first;
  let read = 0;
  while (read < later.length) {
    const step = replay(cursor, later.slice(read, read + CHUNK), context);
    read = Math.min(read + CHUNK, later.length);
    corrections.push(...step.corrections);
    cursor = step.cursor;
    const done = step.agreed && [...step.changed].every((id) => (named.get(id) ?? -1) < read);
    if (done) return { posting, corrections, state: now, read };
  }
  return { posting, corrections, state: cursor.corrected.state, read };
}

function again(history: History, events: readonly CostEvent[], context: PostingContext): Posting {
  return planPosting(history.state, events, {
    ...context,
    flows: new Map([...(context.flows ?? []), ...history.flows]),
  });
}

/** What of the same events came out otherwise, one correction for each entry that they made. */
export function* differences(
  posted: Pick<Posting, 'posted'>,
  corrected: Pick<Posting, 'posted'>,
  causeId: string,
): Sliced<CostRecord[]> {
  const changes = new Map<string, CostRecord>();
  const add = (records: readonly CostRecord[], sign: bigint) => {
    for (const { account, causeId: correctsId, subjectId, value } of records) {
      const key = JSON.stringify([correctsId, subjectId, account]);
      const before = changes.get(key)?.value ?? 0n;
      const change = { kind: 'correction', account, causeId, subjectId, correctsId, quantity: 0 } as const;
      changes.set(key, { ...change, value: before + sign * value });
    }
  };
  yield* inSlices(posted.posted, (event) => add(event.records, -1n));
  yield* inSlices(corrected.posted, (event) => add(event.records, 1n));
  const differing: CostRecord[] = [];
  yield* inSlices(changes.values(), (change) => {
    if (change.value !== 0n) differing.push(change);
  });
  return differing;
}

function changedFlows(posted: Flows, corrected: Flows): Set<string> {
  const changed = new Set<string>();
  for (const [id, flow] of corrected) {
    const before = posted.get(id);
    if (before !== undefined && (before.value !== flow.value || before.quantity !== flow.quantity)) changed.add(id);
  }
  return changed;
}

/** Where each earlier event is last named, so that a replay knows when nobody will ask for it any more. */
function lastNamed(events: readonly CostEvent[]): Map<string, number> {
  const named = new Map<string, number>();
  for (const [at, event] of events.entries()) {
    if ('issueId' in event && event.issueId !== undefined) named.set(event.issueId, at);
    if ('receiptId' in event && event.receiptId !== undefined) named.set(event.receiptId, at);
  }
  return named;
}
