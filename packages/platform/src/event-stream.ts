/** Publishes events on a Redis stream, in order, as one round trip; what Redis does not take is the caller's to bring again. */
import type { StockEvent } from '@granary/contracts/event';
import type { EventStreamPublisher } from '@granary/domain/ports/event-stream';
import type { ChainableCommander, Redis } from 'ioredis';
import type { Log } from './log.ts';
import { openRedis } from './redis.ts';

export interface EventStreamOptions {
  /** A connection of its own: on a shared one a command that blocks would hold it up. */
  readonly redis: Redis;
  readonly key: string;
  /** How many events are kept, about: Redis trims by whole nodes of its tree. */
  readonly maxLength: number;
}

/** Some of the events may be in the stream all the same: readers drop repeats by the id of the event. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
}

/** Each entry has the fields `id`, `type` and `event`, the whole event as JSON. Never tries again by itself. */
export function createEventStreamPublisher({ redis, key, maxLength }: EventStreamOptions): EventStreamPublisher {
  return async (events) => {
    const pipeline = redis.pipeline();
    if (events.length === 0) askWhetherItTakes(pipeline, key);
    for (const event of events) pipeline.xadd(key, 'MAXLEN', '~', maxLength, '*', ...fieldsOf(event));
    const sent = pipeline.length;
    const results = await pipeline.exec().catch((cause: unknown) => {
      throw failure(sent, cause);
    });
    // A broken connection is told per command, and so is a command that Redis refused.
    const causes = results?.flatMap(([error]) => (error === null ? [] : [error])) ?? [];
    if (results?.length !== sent || causes.length > 0) throw failure(causes.length, causes[0]);
  };
}

/**
 * Whether the key is a stream, and whether an entry could be added now: to another stream, as readers of this one would meet
 * it. Full memory, a read-only replica and a disk that fails refuse both alike.
 */
function askWhetherItTakes(pipeline: ChainableCommander, key: string): void {
  const beside = `${key}:asked`;
  pipeline.xlen(key).xadd(beside, '*', 'asked', '1').del(beside);
}

function fieldsOf(event: StockEvent): string[] {
  return ['id', event.id, 'type', event.type, 'event', JSON.stringify(event)];
}

function failure(count: number, cause: unknown): EventStreamError {
  const why = cause instanceof Error ? cause.message : 'no answer';
  return new EventStreamError(`Redis did not take ${count} of the events: ${why}`, { cause });
}

export interface EventStream {
  readonly publish: EventStreamPublisher;
  close(): void;
}

/** Long enough for a large round on a slow network, short enough that a lease outlives it. */
const PUBLISH_TIMEOUT_MS = 1_000;

/** Connects when something is published first: only the process that relays needs the connection. */
export function openEventStream(
  options: Omit<EventStreamOptions, 'redis'> & { readonly url: string; readonly log: Log },
): EventStream {
  const { url, key, maxLength, log } = options;
  let opening: Promise<Redis> | undefined;
  let isClosed = false;
  return {
    publish: async (events) => {
      if (isClosed) throw new EventStreamError('the stream of events is closed');
      const redis = await (opening ??= openRedis(url, log, PUBLISH_TIMEOUT_MS));
      await createEventStreamPublisher({ redis, key, maxLength })(events);
    },
    close: () => {
      isClosed = true;
      void opening?.then((redis) => redis.disconnect());
    },
  };
}
