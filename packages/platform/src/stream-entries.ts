/** The commands that read a stream of events, and their answers as entries. */
import type { StockEvent } from '@granary/contracts/event';
import type { Redis } from 'ioredis';
import { canBeStreamId, compareStreamIds, STREAM_BEGIN } from './stream-id.ts';

export interface StreamEntry {
  readonly streamId: string;
  /** The id of the event, equal for every repeat of it. */
  readonly eventId: string;
  readonly type: string;
  /** Parsed when first asked for, once for all who ask; undefined when it is no event. */
  event(): StockEvent | undefined;
}

/** Whether all that came after a place is still there: then a reader can go on from it. */
export type Continuity = 'whole' | 'trimmed' | 'unknown';

const PAGE = 500;

export function createStreamEntries(redis: Redis, key: string) {
  return {
    /** Waits up to blockMs for entries after the given one. */
    async readAfter(streamId: string, blockMs: number): Promise<readonly StreamEntry[]> {
      const answer = await redis.xread('COUNT', PAGE, 'BLOCK', blockMs, 'STREAMS', key, streamId);
      const [stream] = answer ?? [];
      return (stream?.[1] ?? []).map(entryOf);
    },
    async pageAfter(streamId: string): Promise<readonly StreamEntry[]> {
      return (await redis.xrange(key, `(${streamId}`, '+', 'COUNT', PAGE)).map(entryOf);
    },
    async lastId(): Promise<string> {
      const [last] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
      return last?.[0] ?? STREAM_BEGIN;
    },
    /**
     * Entries leave from the old end only, so while the entry itself is there, so is everything after it. Asked after a
     * read, it proves that the read has skipped nothing.
     */
    async continuity(streamId: string): Promise<Continuity> {
      if (!canBeStreamId(streamId)) return 'unknown';
      if (streamId === STREAM_BEGIN) return (await isUntrimmed(redis, key)) ? 'whole' : 'trimmed';
      const [found] = await redis.xrange(key, streamId, streamId, 'COUNT', 1);
      if (found !== undefined) return 'whole';
      const [first] = await redis.xrange(key, '-', '+', 'COUNT', 1);
      return first !== undefined && compareStreamIds(streamId, first[0]) < 0 ? 'trimmed' : 'unknown';
    },
  };
}

export type StreamEntries = ReturnType<typeof createStreamEntries>;

/** Before Redis 7 nothing tells how many entries there have ever been: then it is not known to be whole. */
async function isUntrimmed(redis: Redis, key: string): Promise<boolean> {
  if ((await redis.exists(key)) === 0) return true;
  const facts = (await redis.xinfo('STREAM', key)) as unknown[];
  const fact = (name: string) => facts[facts.indexOf(name) + 1];
  return facts.includes('entries-added') && fact('entries-added') === fact('length');
}

function entryOf([streamId, fields]: [id: string, fields: string[]]): StreamEntry {
  const field = (name: string) => {
    for (let at = 0; at < fields.length; at += 2) if (fields[at] === name) return fields[at + 1] ?? '';
    return '';
  };
  let parsed: { readonly event: StockEvent | undefined } | undefined;
  return {
    streamId,
    eventId: field('id'),
    type: field('type'),
    event: () => (parsed ??= { event: eventIn(field('event')) }).event,
  };
}

/** What Granary's own relay wrote is an event; anything else in the stream is told apart by not being one. */
function eventIn(text: string): StockEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'aggregate' in value ? (value as StockEvent) : undefined;
  } catch {
    return undefined;
  }
}
