/** A stream that a test writes as the relay does, and listeners to it. */
import { Redis } from 'ioredis';
import {
  createEventStreamReader,
  type EventStreamReader,
  type EventStreamReaderOptions,
} from '../event-stream-reader.ts';
import { silentLog } from '../log.ts';
import type { StreamEntry } from '../stream-entries.ts';
import type { StreamNotice } from '../stream-subscriber.ts';

export interface Heard {
  readonly notices: StreamNotice<number>[];
  readonly items: () => number[];
  readonly resets: () => string[];
  readonly last: () => string;
  readonly ended: Promise<unknown>;
  leave(): void;
}

export interface ListenOptions {
  readonly from?: string;
  readonly pick?: (entry: StreamEntry) => number | undefined | 'unreadable';
  readonly hangUp?: () => void;
  /** Awaited before each item is taken. */
  readonly pace?: () => Promise<void>;
}

export const numberOf = (entry: StreamEntry) => Number(entry.event()?.after);
export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

export function createStreamStage(redisUrl: string) {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const readers: EventStreamReader[] = [];
  const leaving: AbortController[] = [];
  let runs = 0;
  let key = '';

  function open(options: Partial<EventStreamReaderOptions> = {}): EventStreamReader {
    const reader = createEventStreamReader({ redisUrl, key, log: silentLog, maxSubscribers: 50, ...options });
    readers.push(reader);
    return reader;
  }

  return {
    redis,
    open,
    /** A stream of its own for every test. */
    begin(): { key: string; reader: EventStreamReader } {
      key = `test:events:${process.pid}:${(runs += 1)}`;
      return { key, reader: open() };
    },
    async end(): Promise<void> {
      for (const controller of leaving.splice(0)) controller.abort();
      await Promise.all(readers.splice(0).map((reader) => reader.close()));
    },
    async add(n: number): Promise<string> {
      return (await redis.xadd(key, '*', ...fieldsOf(n))) ?? '';
    },
    async addAll(from: number, to: number): Promise<void> {
      const pipeline = redis.pipeline();
      for (const n of range(from, to)) pipeline.xadd(key, '*', ...fieldsOf(n));
      await pipeline.exec();
    },
    async listen(of: EventStreamReader, options: ListenOptions = {}): Promise<Heard> {
      const { from, pick = numberOf, hangUp = () => undefined, pace } = options;
      const controller = new AbortController();
      leaving.push(controller);
      const source = await of.subscribe({ from, pick, hangUp, signal: controller.signal });
      const notices: StreamNotice<number>[] = [];
      const run = async () => {
        for await (const notice of source) {
          notices.push(notice);
          await pace?.();
        }
      };
      return {
        notices,
        items: () => notices.flatMap((notice) => (notice.kind === 'item' ? [notice.item] : [])),
        resets: () => notices.flatMap((notice) => (notice.kind === 'reset' ? [notice.reason] : [])),
        last: () => notices.at(-1)?.streamId ?? '',
        ended: run().catch((error: unknown) => error),
        leave: () => controller.abort(),
      };
    },
  };
}

/** The number is the whole event. */
function fieldsOf(n: number): string[] {
  return ['id', `e${n}`, 'type', 't', 'event', JSON.stringify({ id: `e${n}`, aggregate: {}, after: n })];
}

/** Reads what has come before, and then nothing until it is let go. */
export function stalling(): { pace: () => Promise<void>; go: () => void } {
  let go: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => (go = resolve));
  let taken = 0;
  return { pace: () => ((taken += 1) > 1 ? stuck : Promise.resolve()), go: () => go() };
}
