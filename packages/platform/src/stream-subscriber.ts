/** One subscriber to the stream of events: a bounded line of what it has not read yet, and how it ends. */
import type { StreamEntry } from './stream-entries.ts';

export type ResetReason = 'started' | 'trimmed' | 'unknown' | 'unreadable';

/** What a subscriber is told. Every notice carries the place from which to go on after it. */
export type StreamNotice<T> =
  | { readonly kind: 'item'; readonly streamId: string; readonly item: T }
  | { readonly kind: 'reset'; readonly streamId: string; readonly reason: ResetReason }
  /** Nothing of interest up to here. */
  | { readonly kind: 'position'; readonly streamId: string };

/** What an entry is to this subscriber: an item, nothing at all, or something that it cannot make sense of. */
export type Pick<T> = (entry: StreamEntry) => T | undefined | 'unreadable';

export interface StreamSubscriber<T> {
  /** Takes an entry that the reader has read. */
  offer(entry: StreamEntry): void;
  push(notice: StreamNotice<T>): void;
  /** What has been taken in, oldest first. */
  take(): StreamNotice<T> | undefined;
  /** Resolves when there is something to take, or rejects with what ended this subscriber. */
  waiting(): Promise<void>;
  end(error: Error): void;
}

/** So many entries of no interest, and the place is told: a watcher of one quiet SKU must not have to be read all of it again. */
export const POSITION_EVERY = 500;

export interface SubscriberOptions<T> {
  readonly pick: Pick<T>;
  readonly maxWaiting: number;
  readonly tooSlow: () => void;
}

export function createStreamSubscriber<T>({ pick, maxWaiting, tooSlow }: SubscriberOptions<T>): StreamSubscriber<T> {
  let line: StreamNotice<T>[] = [];
  let ended: Error | undefined;
  let wake: () => void = () => undefined;
  let passedOver = 0;

  function push(notice: StreamNotice<T>): void {
    if (ended !== undefined) return;
    line.push(notice);
    passedOver = 0;
    if (line.length > maxWaiting) tooSlow();
    wake();
  }

  return {
    push,
    offer(entry) {
      const { streamId } = entry;
      const notice = noticeOf(entry, pick);
      if (notice !== undefined) push(notice);
      else if ((passedOver += 1) >= POSITION_EVERY) push({ kind: 'position', streamId });
    },
    take: () => line.shift(),
    async waiting() {
      while (line.length === 0) {
        if (ended !== undefined) throw ended;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    end(error) {
      ended ??= error;
      // What it was too slow for is not kept for it: it comes back with the last id that it has read.
      line = [];
      wake();
    },
  };
}

export function noticeOf<T>(entry: StreamEntry, pick: Pick<T>): StreamNotice<T> | undefined {
  const item = pick(entry);
  const { streamId } = entry;
  if (item === 'unreadable') return { kind: 'reset', streamId, reason: 'unreadable' };
  return item === undefined ? undefined : { kind: 'item', streamId, item };
}
