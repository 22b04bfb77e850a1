/** Locks that are granted to everybody, to nobody, not given back, or held by a process that stands still: none of it decides. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockManager } from '@granary/domain/ports/lock-manager';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { createClient } from '@granary/client';
import { Redis } from 'ioredis';
import { codeOf, doIt } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import type { Testbed } from './testbed.ts';

const CALLERS = 30;
const STOCK = 10;
/** A lock service that does not answer is left after this long. */
const NOBODY_MS = 100;
const LOCK = 'granary:lock:';
const PAUSED_MS = 5_500;
const PATIENCE_MS = 20_000;

export const lockFaults: readonly BedFault[] = [
  {
    id: 'F33',
    title: 'the lock service grants everybody, nobody, or fails when a lock is given back',
    inject: 'two stubs in its place; then a proxy that cuts every second message about a lock',
    expect: 'nobody oversells and everybody is answered',
    on: 'testbed',
    isFast: true,
    run: lyingLocks,
  },
  {
    id: 'F34',
    title: 'the holder of a lock is paused past its life',
    inject: 'SIGSTOP of an api amid its transaction, its lock removed, another api wants the same unit',
    expect: 'exactly one gets the last unit; the late one is refused or runs again',
    on: 'testbed',
    limitMs: 60_000,
    run: pausedHolder,
  },
];

const nobody: LockManager = {
  using: async (_scope, _keys, work) => {
    await sleep(NOBODY_MS);
    return await work();
  },
};

async function lyingLocks(bed: Testbed): Promise<Happening> {
  const problems: string[] = [];
  let happened = 0;
  for (const [name, locks] of [
    ['everybody', grantEverybody],
    ['nobody', nobody],
  ] as const) {
    const counting: LockManager = {
      using: (scope, keys, work) => {
        happened += 1;
        return locks.using(scope, keys, work);
      },
    };
    const engine = await bed.open(bed.straight, { locks: counting });
    problems.push(...(await crowd(bed, engine.domain)).map((problem) => `granted to ${name}: ${problem}`));
    await engine.close();
  }
  let messages = 0;
  const isSecond = (message: Buffer) => message.includes(LOCK) && (messages += 1) % 2 === 0;
  const cut = bed.redisLine.inject({ match: isSecond, fault: { kind: 'cutBefore' }, times: CALLERS });
  problems.push(...(await crowd(bed, bed.api.granary.domain)).map((problem) => `not given back: ${problem}`));
  cut.remove();
  return { happened: cut.struck() === 0 ? 0 : happened + cut.struck(), problems, figures: { cut: cut.struck() } };
}

async function crowd(bed: Testbed, domain: Testbed['looking']['domain']): Promise<readonly string[]> {
  const [skuId = ''] = (await bed.stock('CROWD', 1, STOCK)).keys();
  const ends = await Promise.all(
    Array.from({ length: CALLERS }, (_, each) => {
      const kind = each % 2 === 0 ? 'hold' : 'sale';
      return doIt(domain, { name: bed.name('crowd'), kind, skuId, deadlineMs: PATIENCE_MS }).then(() => 'done', codeOf);
    }),
  );
  const done = ends.filter((end) => end === 'done').length;
  const strange = ends.filter((end) => end !== 'done' && end !== 'INV_002');
  return unless(done === STOCK && strange.length === 0, `${done} of ${STOCK} were given out; ${strange.join(' ')}`);
}

async function pausedHolder(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('PAUSED', 1, 1)).keys();
  const programs = await bed.programs(2);
  const [paused] = programs.apis;
  const [one, other] = programs.apiUrls.map((url) => createClient({ url, batch: false, retries: 0 }));
  if (paused?.pid === undefined || one === undefined || other === undefined) throw new Error('there are no two apis');
  const sell = (client: typeof one) =>
    client.outbound.sales
      .mutate({ orderNo: bed.name('PAUSED'), lines: [{ skuId, quantity: 1 }] })
      .then(() => 'done', codeOf);
  const stranger = await bed.stranger();
  let late: Promise<string>;
  const ends: string[] = [];
  try {
    await stranger.query('START TRANSACTION');
    await stranger.query('SELECT version FROM stock_level WHERE sku_id = ? FOR UPDATE', [skuId]);
    late = sell(one);
    await sleep(3 * NOBODY_MS);
    process.kill(paused.pid, 'SIGSTOP');
    // The server gives the row to the one that stands still; its lock runs out meanwhile.
    await stranger.query('ROLLBACK');
    const redis = new Redis(bed.servers.redisUrl);
    await redis.flushall().finally(() => redis.disconnect());
    const until = performance.now() + PATIENCE_MS;
    const since = performance.now();
    while (ends.at(-1) !== 'done' && performance.now() < until) ends.push(await sell(other));
    await sleep(Math.max(0, PAUSED_MS - (performance.now() - since)));
  } finally {
    process.kill(paused.pid, 'SIGCONT');
    stranger.destroy();
  }
  const lateEnd = await late;
  const [level] = await bed.ask('SELECT on_hand AS n FROM stock_level WHERE sku_id = ?', [skuId]);
  return {
    happened: ends.length,
    problems: [
      ...unless(ends.at(-1) === 'done', `the other api was answered by ${ends.join(' ')}`),
      ...unless(lateEnd !== 'done', 'the one that stood still got the last unit as well'),
      ...unless(Number(level?.['n']) === 0, `${String(level?.['n'])} are left of one`),
    ],
    figures: { 'the late one': lateEnd, 'tries of the other': ends.length },
  };
}
