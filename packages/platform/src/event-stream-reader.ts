/**
 * Reads the stream of events once for a whole process and hands every entry to any number of subscribers. A subscriber that
 * comes back with the place it has reached is first given what it lacks, then what comes, without gap or repeat; where
 * that cannot be, it is told so by a `reset`, never left with a silent hole.
 */
import { GranaryError } from '@granary/contracts/error';
import type { Redis } from 'ioredis';
import type { Log } from './log.ts';
import { openRedis } from './redis.ts';
import { createStreamEntries } from './stream-entries.ts';
import { followStream } from './stream-follower.ts';
import { away } from './stream-refusal.ts';
import { createSeats, type SeatLimits } from './stream-seats.ts';
import type { StreamNotice } from './stream-subscriber.ts';
import { startOf, type Subscription, told } from './stream-telling.ts';

export interface EventStreamReaderOptions extends SeatLimits {
  readonly redisUrl: string;
  readonly key: string;
  readonly log: Log;
}

export interface EventStreamReader {
  /** How many there are. */
  readonly subscribers: number;
  /** Refuses at once (INV_012) when there are too many, when it drains, or when Redis is away. */
  subscribe<T>(subscription: Subscription<T>): Promise<AsyncGenerator<StreamNotice<T>, void, undefined>>;
  /** Ends every subscription without an error, so that whoever listens comes back to another process. */
  drain(): void;
  close(): Promise<void>;
}

const LOOKUP_MS = 1_000;

export function createEventStreamReader(options: EventStreamReaderOptions): EventStreamReader {
  const { redisUrl, key, log } = options;
  const seats = createSeats(options);
  const { live } = seats;
  let lookups: Promise<Redis> | undefined;

  const follower = followStream({
    redisUrl,
    key,
    log,
    onEntries(entries) {
      for (const entry of entries) for (const subscriber of live) subscriber.offer(entry);
    },
    onLost(streamId, reason) {
      for (const subscriber of live) subscriber.push({ kind: 'reset', streamId, reason });
    },
  });

  async function subscribe<T>(
    subscription: Subscription<T>,
  ): Promise<AsyncGenerator<StreamNotice<T>, void, undefined>> {
    const taken = seats.take(subscription);
    try {
      await follower.begin();
      lookups ??= openRedis(redisUrl, () => undefined, LOOKUP_MS);
      const entries = createStreamEntries(await lookups, key);
      const start = await startOf({ from: subscription.from, entries, follower });
      return told({ subscription, entries, follower, start, ...taken });
    } catch (error) {
      taken.release();
      throw error instanceof GranaryError ? error : away(error);
    }
  }

  return {
    get subscribers() {
      return seats.count();
    },
    subscribe,
    drain: () => seats.clear(),
    async close() {
      seats.clear();
      await follower.close();
      (await lookups)?.disconnect();
    },
  };
}
