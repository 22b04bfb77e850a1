/** A database that works and cannot serve: deadlocks on purpose, read only, full of connections, locked tables. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RowDataPacket } from 'mysql2/promise';
import { callHere } from '../fleet/call-here.ts';
import { actNames, codeOf, doIt, effectsOf } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { hold } from './inputs.ts';
import { metricOf } from './metric.ts';
import { DEADLINE_MS, POOL, type Testbed, untilSo } from './testbed.ts';

const STORM_MS = 2_500;
const ADVERSARIES = 2;
const LANES = 6;
const LEVELS = 5;
/** What is told at once, and not at the deadline. */
const SHED_WITHIN_MS = 2_000;
const SHORT_MS = 800;
const LOOKUP_MS = 2_500;
const LOCKED_MS = 1_500;
const LEAST_CONNECTIONS = 10;
const MANY = 60;
const SESSIONS = `SELECT id FROM information_schema.processlist WHERE user = 'app'`;

export const databaseFaults: readonly BedFault[] = [
  {
    id: 'F12',
    title: 'a storm of deadlocks',
    inject: 'two sessions lock the same levels in the opposite order, again and again',
    expect: 'done after retries, or INV_004; never a half of several lines',
    on: 'testbed',
    run: deadlockStorm,
  },
  {
    id: 'F17',
    title: 'the server only reads, as after a failover',
    inject: 'SET GLOBAL read_only = 1',
    expect: 'INV_012, nothing changed; served again at 0',
    on: 'testbed',
    isFast: true,
    run: readOnly,
  },
  {
    id: 'F18',
    title: 'the server takes no more connections',
    inject: 'max_connections = 10, all of them taken, those of the api killed',
    expect: 'INV_012 within the deadline, no crash; served again when there is room',
    on: 'testbed',
    run: noConnections,
  },
  {
    id: 'F19',
    title: 'every connection of the pool is held',
    inject: 'the whole pool is taken and kept',
    expect: 'shed with INV_012 within 2 s; health stays green, readiness turns red',
    on: 'testbed',
    run: noPool,
  },
  {
    id: 'F20',
    title: 'statements wait for a lock on the table',
    inject: 'LOCK TABLES, then ALTER TABLE behind an open transaction',
    expect: 'INV_012 at the deadline, nothing changed; served again',
    on: 'testbed',
    run: tableLocks,
  },
];

async function deadlockStorm(bed: Testbed): Promise<Happening> {
  const skuIds = [...(await bed.stock('STORM', LEVELS, 1_000_000)).keys()];
  const { domain } = bed.api.granary;
  let isOver = false;
  let deadlocks = 0;
  const adversary = async () => {
    const session = await bed.stranger();
    while (!isOver) {
      await session.query('START TRANSACTION');
      for (const skuId of skuIds.toReversed())
        await session
          .query('SELECT version FROM stock_level WHERE sku_id = ? FOR UPDATE', [skuId])
          .catch(() => (deadlocks += 1));
      await session.query('ROLLBACK');
      await sleep(2);
    }
    session.destroy();
  };
  const ends: Record<string, number> = {};
  const names: string[] = [];
  const lane = async () => {
    while (!isOver) {
      const name = bed.name('many');
      names.push(name);
      const lines = skuIds.map((skuId) => hold(skuId, 1, name));
      const end = await domain.reservations.reserveMany({ lines }, callHere()).then(() => 'done', codeOf);
      ends[end] = (ends[end] ?? 0) + 1;
    }
  };
  const conflictsBefore = await deadlocksOf(bed);
  const all = [...Array.from({ length: ADVERSARIES }, adversary), ...Array.from({ length: LANES }, lane)];
  await sleep(STORM_MS);
  isOver = true;
  await Promise.all(all);
  const halves = await bed.ask(
    'SELECT business_id FROM reservation WHERE business_id IN (?) GROUP BY business_id HAVING COUNT(*) <> ?',
    [names, LEVELS],
  );
  const met = (await deadlocksOf(bed)) - conflictsBefore;
  const strange = Object.keys(ends).filter((end) => end !== 'done' && end !== 'INV_004');
  return {
    happened: deadlocks + met,
    problems: [
      ...unless(halves.length === 0, `${halves.length} of several lines were held by half`),
      ...unless(strange.length === 0, `answered by ${strange.join(' ')}`),
      ...unless((ends['done'] ?? 0) > 0, 'nobody was served'),
    ],
    figures: { ...ends, 'deadlocks met by the engine': met, 'by the adversaries': deadlocks },
  };
}

const deadlocksOf = ({ api }: Testbed) => metricOf(api.granary, 'granary_conflicts_total', 'deadlock');

