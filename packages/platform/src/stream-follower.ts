/**
 * Follows the end of a stream on one connection of its own, for as long as the process lives: Redis going away is waited
 * out, and what was lost meanwhile is said.
 */
import type { Redis } from 'ioredis';
import type { Log } from './log.ts';
import { openRedis } from './redis.ts';
import { type Continuity, createStreamEntries, type StreamEntries, type StreamEntry } from './stream-entries.ts';

export interface FollowOptions {
  readonly redisUrl: string;
  readonly key: string;
  readonly log: Log;
  readonly onEntries: (entries: readonly StreamEntry[]) => void;
  /** Entries are gone that were never read; it goes on from this place. */
  readonly onLost: (streamId: string, reason: Exclude<Continuity, 'whole'>) => void;
}

export interface StreamFollower {
  /** Begins to follow; calling it again does nothing. Resolves when there is a place, or rejects when Redis is away. */
  begin(): Promise<void>;
  /** The last place that was read. */
  position(): string | undefined;
  /** How often entries were lost. */
  losses(): number;
  close(): Promise<void>;
}

/** Shorter than the silence after which a connection is given up (redis.ts). */
const BLOCK_MS = 1_000;
const ANSWER_MS = 1_500;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;
const FIRST_PLACE_MS = 1_500;

export function followStream(options: FollowOptions): StreamFollower {
  const { redisUrl, key, log, onEntries, onLost } = options;
  const state = { position: undefined as string | undefined, losses: 0, closed: false };
  let running: Promise<void> | undefined;
  let redis: Redis | undefined;
  let found: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (found = resolve));

  async function run(): Promise<void> {
    redis = await openRedis(redisUrl, log, ANSWER_MS);
    const entries = createStreamEntries(redis, key);
    for (let failures = 0; !state.closed;) {
      try {
        await round(entries);
        failures = 0;
      } catch (error) {
        if (state.closed) break;
        if (failures === 0) log('warn', 'the stream of events cannot be read; it is tried again', { error });
        await pause(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2));
        failures = Math.min(failures + 1, 10);
      }
    }
    redis.disconnect();
  }

  /** One read, and then the look at whether it skipped anything. */
  async function round(entries: StreamEntries): Promise<void> {
    if (state.position === undefined) {
      state.position = await entries.lastId();
      found();
    }
    const from = state.position;
    const read = await entries.readAfter(from, BLOCK_MS);
    const continuity = await entries.continuity(from);
    const last = read.at(-1)?.streamId;
    if (continuity === 'whole') {
      if (last === undefined) return;
      state.position = last;
      onEntries(read);
      return;
    }
    state.position = last ?? (await entries.lastId());
    state.losses += 1;
    log('warn', 'the stream of events has lost entries that were never read; watchers are told', { continuity });
    onLost(state.position, continuity);
  }

  return {
    async begin() {
      running ??= run();
      await within(first, FIRST_PLACE_MS);
    },
    position: () => state.position,
    losses: () => state.losses,
    async close() {
      state.closed = true;
      redis?.disconnect();
      await running;
    },
  };
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
