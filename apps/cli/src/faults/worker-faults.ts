/** A worker that is killed amid its sweep, its relay, its jobs: the next one finishes what it began. */
import { snapshotCreateInput } from '@granary/contracts/snapshot';
import { jobStartInput } from '@granary/contracts/job';
import { openPrograms } from '../cluster/programs.ts';
import { callHere } from '../fleet/call-here.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { beginLoad } from './load.ts';
import { killAgain } from './kill-faults.ts';
import { type Testbed, untilSo } from './testbed.ts';

const KILLS = 20;
/** What a worker says in the middle of each of its works; where it does not come in time the kill comes anyway. */
const MOMENTS = [
  ['the sweep', "'expire'"],
  ['the relay', 'outbox_cursor'],
  ['a snapshot', 'stock_snapshot_level'],
  ['a job', 'UPDATE job'],
  ['any COMMIT', 'COMMIT'],
] as const;
const STARTED_WITHIN_MS = 15_000;
const MOMENT_WITHIN_MS = 2_000;
/** A job is kept for its worker for 15 s after that has gone silent. */
const JOBS_WITHIN_MS = 60_000;
const UNDONE = `SELECT COUNT(*) AS n FROM job WHERE state IN ('queued', 'running')`;
const OPEN = `SELECT job_id, kind, state, done, total, requested_at, lease_until, progress_at, UTC_TIMESTAMP(6) AS now FROM job WHERE state IN ('queued', 'running') UNION ALL SELECT snapshot_id, 'snapshot itself', state, 0, 0, at, NULL, NULL, NULL FROM stock_snapshot WHERE state <> 'complete'`;
const FAILED = `SELECT kind FROM job WHERE state = 'failed'`;
const TAKING = `SELECT COUNT(*) AS n FROM stock_snapshot WHERE state <> 'complete'`;
const EXPIRED_TWICE = `SELECT m.reservation_id FROM stock_movement m WHERE m.kind = 'expire' AND m.reservation_id IS NOT NULL
  GROUP BY m.reservation_id, m.sku_id, m.location_id, m.batch_id HAVING COUNT(*) > 1`;

export const workerFaults: readonly BedFault[] = [
  {
    id: 'F3',
    title: 'a worker is killed 20 times amid sweep, relay, snapshot and job',
    inject: 'SIGKILL when the proxy sees the statement of each work, and another worker is started',
    expect: 'the next worker finishes; nothing expires twice, snapshots are complete, jobs end',
    on: 'testbed',
    limitMs: 200_000,
    run: killWorker,
  },
];

async function killWorker(bed: Testbed): Promise<Happening> {
  const { url } = await bed.programs(1, 'none');
  // Its only way leads through the proxy, which sees what it is doing.
  const own = await openPrograms(bed.settings);
  const met: Record<string, number> = {};
  try {
    own.startWorker();
    const load = await beginLoad(bed, { url, callers: 4 });
    const killed = await killAgain(load, KILLS, async (turn) => {
      const [name, match] = MOMENTS[turn % MOMENTS.length] ?? MOMENTS[0];
      const [worker] = own.workers;
      // It must be at work before it can be killed amid it.
      await saying(bed, { match: 'COMMIT', withinMs: STARTED_WITHIN_MS });
      await giveWork(bed);
      const isMet = await saying(bed, { match, withinMs: MOMENT_WITHIN_MS, dies: worker?.pid });
      if (isMet) met[name] = (met[name] ?? 0) + 1;
      if (worker !== undefined) await own.kill(worker);
      own.startWorker();
    });
    const done = await untilSo(
      async () => (await count(bed, UNDONE)) === 0 && (await count(bed, TAKING)) === 0,
      JOBS_WITHIN_MS,
    );
    const failed = await bed.ask(FAILED);
    const twice = await bed.ask(EXPIRED_TWICE);
    return {
      ...killed,
      happened: KILLS,
      problems: [
        ...killed.problems,
        ...unless(done !== undefined, `what killed workers began does not end: ${JSON.stringify(await bed.ask(OPEN))}`),
        ...unless(failed.length === 0, `jobs failed: ${JSON.stringify(failed)}`),
        ...unless(twice.length === 0, `${twice.length} holds expired twice`),
        ...unless(Object.keys(met).length > 2, `kills met only ${Object.keys(met).join(', ')}`),
      ],
      figures: { ...killed.figures, ...met },
    };
  } finally {
    await own.stop();
  }
}

interface Saying {
  readonly match: string;
  readonly withinMs: number;
  /** Killed when it says so, and what it says is lost. */
  readonly dies?: number | undefined;
}

/** Whether anybody on the line says this in time. */
async function saying(bed: Testbed, { match, withinMs, dies }: Saying): Promise<boolean> {
  let isSaid = false;
  const listening = bed.line.inject({
    match: (message) => {
      if (isSaid || !message.includes(match)) return false;
      isSaid = true;
      if (dies !== undefined) process.kill(dies, 'SIGKILL');
      return dies !== undefined;
    },
    fault: { kind: 'drop' },
  });
  const ms = await untilSo(() => isSaid, withinMs);
  listening.remove();
  return ms !== undefined;
}

async function giveWork({ looking: { domain } }: Testbed): Promise<void> {
  await domain.jobs.verify(jobStartInput.parse({}), callHere());
  await domain.snapshots.create(snapshotCreateInput.parse({}), callHere());
}

async function count(bed: Testbed, sql: string): Promise<number> {
  const [row] = await bed.ask(sql);
  return Number(row?.['n'] ?? 0);
}
