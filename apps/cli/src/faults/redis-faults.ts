/** A Redis that is killed, paused, emptied, replaced, full or mad: it only thins contention and keeps copies, so nobody may notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisServer } from '@granary/testkit/private-servers';
import { Redis } from 'ioredis';
import { codeOf, doIt } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { withPrograms } from './misfortunes.ts';
import { sellThrough } from './selling.ts';
import type { Testbed } from './testbed.ts';

const AWAY_MS = 2_500;
const PAUSED_MS = 6_000;
const FLUSH_EVERY_MS = 100;
const FILLER_BYTES = 100_000;
const FILLERS = 60;
const GARBAGE = Buffer.from('?no such type\r\n');
const PING = Buffer.from('*1\r\n$4\r\nPING\r\n');

export const redisFaults: readonly BedFault[] = [
  {
    id: 'F27',
    title: 'Redis is killed',
    inject: 'SIGKILL, and a restart afterwards',
    expect: 'every hold succeeds, p99 at most 100 ms above healthy',
    on: 'testbed',
    run: (bed) =>
      through(bed, async () => {
        await bed.servers.redis.kill();
        await sleep(AWAY_MS);
        return { happened: 1, mend: () => bed.servers.redis.restart() };
      }),
  },
  {
    id: 'F28',
    title: 'Redis is paused',
    inject: 'SIGSTOP, and SIGCONT afterwards',
    expect: 'the same',
    on: 'testbed',
    run: (bed) =>
      through(bed, async () => {
        const { pid } = bed.servers.redis;
        process.kill(pid, 'SIGSTOP');
        await sleep(PAUSED_MS).finally(() => process.kill(pid, 'SIGCONT'));
        return { happened: 1 };
      }),
  },
  {
    id: 'F29',
    title: 'Redis is emptied again and again during a sale',
    inject: 'FLUSHALL every 100 ms',
    expect: 'the same: locks that are gone let nobody oversell',
    on: 'testbed',
    run: (bed) => through(bed, () => withRedis(bed, flushing)),
  },
  {
    id: 'F30',
    title: 'Redis fails over to an empty one',
    inject: 'a second server, and the proxy leads there while the first is killed',
    expect: 'the same',
    on: 'testbed',
    run: failOver,
  },
  {
    id: 'F31',
    title: 'Redis is full, with and without eviction',
    inject: 'maxmemory 3mb with noeviction, then allkeys-lru, and filler',
    expect: 'the same: what cannot be kept there is done without',
    on: 'testbed',
    run: (bed) => through(bed, () => withRedis(bed, filling)),
  },
  {
    id: 'F32',
    title: 'Redis answers garbage, and keeps wrong answers',
    inject: 'bytes of no protocol, keys of another type, broken JSON, forged stock',
    expect: 'a miss, or an answer that decides nothing',
    on: 'testbed',
    run: garbage,
  },
];

async function through(bed: Testbed, fault: Parameters<typeof sellThrough>[1]['fault']): Promise<Happening> {
  // Every call asks for a lock, so that every call meets it.
  return await withPrograms(bed, { STOCK_LOCK: 'all' }, async (programs) => {
    await programs.startApi();
    return await sellThrough(bed, { url: programs.url, fault });
  });
}

/** Past the proxy, to whatever answers at the port of the server. */
async function withRedis<T>(bed: Testbed, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(bed.servers.redisUrl);
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function flushing(redis: Redis): Promise<{ happened: number }> {
  let happened = 0;
  for (const until = performance.now() + AWAY_MS; performance.now() < until; happened += 1) {
    await redis.flushall();
    await sleep(FLUSH_EVERY_MS);
  }
  return { happened };
}

async function failOver(bed: Testbed): Promise<Happening> {
  const other = await startRedisServer();
  try {
    return await through(bed, async () => {
      await sleep(AWAY_MS / 4);
      await bed.servers.redis.kill();
      bed.redisLine.moveTo(other.port);
      bed.redisLine.cutAll();
      await sleep(AWAY_MS);
      const mend = async () => {
        await bed.servers.redis.restart();
        bed.redisLine.moveTo(bed.servers.redis.port);
        bed.redisLine.cutAll();
      };
      return { happened: 1, mend };
    });
  } finally {
    await other.stop();
  }
}

async function filling(redis: Redis): Promise<{ happened: number }> {
  let happened = 0;
  await redis.config('SET', 'maxmemory', '3mb');
  for (const policy of ['noeviction', 'allkeys-lru']) {
    await redis.config('SET', 'maxmemory-policy', policy);
    for (let each = 0; each < FILLERS; each += 1)
      await redis.set(`filler:${policy}:${each}`, 'x'.repeat(FILLER_BYTES)).catch(() => (happened += 1));
    await sleep(AWAY_MS / 2);
  }
  happened += Number(/evicted_keys:(\d+)/.exec(await redis.info('stats'))?.[1] ?? 0);
  await redis.config('SET', 'maxmemory', '0');
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  await redis.flushall();
  return { happened };
}

async function garbage(bed: Testbed): Promise<Happening> {
  const mad = await through(bed, async () => {
    const fault = { kind: 'replace', message: () => PING, answer: GARBAGE } as const;
    const injection = bed.redisLine.inject({ match: () => true, fault, times: 50 });
    await sleep(AWAY_MS);
    injection.remove();
    return { happened: injection.struck() };
  });
  const kept = await keptAnswers(bed);
  return {
    happened: mad.happened > 0 && kept.happened > 0 ? mad.happened + kept.happened : 0,
    problems: [...mad.problems, ...kept.problems],
    figures: { ...mad.figures, 'keys spoilt': kept.happened },
  };
}

/** Two engines that share kept answers; everything that they keep in Redis is spoilt in every way. */
async function keptAnswers(bed: Testbed): Promise<Happening> {
  const sharing = { ...bed.straight, GRANARY_CACHE_ENTRIES: '1000' };
  const [one, other] = [await bed.open(sharing), await bed.open(sharing)];
  const problems: string[] = [];
  let happened = 0;
  for (const spoil of spoilers) {
    const [skuId = ''] = (await bed.stock('KEPT', 1, 5)).keys();
    const read = (engine: typeof one) => engine.domain.stock.available({ skuId } as never);
    await read(one);
    await sleep(FLUSH_EVERY_MS);
    happened += await withRedis(bed, (redis) => spoilAll(redis, spoil.as));
    const told = await read(other).then(({ available }) => available, codeOf);
    if (spoil.isMiss) problems.push(...unless(told === 5, `${spoil.name}: ${told} are told to be there, and 5 are`));
    const act = { name: bed.name('forged'), kind: 'hold', skuId } as const;
    const ends = [];
    for (let each = 0; each < 6; each += 1)
      ends.push(await doIt(other.domain, { ...act, name: bed.name('forged') }).then(() => 'done', codeOf));
    const done = ends.filter((end) => end === 'done').length;
    problems.push(...unless(done === 5, `${spoil.name}: ${done} of 5 were held: ${ends.join(' ')}`));
  }
  await one.close();
  await other.close();
  return { happened, problems };
}

interface Spoiler {
  readonly name: string;
  readonly isMiss: boolean;
  /** The text that is kept now; undefined leaves a list in its place. */
  readonly as: (text: string) => string | undefined;
}

const spoilers: readonly Spoiler[] = [
  { name: 'broken JSON', isMiss: true, as: (text) => text.slice(0, -2) },
  { name: 'another type', isMiss: true, as: () => undefined },
  { name: 'another shape', isMiss: true, as: () => JSON.stringify({ tokens: 1, answer: [null] }) },
  // What has the right tokens and the right shape is told until it runs out; it decides nothing all the same.
  { name: 'forged stock', isMiss: false, as: (text) => text.replaceAll(/"available":\d+/g, '"available":1000') },
];

async function spoilAll(redis: Redis, as: Spoiler['as']): Promise<number> {
  const keys = await redis.keys('granary:*');
  let spoilt = 0;
  for (const key of keys) {
    if ((await redis.type(key)) !== 'string') continue;
    const text = (await redis.get(key)) ?? '';
    if (!text.startsWith('{')) continue;
    const spoiled = as(text);
    await redis.del(key);
    if (spoiled === undefined) await redis.lpush(key, 'x');
    else await redis.set(key, spoiled, 'PX', 60_000);
    spoilt += 1;
  }
  return spoilt;
}
