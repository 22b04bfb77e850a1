/** The places of one process for subscribers to the stream of events: not without end, and given back whatever happens. */
import { shuttingDown, tooMany, tooSlow } from './stream-refusal.ts';
import { createStreamSubscriber, type StreamSubscriber } from './stream-subscriber.ts';
import { type Subscription, SubscriptionOver } from './stream-telling.ts';

export interface SeatLimits {
  /** Subscribers of this process at most. */
  readonly maxSubscribers: number;
  /** What one subscriber may leave unread before it is cut off. */
  readonly maxWaiting?: number;
  /** How long one that was cut off may take to read why. */
  readonly lastWordsMs?: number;
}

/** What the reader does with a subscriber, whatever its items are. */
export type Listening = Pick<StreamSubscriber<never>, 'offer' | 'push' | 'end'>;

export interface Seat<T> {
  readonly subscriber: StreamSubscriber<T>;
  /** From now on it is one of the live ones. */
  readonly join: () => void;
  readonly release: () => void;
}

/** More than the reader reads at once, so that a burst alone cuts nobody off. */
const MAX_WAITING = 2_000;
const LAST_WORDS_MS = 5_000;

export function createSeats(limits: SeatLimits) {
  const { maxSubscribers, maxWaiting = MAX_WAITING, lastWordsMs = LAST_WORDS_MS } = limits;
  const all = new Set<Listening>();
  const live = new Set<Listening>();
  const state = { draining: false };

  /** A place until it leaves or is cut off. */
  function take<T>({ pick, signal, hangUp }: Subscription<T>): Seat<T> {
    if (state.draining) throw shuttingDown();
    if (all.size >= maxSubscribers) throw tooMany(maxSubscribers);
    let lastWords: NodeJS.Timeout | undefined;
    const subscriber: StreamSubscriber<T> = createStreamSubscriber({
      pick,
      maxWaiting,
      tooSlow() {
        live.delete(subscriber);
        subscriber.end(tooSlow(maxWaiting));
        lastWords = setTimeout(hangUp, lastWordsMs);
      },
    });
    const gone = () => {
      subscriber.end(new SubscriptionOver('the subscriber has gone'));
      release();
    };
    const release = () => {
      all.delete(subscriber);
      live.delete(subscriber);
      clearTimeout(lastWords);
      signal.removeEventListener('abort', gone);
    };
    all.add(subscriber);
    signal.addEventListener('abort', gone);
    if (signal.aborted) gone();
    return { subscriber, join: () => live.add(subscriber), release };
  }

  return {
    take,
    /** Those who are given what is read. */
    live: live as ReadonlySet<Listening>,
    count: () => all.size,
    /** Ends everybody and takes nobody new. */
    clear() {
      state.draining = true;
      for (const subscriber of all) subscriber.end(new SubscriptionOver('this process is shutting down'));
    },
  };
}
