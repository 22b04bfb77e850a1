/** What becomes of subscribers when Redis goes wrong, when they do not read, when they are too many, and when the process ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventStreamReader } from './event-stream-reader.ts';
import {
  createStreamStage,
  type Heard,
  type ListenOptions,
  numberOf,
  range,
  stalling,
} from './testing/stream-stage.ts';

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

describe('when Redis goes wrong', () => {
  it('a cut connection is mended by itself; nobody notices', async () => {
    const heard = await listen();
    await eventually(heard.resets).toEqual(['started']);
    const total = 600;
    for (let n = 1; n <= total; n += 1) {
      await stage.add(n);
      if (n % 100 === 0) await stage.redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    }
    await eventually(() => heard.items().length).toBe(total);
    expect(heard.items()).toEqual(range(1, total));
    expect(heard.resets()).toEqual(['started']);
  });

  it('an emptied Redis is told to everybody, and they hear what comes after', async () => {
    await stage.addAll(1, 3);
    const all = await Promise.all([listen(), listen(), listen()]);
    for (const heard of all) await eventually(heard.resets).toEqual(['started']);
    await stage.redis.flushall();
    await eventually(() => all.map((heard) => heard.resets())).toEqual(all.map(() => ['started', 'unknown']));
    await stage.addAll(4, 6);
    for (const heard of all) await eventually(heard.items).toEqual([4, 5, 6]);
  });

  it('entries trimmed before they were read are told, not passed over', async () => {
    await stage.addAll(1, 3);
    const heard = await listen();
    await eventually(heard.resets).toEqual(['started']);
    const adding = stage.redis.multi();
    for (let n = 4; n <= 2_000; n += 1)
      adding.xadd(key, 'MAXLEN', 10, '*', 'id', `e${n}`, 'type', 't', 'event', '{"aggregate":{},"after":1}');
    await adding.exec();
    await eventually(heard.resets).toEqual(['started', 'trimmed']);
  });

  it('a Redis that is restarted empty is waited for, and told', async () => {
    await stage.addAll(1, 3);
    const heard = await listen();
    await eventually(heard.resets).toEqual(['started']);
    await servers.redis.kill();
    await expect(listen(reader, { from: heard.last() })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'INV_012',
    });
    await servers.redis.restart();
    await eventually(heard.resets).toEqual(['started', 'unknown']);
    await stage.addAll(4, 6);
    await eventually(heard.items).toEqual([4, 5, 6]);
  });

  it('without any Redis a subscriber is refused in time, and nothing of it is left', async () => {
    const nowhere = stage.open({ redisUrl: 'redis://127.0.0.1:1' });
    const started = performance.now();
    await expect(listen(nowhere)).rejects.toMatchObject({ kind: 'unavailable', details: { dependency: 'Redis' } });
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(nowhere.subscribers).toBe(0);
    await nowhere.close();
  });
});

describe('limits', () => {
  it('one that does not read is cut off and told why; the others hear everything', async () => {
    const small = stage.open({ maxWaiting: 100, lastWordsMs: 200 });
    const { pace, go } = stalling();
    let hungUp = 0;
    const slow = await listen(small, { pace, hangUp: () => (hungUp += 1) });
    const quick = await listen(small);
    await eventually(quick.resets).toEqual(['started']);
    for (let n = 1; n <= 400; n += 1) await stage.add(n);
    await eventually(() => quick.items().length).toBe(400);
    await eventually(() => hungUp).toBe(1);
    go();
    expect(await slow.ended).toMatchObject({
      kind: 'overloaded',
      code: 'INV_012',
      message: expect.stringMatching(/cut off/),
    });
    expect(small.subscribers).toBe(1);
    const back = await listen(small, { from: slow.last() });
    await eventually(() => [...slow.items(), ...back.items()]).toEqual(range(1, 400));
    await small.close();
  });

  it('one that reads its last words in time is not hung up on', async () => {
    const small = stage.open({ maxWaiting: 10, lastWordsMs: 100 });
    const { pace, go } = stalling();
    let hungUp = 0;
    const slow = await listen(small, { pace, hangUp: () => (hungUp += 1) });
    await eventually(slow.resets).toEqual(['started']);
    await stage.add(0);
    await eventually(slow.items).toEqual([0]);
    await stage.addAll(1, 50);
    await sleep(50);
    go();
    expect(await slow.ended).toMatchObject({ kind: 'overloaded' });
    await sleep(200);
    expect(hungUp).toBe(0);
    await small.close();
  });

  it('there are no more than the limit, and a place that is given up is free', async () => {
    const small = stage.open({ maxSubscribers: 3 });
    const all = await Promise.all([listen(small), listen(small), listen(small)]);
    await expect(listen(small)).rejects.toMatchObject({ kind: 'overloaded', details: { retryAfterSeconds: 5 } });
    all[0]?.leave();
    await listen(small);
    expect(small.subscribers).toBe(3);
    await small.close();
    expect(small.subscribers).toBe(0);
  });

  it('one that leaves before its first item, or never asks for it, leaves nothing behind', async () => {
    const controller = new AbortController();
    const facts = { from: undefined, pick: numberOf, hangUp: () => undefined, signal: controller.signal };
    await reader.subscribe(facts);
    expect(reader.subscribers).toBe(1);
    controller.abort();
    expect(reader.subscribers).toBe(0);
    await reader.subscribe(facts);
    expect(reader.subscribers).toBe(0);
  });

  it('reads the stream once, however many listen: two connections', async () => {
    const name = async () => String(await stage.redis.client('LIST')).split('name=granary ').length - 1;
    await eventually(name).toBe(0);
    await Promise.all(Array.from({ length: 40 }, () => listen()));
    expect(await name()).toBe(2);
    await reader.close();
    await eventually(name).toBe(0);
  });
});

describe('a drain', () => {
  it('ends everybody as a stream that just ends, and takes nobody new', async () => {
    const all = await Promise.all([listen(), listen()]);
    for (const heard of all) await eventually(heard.resets).toEqual(['started']);
    reader.drain();
    for (const heard of all) expect(await heard.ended).toMatchObject({ name: 'AbortError' });
    expect(reader.subscribers).toBe(0);
    await expect(listen()).rejects.toMatchObject({ kind: 'shuttingDown' });
  });
});
