/** Processes that end without a word, and a database that ends, pauses and comes back, under load. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startMember } from '../fleet/fleet.ts';
import { actNames, doIt, effectsOf } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { beginLoad, type Load, slowestMs, unansweredOf } from './load.ts';
import { DEADLINE_MS, type Testbed, untilSo } from './testbed.ts';

const KILLS = 20;
const RECOVERED_WITHIN_MS = 2_000;
const LOCKS_FREED_WITHIN_MS = 1_000;
const LEAST_REST_MS = 200;
const MORE_REST_MS = 400;
/** Programs start meanwhile, and callers must leave them room to do so. */
const STARTING_CALLERS = 5;
const RESTARTS = 3;
const PAUSE_MS = 10_000;
const MOST_STATEMENTS = 20;
const COM_QUERY = 0x03;
const OPEN = `SELECT trx_id FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE p.user = 'app'`;

export const killFaults: readonly BedFault[] = [
  {
    id: 'F1',
    title: 'an api is killed at its n-th statement, and 20 times under load',
    inject: 'SIGKILL when the proxy sees statement n of a hold, n = 1..all; then one of two apis after the other',
    expect: 'locks are free within a second, the repeat has one effect; nothing acknowledged is lost',
    on: 'testbed',
    limitMs: 180_000,
    run: killApi,
  },
  {
    id: 'F2',
    title: 'an api is killed after COMMIT and before its answer',
    inject: 'the process kills itself when COMMIT has returned',
    expect: 'the repeat with the key is answered, with one effect',
    on: 'testbed',
    run: killAnswering,
  },
  {
    id: 'F4',
    title: 'the database is killed 20 times under load',
    inject: 'SIGKILL of the server, and a restart',
    expect: 'nothing acknowledged is lost, served again within 2 s of its answer, no call past its deadline',
    on: 'testbed',
    limitMs: 180_000,
    run: (bed) => disturbDatabase(bed, KILLS, () => bed.servers.database.kill()),
  },
  {
    id: 'F5',
    title: 'the database is restarted in order under load',
    inject: 'SIGTERM, and a restart',
    expect: 'calls are answered or told 503 within their deadline',
    on: 'testbed',
    limitMs: 90_000,
    run: (bed) => disturbDatabase(bed, RESTARTS, () => bed.servers.database.kill('SIGTERM')),
  },
  {
    id: 'F6',
    title: 'the database is paused for 10 s',
    inject: 'SIGSTOP and SIGCONT',
    expect: 'calls are told 503 at their deadline, the pool heals, late commits have one effect',
    on: 'testbed',
    limitMs: 90_000,
    run: pauseDatabase,
  },
];

/** One database server's worth of disturbance: `end` takes it away, and a restart brings it back. */
async function disturbDatabase(bed: Testbed, times: number, end: () => Promise<void>): Promise<Happening> {
  const { url } = await bed.programs(2);
  const load = await beginLoad(bed, { url });
  return await killAgain(load, times, async () => {
    await end();
    await bed.servers.database.restart();
    await untilSo(async () => (await bed.ask('SELECT 1 AS one')).length === 1, RECOVERED_WITHIN_MS);
  });
}

/** Kills again and again; `kill` resolves when the server answers again, and the time until somebody is served counts from there. */
export async function killAgain(load: Load, times: number, kill: (turn: number) => Promise<void>): Promise<Happening> {
  const recoveries: number[] = [];
  const problems: string[] = [];
  let idle = 0;
  try {
    for (let turn = 0; turn < times; turn += 1) {
      const before = load.decided();
      await sleep(LEAST_REST_MS + Math.random() * MORE_REST_MS);
      if (load.decided() === before) idle += 1;
      await kill(turn);
      const ms = await load.servedAgain();
      if (ms === undefined) problems.push(`nobody was served after kill ${turn + 1}`);
      else recoveries.push(ms);
    }
  } finally {
    problems.push(...(await load.end()));
  }
  const slowest = Math.max(0, ...recoveries);
  return {
    ...{ happened: times - idle, told: load },
    problems: [
      ...problems,
      ...unless(slowest <= RECOVERED_WITHIN_MS, `served again only ${slowest} ms after the server answered`),
    ],
    figures: {
      ...{ kills: times, calls: load.diary.answers.length, unanswered: unansweredOf(load.diary) },
      ...{ 'slowest recovery, ms': slowest, 'slowest answer, ms': slowestMs(load.diary) },
    },
  };
}

