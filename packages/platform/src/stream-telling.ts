/** What one subscriber is told, from the first word to the last: where it begins, what it lacks, and then what comes. */
import type { StreamEntries } from './stream-entries.ts';
import type { StreamFollower } from './stream-follower.ts';
import { compareStreamIds, STREAM_BEGIN } from './stream-id.ts';
import {
  noticeOf,
  type Pick,
  POSITION_EVERY,
  type ResetReason,
  type StreamNotice,
  type StreamSubscriber,
} from './stream-subscriber.ts';

/** How a subscription ends that nobody is to blame for. Its name is what tRPC looks at: the stream just ends, and its client comes back. */
export class SubscriptionOver extends Error {
  override readonly name = 'AbortError';
}

export interface Subscription<T> {
  /** The last place that the subscriber has reached; without one it begins with what comes next. */
  readonly from: string | undefined;
  readonly pick: Pick<T>;
  /** Aborted when the subscriber has gone. */
  readonly signal: AbortSignal;
  /** Called when a subscriber that was cut off does not even read that. */
  readonly hangUp: () => void;
}

export interface Start {
  readonly streamId: string;
  /** Why it does not go on where the subscriber was. */
  readonly reason: ResetReason | undefined;
  readonly losses: number;
}

export async function startOf(facts: {
  from: string | undefined;
  entries: StreamEntries;
  follower: StreamFollower;
}): Promise<Start> {
  const { from, entries, follower } = facts;
  const here = { streamId: follower.position() ?? STREAM_BEGIN, losses: follower.losses() };
  if (from === undefined) return { ...here, reason: 'started' };
  const continuity = await entries.continuity(from);
  if (continuity === 'whole') return { streamId: from, reason: undefined, losses: here.losses };
  return { ...here, reason: continuity };
}

export interface Telling<T> {
  readonly subscription: Subscription<T>;
  readonly subscriber: StreamSubscriber<T>;
  readonly entries: StreamEntries;
  readonly follower: StreamFollower;
  readonly start: Start;
  /** From now on it is given what the follower reads. */
  readonly join: () => void;
  readonly release: () => void;
}

export async function* told<T>(telling: Telling<T>): AsyncGenerator<StreamNotice<T>, void, undefined> {
  const { subscription, subscriber, start, release } = telling;
  try {
    const { streamId, reason } = start;
    if (reason !== undefined) yield { kind: 'reset', streamId, reason };
    let reached = yield* catchUp(telling);
    for (;;) {
      await subscriber.waiting();
      for (let notice = subscriber.take(); notice !== undefined; notice = subscriber.take()) {
        // What was read while catching up may be brought once more by the follower, who was behind.
        if (notice.kind !== 'reset' && compareStreamIds(notice.streamId, reached) <= 0) continue;
        reached = notice.streamId;
        yield notice;
      }
    }
  } finally {
    release();
    if (subscription.signal.aborted) subscriber.end(new SubscriptionOver('the subscriber has gone'));
  }
}

/**
 * Brings the subscriber to where the follower is, page by page as it reads them, and joins it to the live ones. Between
 * the last look at the follower's place and the joining nothing is awaited: whatever is read later is handed to it.
 */
async function* catchUp<T>(telling: Telling<T>): AsyncGenerator<StreamNotice<T>, string, undefined> {
  const { subscription, entries, follower, start, join } = telling;
  let reached = start.streamId;
  let losses = start.losses;
  let passedOver = 0;
  while (follower.losses() !== losses || compareStreamIds(reached, follower.position() ?? reached) < 0) {
    const page = follower.losses() === losses ? await entries.pageAfter(reached) : [];
    const continuity = await entries.continuity(reached);
    if (continuity !== 'whole' || page.length === 0) {
      // Gone while it was being read, or lost by the follower meanwhile.
      losses = follower.losses();
      reached = follower.position() ?? reached;
      yield { kind: 'reset', streamId: reached, reason: continuity === 'whole' ? 'unknown' : continuity };
      continue;
    }
    for (const entry of page) {
      if (subscription.signal.aborted) throw new SubscriptionOver('the subscriber has gone');
      const notice = noticeOf(entry, subscription.pick);
      reached = entry.streamId;
      passedOver = notice === undefined ? passedOver + 1 : 0;
      if (notice !== undefined) yield notice;
      else if (passedOver % POSITION_EVERY === 0) yield { kind: 'position', streamId: reached };
    }
  }
  join();
  return reached;
}