async function readOnly(bed: Testbed): Promise<Happening> {
  await bed.ask('SET GLOBAL read_only = 1');
  try {
    return await allRefused(bed, DEADLINE_MS);
  } finally {
    await bed.ask('SET GLOBAL read_only = 0');
  }
}

/** Each kind of write is told 503 in time, and leaves nothing. */
async function allRefused(bed: Testbed, withinMs: number, deadlineMs = DEADLINE_MS): Promise<Happening> {
  const problems: string[] = [];
  let happened = 0;
  let slowestMs = 0;
  for (const kind of actNames) {
    const act = { name: bed.name(kind), kind, skuId: bed.name('REFUSED'), deadlineMs };
    const startedAt = performance.now();
    const end = await doIt(bed.api.granary.domain, act).then(() => 'done', codeOf);
    const ms = Math.round(performance.now() - startedAt);
    slowestMs = Math.max(slowestMs, ms);
    if (end === 'INV_012') happened += 1;
    else problems.push(`${kind} was answered by ${end}`);
    problems.push(...unless(ms <= withinMs, `${kind} was answered after ${ms} ms`));
  }
  return { happened, problems, figures: { 'slowest answer, ms': slowestMs } };
}

async function noConnections(bed: Testbed): Promise<Happening> {
  const [before] = await bed.ask('SELECT @@GLOBAL.max_connections AS most');
  const keeper = await bed.stranger();
  const taken: Awaited<ReturnType<Testbed['stranger']>>[] = [];
  try {
    await keeper.query(`SET GLOBAL max_connections = ${LEAST_CONNECTIONS}`);
    // The one session that is there already, as there is no room for another one.
    const [sessions] = await keeper.query<RowDataPacket[]>(SESSIONS);
    for (const { id } of sessions) await keeper.query(`KILL ${Number(id)}`).catch(() => undefined);
    for (let isFull = false; !isFull && taken.length < MANY;)
      await bed.stranger().then(
        (session) => taken.push(session),
        () => (isFull = true),
      );
    const told = await allRefused(bed, DEADLINE_MS + SHED_WITHIN_MS);
    return { ...told, figures: { ...told.figures, 'connections taken': taken.length } };
  } finally {
    for (const session of taken) session.destroy();
    await keeper.query(`SET GLOBAL max_connections = ${Number(before?.['most'] ?? 500)}`);
    keeper.destroy();
  }
}

async function noPool(bed: Testbed): Promise<Happening> {
  const runners = Array.from({ length: POOL }, () => bed.api.granary.dataSource.createQueryRunner());
  await Promise.all(runners.map((runner) => runner.connect()));
  try {
    const shed = await allRefused(bed, SHED_WITHIN_MS);
    const health = await fetch(`${bed.api.url}/healthz`);
    const readiness = await fetch(`${bed.api.url}/readyz`);
    return {
      ...shed,
      problems: [
        ...shed.problems,
        ...unless(health.ok, `health was ${health.status}`),
        ...unless(readiness.status === 503, `readiness was ${readiness.status}`),
      ],
    };
  } finally {
    await Promise.all(runners.map((runner) => runner.release()));
  }
}

async function tableLocks(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('TABLES', 1, 100)).keys();
  const [one, other] = [await bed.stranger(), await bed.stranger()];
  try {
    await one.query('LOCK TABLES stock_level WRITE');
    const locked = await waitsInVain(bed, skuId);
    await one.query('UNLOCK TABLES');
    await one.query('START TRANSACTION');
    await one.query('SELECT COUNT(*) FROM stock_level');
    const altering = other.query('ALTER TABLE stock_level FORCE');
    await untilSo(
      async () => (await bed.ask(`SELECT id FROM information_schema.processlist WHERE info LIKE 'ALTER%'`)).length > 0,
      LOCKED_MS,
    );
    const altered = await waitsInVain(bed, skuId);
    await one.query('ROLLBACK');
    await altering;
    return { happened: locked.happened + altered.happened, problems: [...locked.problems, ...altered.problems] };
  } finally {
    one.destroy();
    other.destroy();
  }
}

async function waitsInVain(bed: Testbed, skuId: string): Promise<Happening> {
  const act = { name: bed.name('vain'), kind: 'hold', skuId, deadlineMs: SHORT_MS } as const;
  const startedAt = performance.now();
  const end = await doIt(bed.api.granary.domain, act).then(() => 'done', codeOf);
  const ms = Math.round(performance.now() - startedAt);
  return {
    happened: end === 'INV_012' ? 1 : 0,
    problems: [
      ...unless(end === 'INV_012', `answered by ${end}`),
      ...unless(ms <= SHORT_MS + LOOKUP_MS, `answered after ${ms} ms`),
      ...unless((await effectsOf(bed, act)) === 0, 'it was told 503 and has an effect'),
    ],
  };
}
