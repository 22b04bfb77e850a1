/** Clocks that are wrong, and timers that jump: only the clock of the database decides, and nothing is done twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@granary/client';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import { expireDueInput } from '@granary/contracts/reservation';
import { openPrograms } from '../cluster/programs.ts';
import { callHere } from '../fleet/call-here.ts';
import { codeOf } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { hold } from './inputs.ts';
import { beginLoad } from './load.ts';
import { misfortuned, withPrograms } from './misfortunes.ts';
import { type Testbed, untilSo } from './testbed.ts';

const HOUR_MS = 3_600_000;
const SHIFTS = { '1 hour ahead': HOUR_MS, '1 hour behind': -HOUR_MS, '1 day ahead': 24 * HOUR_MS } as const;
const APART_MS = 300_000;
const LOAD_MS = 1_500;
const SWEPT_WITHIN_MS = 10_000;
const ASLEEP_MS = 6_000;
const DUE = 40;
/** A worker sweeps every second: after a long sleep once for that, and once for the second that follows. */
const MOST_SWEEPS = 6;
const SWEEP = 'SKIP LOCKED';

export const clockFaults: readonly BedFault[] = [
  {
    id: 'F35',
    title: 'the wall clock of api and worker, or of the database, is an hour or a day off',
    inject: 'Date of the programs shifted from their start; the time of the database shifted where the engine hears it',
    expect: 'nothing ends early or late, a passed deadline is INV_003, ids stay unique',
    on: 'testbed',
    limitMs: 120_000,
    run: wrongClocks,
  },
  {
    id: 'F36',
    title: 'all timers of a worker jump',
    inject: 'SIGSTOP for 6 s and SIGCONT, so that to it every timer is due at once',
    expect: 'one sweep and not one for every second missed; each hold expires once',
    on: 'testbed',
    run: jumpingTimers,
  },
  {
    id: 'F37',
    title: 'the clocks of two apis and a worker are 5 minutes apart',
    inject: 'Date of one api 5 minutes ahead, of the other 5 minutes behind, under load',
    expect: 'the same as with one clock',
    on: 'testbed',
    run: clocksApart,
  },
];

async function wrongClocks(bed: Testbed): Promise<Happening> {
  const problems: string[] = [];
  await bed.programs(1, 'none');
  for (const [name, shift] of Object.entries(SHIFTS)) {
    const found = await withPrograms(bed, misfortuned('shift', shift), async (programs) => {
      programs.startWorker();
      await programs.startApi();
      return await deadlinesHold(bed, programs.url);
    });
    problems.push(...found.map((problem) => `programs ${name}: ${problem}`));
  }
  const shifted = await databaseShifted(bed);
  return { happened: Object.keys(SHIFTS).length + 1, problems: [...problems, ...shifted] };
}

/** A long hold stays and can be confirmed; a short one ends, by itself or by whoever meets it. */
async function deadlinesHold(bed: Testbed, url: string): Promise<readonly string[]> {
  const { reservation } = createClient({ url, batch: false, retries: 0 });
  const [skuId = ''] = (await bed.stock('CLOCK', 1, 100)).keys();
  const make = (ttlSeconds: number) =>
    reservation.reserve.mutate({ skuId, quantity: 1, type: 'cart', businessId: bed.name('clock'), ttlSeconds });
  const [long, met, short] = [await make(600), await make(1), await make(1)];
  const swept = await untilSo(
    async () => (await reservation.get.query({ id: short.id })).state === 'expired',
    SWEPT_WITHIN_MS,
  );
  const late = await reservation.confirm.mutate({ id: met.id }).then(() => 'done', codeOf);
  const { state } = await reservation.get.query({ id: long.id });
  const confirmed = await reservation.confirm.mutate({ id: long.id }).then(() => 'done', codeOf);
  const leftMs = Date.parse(long.expiresAt ?? '') - Date.now();
  return [
    ...unless(swept !== undefined, 'a hold of a second was not swept'),
    ...unless(late === 'INV_003', `a passed deadline was answered by ${late}`),
    ...unless(
      state === 'active' && confirmed === 'done',
      `a hold of 10 minutes is ${state}, and a confirm ${confirmed}`,
    ),
    ...unless(leftMs > 0 && leftMs <= 600_000, `a hold of 10 minutes ends in ${leftMs} ms`),
  ];
}

const shiftedBy = (ms: number) => (now: Instant) => fromMicros(toMicros(now) + BigInt(ms) * 1_000n);