async function killApi(bed: Testbed): Promise<Happening> {
  const atStatement = await killAtEachStatement(bed);
  const programs = await bed.programs(2);
  const load = await beginLoad(bed, { url: programs.url, callers: STARTING_CALLERS });
  const underLoad = await killAgain(load, KILLS, async () => {
    const [api] = programs.apis;
    if (api !== undefined) await programs.kill(api);
    await programs.startApi();
  });
  return {
    ...underLoad,
    happened: atStatement.happened + underLoad.happened,
    problems: [...atStatement.problems, ...underLoad.problems],
    figures: { ...underLoad.figures, ...atStatement.figures },
  };
}

async function killAtEachStatement(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('STATEMENT', 1, 100)).keys();
  const start = () => startMember({ settings: bed.settings });
  const problems: string[] = [];
  let next = start();
  let statement = 1;
  for (let isOver = false; !isOver; statement += 1) {
    const victim = await next;
    next = start();
    await next;
    const name = bed.name('statement');
    let seen = 0;
    const dying = (message: Buffer) => message[4] === COM_QUERY && (seen += 1) === statement && (victim.kill(), true);
    const injection = bed.line.inject({ match: dying, fault: { kind: 'drop' } });
    const input = { skuId, quantity: 1, type: 'order', businessId: name, idempotencyKey: name } as const;
    await victim.client.reservation.reserve.mutate(input).catch(() => undefined);
    isOver = injection.struck() === 0 || statement > MOST_STATEMENTS;
    injection.remove();
    await (isOver ? victim.stop() : victim.ended);
    const freed = await untilSo(async () => (await bed.ask(OPEN)).length === 0, LOCKS_FREED_WITHIN_MS);
    problems.push(...unless(freed !== undefined, `locks were left after a kill at statement ${statement}`));
    const act = { name, kind: 'hold', skuId } as const;
    await doIt(bed.api.granary.domain, act).catch((error: unknown) => problems.push(`${name}: ${String(error)}`));
    problems.push(...unless((await effectsOf(bed, act)) === 1, `${name} has not one effect`));
  }
  await (await next).stop();
  return { happened: statement - 2, problems, figures: { 'statements killed at': statement - 2 } };
}

async function killAnswering(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('ANSWERING', 1, 100)).keys();
  const problems: string[] = [];
  let happened = 0;
  for (const kind of actNames) {
    const victim = await startMember({ settings: bed.straight });
    const act = { name: bed.name(kind), kind, skuId };
    await victim.dieAfterCommit();
    const idempotencyKey = act.name;
    const lines = [{ skuId, quantity: 1, unitCost: '2.50' }];
    const { reservation, outbound, inbound } = victim.client;
    const calling = {
      hold: () =>
        reservation.reserve.mutate({ skuId, quantity: 1, type: 'order', businessId: act.name, idempotencyKey }),
      sale: () => outbound.sales.mutate({ orderNo: act.name, lines: [{ skuId, quantity: 1 }], idempotencyKey }),
      purchase: () => inbound.purchase.mutate({ documentNo: act.name, lines, idempotencyKey }),
    }[kind]();
    const [answer] = await Promise.allSettled([calling]);
    const how = await Promise.race([victim.ended, sleep(DEADLINE_MS, 'surviving')]);
    if (how === 'SIGKILL' && answer?.status === 'rejected') happened += 1;
    else await victim.stop();
    await doIt(bed.api.granary.domain, act).catch((error: unknown) => problems.push(`${kind}: ${String(error)}`));
    problems.push(...unless((await effectsOf(bed, act)) === 1, `${act.name} has not one effect`));
  }
  return { happened, problems };
}

async function pauseDatabase(bed: Testbed): Promise<Happening> {
  const { url } = await bed.programs(2);
  const load = await beginLoad(bed, { url });
  await sleep(LEAST_REST_MS + MORE_REST_MS);
  const before = load.diary.answers.length;
  process.kill(bed.servers.database.pid, 'SIGSTOP');
  try {
    await sleep(PAUSE_MS);
  } finally {
    process.kill(bed.servers.database.pid, 'SIGCONT');
  }
  const told = load.diary.answers.slice(before).filter(({ outcome }) => outcome === 'unknown').length;
  const recoveredMs = await load.servedAgain();
  const problems = await load.end();
  return {
    ...{ happened: told, told: load },
    problems: [
      ...problems,
      ...unless((recoveredMs ?? Infinity) <= RECOVERED_WITHIN_MS, `served again after ${recoveredMs} ms`),
    ],
    figures: {
      ...{ 'told 503': told, 'served again after, ms': recoveredMs ?? -1 },
      'slowest answer, ms': slowestMs(load.diary),
    },
  };
}
