/** What a subscriber to the event stream is told, on a Redis of this file's own: what it lacks, what comes, and when that cannot be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventStreamReader } from './event-stream-reader.ts';
import type { StreamEntry } from './stream-entries.ts';
import { createStreamStage, type Heard, type ListenOptions, numberOf, range } from './testing/stream-stage.ts';

let servers: Servers;
let stage: ReturnType<typeof createStreamStage>;
let reader: EventStreamReader;
let key: string;
beforeAll(async () => {
  servers = await startPrivateServers();
  stage = createStreamStage(servers.redisUrl);
});
afterAll(async () => {
  stage.redis.disconnect();
  await servers.stop();
});
beforeEach(() => {
  ({ key, reader } = stage.begin());
});
afterEach(() => stage.end());

const eventually = (ask: () => unknown) => expect.poll(ask, { timeout: 10_000, interval: 10 });
const listen = (of = reader, options: ListenOptions = {}): Promise<Heard> => stage.listen(of, options);

describe('a subscriber', () => {
  it('that begins is told to read the levels, and then hears what comes', async () => {
    await stage.addAll(1, 5);
    const heard = await listen();
    await eventually(heard.resets).toEqual(['started']);
    await stage.addAll(6, 8);
    await eventually(heard.items).toEqual([6, 7, 8]);
  });

  it('that begins on a stream that is not there yet hears its first entries, also when it comes back before them', async () => {
    const heard = await listen();
    await eventually(heard.resets).toEqual(['started']);
    heard.leave();
    await stage.addAll(1, 3);
    const again = await listen(reader, { from: heard.last() });
    await eventually(again.items).toEqual([1, 2, 3]);
    expect(again.resets()).toEqual([]);
  });

  it('that comes back hears what it lacks and then what comes, while a writer never rests: no gap, no repeat', async () => {
    const first = await stage.add(0);
    const total = 3_000;
    const writing = (async () => {
      for (let n = 1; n <= total; n += 1) await stage.add(n);
    })();
    const all: Heard[] = [];
    for (let at = 0; at < 12; at += 1) {
      all.push(await listen(reader, { from: first, ...(at % 2 === 0 ? { pace: () => sleep(0) } : {}) }));
      await sleep(20);
    }
    await writing;
    for (const heard of all) {
      await eventually(() => heard.items().length).toBe(total);
      expect(heard.items()).toEqual(range(1, total));
      expect(heard.resets()).toEqual([]);
    }
  });

  it('may leave and come back at any place, again and again, and hears everything once', async () => {
    let from = await stage.add(0);
    const total = 2_000;
    const writing = (async () => {
      for (let n = 1; n <= total; n += 1) await stage.add(n);
    })();
    const items: number[] = [];
    let visits = 0;
    while (items.length < total) {
      const heard = await listen(reader, { from });
      await sleep(Math.random() * 30);
      heard.leave();
      await heard.ended;
      items.push(...heard.items());
      from = heard.last() || from;
      visits += 1;
    }
    await writing;
    expect(items).toEqual(range(1, total));
    expect(visits).toBeGreaterThan(3);
    expect(reader.subscribers).toBe(0);
  });

  it('of what hardly happens is told its place now and then, live and while it catches up', async () => {
    const first = await stage.add(0);
    const quiet = { from: first, pick: (entry: StreamEntry) => (numberOf(entry) === 1_600 ? 1_600 : undefined) };
    const live = await listen(reader, quiet);
    await stage.addAll(1, 1_700);
    await eventually(live.items).toEqual([1_600]);
    const later = await listen(reader, quiet);
    await eventually(later.items).toEqual([1_600]);
    for (const heard of [live, later])
      expect(heard.notices.map(({ kind }) => kind)).toEqual(['position', 'position', 'position', 'item']);
    const [place] = live.notices;
    const resumed = await listen(reader, { from: place?.streamId ?? '' });
    await eventually(() => resumed.items()[0]).toBe(501);
  });

  it('is told when an entry makes no sense, and goes on', async () => {
    const heard = await listen(reader, {
      pick: (entry) => (entry.event() === undefined ? 'unreadable' : numberOf(entry)),
    });
    await eventually(heard.resets).toEqual(['started']);
    await stage.redis.xadd(key, '*', 'id', 'x', 'type', 't', 'event', '{"half":');
    await stage.redis.xadd(key, '*', 'nothing', 'at all');
    await stage.addAll(1, 1);
    await eventually(heard.items).toEqual([1]);
    expect(heard.resets()).toEqual(['started', 'unreadable', 'unreadable']);
  });
});

describe('a place that cannot be gone on from', () => {
  it('is told as trimmed when what came after it is no longer kept', async () => {
    const old = await stage.add(0);
    await stage.addAll(1, 20);
    await stage.redis.xtrim(key, 'MAXLEN', 5);
    const heard = await listen(reader, { from: old });
    await eventually(heard.resets).toEqual(['trimmed']);
    await stage.addAll(21, 22);
    await eventually(heard.items).toEqual([21, 22]);
  });

  it('is good as long as its own entry is kept, even the oldest one', async () => {
    await stage.addAll(1, 20);
    await stage.redis.xtrim(key, 'MAXLEN', 5);
    const [oldest] = await stage.redis.xrange(key, '-', '+', 'COUNT', 1);
    const heard = await listen(reader, { from: oldest?.[0] ?? '' });
    await eventually(heard.items).toEqual([17, 18, 19, 20]);
    expect(heard.resets()).toEqual([]);
  });

  it.each([
    ['of an emptied stream', async () => void (await stage.redis.del(key)), 'unknown'],
    ['of another life, between two entries', async () => undefined, 'unknown'],
  ])('is told as unknown when it is %s', async (what, prepare, reason) => {
    const place = await stage.add(0);
    await stage.addAll(1, 3);
    await prepare();
    const from = what.includes('between') ? `${place.split('-')[0] ?? ''}-999999` : place;
    const heard = await listen(reader, { from });
    await eventually(heard.resets).toEqual([reason]);
  });

  it.each(['99999999999999-0', '18446744073709551615-18446744073709551615', '99999999999999999999-0'])(
    'is told as unknown when it lies ahead: %s',
    async (from) => {
      await stage.addAll(1, 3);
      const heard = await listen(reader, { from });
      await eventually(heard.resets).toEqual(['unknown']);
      await stage.addAll(4, 4);
      await eventually(heard.items).toEqual([4]);
    },
  );

  it('is the beginning of a stream that has been trimmed since', async () => {
    await stage.addAll(1, 20);
    await stage.redis.xtrim(key, 'MAXLEN', 5);
    const heard = await listen(reader, { from: '0-0' });
    await eventually(heard.resets).toEqual(['trimmed']);
  });
});