/** The engine hears the time of the database by one port: there it jumps, for all that it decides. */
async function databaseShifted(bed: Testbed): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const ms of [HOUR_MS, -HOUR_MS]) {
    const [skuId = ''] = (await bed.stock('JUMP', 1, 10)).keys();
    const before = await bed.looking.domain.reservations.reserve(
      hold(skuId, 1, { businessId: bed.name('jump'), ttlSeconds: 600 }),
      callHere(),
    );
    const engine = await bed.open(bed.straight, { clock: shiftedBy(ms) });
    const end = await engine.domain.reservations.confirm({ id: before.id }, callHere()).then(() => 'done', codeOf);
    const [wanted, word] = ms > 0 ? ['INV_003', 'ahead'] : ['done', 'behind'];
    problems.push(...unless(end === wanted, `the database ${word}: a hold of 10 minutes was answered by ${end}`));
    const after = await engine.domain.reservations
      .reserve(hold(skuId, 1, bed.name('jump')), callHere())
      .then(() => 'done', codeOf);
    problems.push(...unless(after === 'done', `the database ${word}: a new hold was answered by ${after}`));
    // What was promised an hour ahead is given back before the true time goes on.
    await engine.domain.reservations.expireDue(expireDueInput.parse({}), callHere());
    await engine.close();
  }
  return problems;
}

async function jumpingTimers(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('TIMERS', 1, DUE)).keys();
  await bed.programs(1, 'none');
  // Its way leads through the proxy, which counts its sweeps.
  const programs = await openPrograms(bed.settings);
  try {
    const worker = programs.startWorker();
    const probe = await sweptOne(bed, skuId);
    if (worker.pid === undefined || probe === undefined) throw new Error('the worker does not sweep');
    process.kill(worker.pid, 'SIGSTOP');
    const ids: string[] = [];
    for (let each = 1; each < DUE; each += 1) {
      const line = hold(skuId, 1, { businessId: bed.name('timer'), ttlSeconds: 1 });
      ids.push((await bed.looking.domain.reservations.reserve(line, callHere())).id);
    }
    await sleep(ASLEEP_MS);
    let sweeps = 0;
    const counting = bed.line.inject({
      match: (message) => message.includes(SWEEP) && message.includes('reservation') && (sweeps += 1) < 0,
      fault: { kind: 'delay', ms: 0 },
    });
    process.kill(worker.pid, 'SIGCONT');
    const left = async () =>
      (await bed.ask(`SELECT 1 FROM reservation WHERE reservation_id IN (?) AND state = 'active'`, [ids])).length;
    const sweptMs = await untilSo(async () => (await left()) === 0, SWEPT_WITHIN_MS);
    await sleep(1_000);
    counting.remove();
    const twice = await bed.ask(
      `SELECT reservation_id FROM stock_movement WHERE reservation_id IN (?) AND kind = 'expire' GROUP BY reservation_id HAVING COUNT(*) <> 1`,
      [ids],
    );
    return {
      happened: ids.length,
      problems: [
        ...unless(sweptMs !== undefined, 'what was due was not swept'),
        ...unless(sweeps <= MOST_SWEEPS, `${sweeps} sweeps came at once`),
        ...unless(twice.length === 0, `${twice.length} holds did not expire exactly once`),
      ],
      figures: { 'swept after, ms': sweptMs ?? -1, sweeps },
    };
  } finally {
    for (const { pid } of programs.workers) if (pid !== undefined) process.kill(pid, 'SIGCONT');
    await programs.stop();
  }
}

async function sweptOne(bed: Testbed, skuId: string): Promise<number | undefined> {
  const line = hold(skuId, 1, { businessId: bed.name('timer'), ttlSeconds: 1 });
  const { id } = await bed.looking.domain.reservations.reserve(line, callHere());
  return await untilSo(
    async () => (await bed.looking.domain.reservations.get({ id })).state === 'expired',
    SWEPT_WITHIN_MS,
  );
}

async function clocksApart(bed: Testbed): Promise<Happening> {
  return await withPrograms(bed, misfortuned('shift', APART_MS), async (ahead) => {
    return await withPrograms(bed, misfortuned('shift', -APART_MS), async (behind) => {
      await Promise.all([ahead.startApi(), behind.startApi()]);
      behind.startWorker();
      const loads = [
        await beginLoad(bed, { url: ahead.url, callers: 4 }),
        await beginLoad(bed, { url: behind.url, callers: 4 }),
      ];
      await sleep(LOAD_MS);
      const problems = (await Promise.all(loads.map((load) => load.end()))).flat();
      const [one, other] = loads;
      const both = [await deadlinesHold(bed, ahead.url), await deadlinesHold(bed, behind.url)].flat();
      return {
        happened: loads.reduce((sum, load) => sum + load.decided(), 0),
        problems: [...problems, ...both],
        ...(one === undefined || other === undefined ? {} : { told: joined(one, other) }),
      };
    });
  });
}

function joined(one: Awaited<ReturnType<typeof beginLoad>>, other: typeof one): NonNullable<Happening['told']> {
  const entries = [...one.diary.entries, ...other.diary.entries];
  return { diary: { ...one.diary, entries }, opening: new Map([...one.opening, ...other.opening]) };
}
