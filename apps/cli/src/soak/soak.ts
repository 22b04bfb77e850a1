/** A soak: an api and a worker as they are deployed, under a mixed load for minutes, watched for memory that grows and answers that slow down. */
import { readFile } from 'node:fs/promises';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { createClient } from '@granary/client';
import { type Goal, isMet } from '../bench/bench.ts';
import { openPrograms, type Programs } from '../cluster/programs.ts';
import { judge } from '../effects/judge.ts';
import { readKept } from '../effects/kept.ts';
import { createClosing, type Closing } from '../fleet/closing.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { load } from './load.ts';
import { figuresOf, growthOf, type MinuteFigures, type Resident, slowerOf, steadiness } from './minutes.ts';

export interface SoakOptions {
  readonly minutes: number;
  /** A minute is 60,000; a test makes it shorter. */
  readonly minuteMs: number;
  readonly writers: number;
  readonly readers: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (seconds: number, note: string) => void;
}

export interface SoakResult {
  /** Of speed and memory, which only a quiet machine shows. */
  readonly steady: readonly Goal[];
  /** Of truth, which holds on any machine. */
  readonly right: readonly Goal[];
  readonly ok: boolean;
  readonly minutes: readonly MinuteFigures[];
  readonly resident: Readonly<Record<string, readonly Resident[]>>;
  readonly problems: readonly string[];
}

const SKUS = 20;
/** More than any run sells. */
const OPENING = 1_000_000;
const SAMPLES_A_MINUTE = 12;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const closing = createClosing();
  try {
    return await run(options, closing);
  } finally {
    await closing.close();
  }
}

async function run(options: SoakOptions, closing: Closing): Promise<SoakResult> {
  const { minutes, minuteMs, signal } = options;
  const database = await openOwnDatabase('soak');
  closing.add(() => database.drop());
  const programs = await openPrograms({ DATABASE_URL: database.databaseUrl, REDIS_URL: database.redisUrl });
  closing.add(() => programs.stop());
  await programs.startApi();
  programs.startWorker();
  const opening = await stock(programs.url);
  const [first = '', ...others] = opening.keys();

  const startedAt = performance.now();
  const endsAt = startedAt + minutes * minuteMs;
  const goesOn = () => performance.now() < endsAt && !signal.aborted;
  const watching = watch(programs, { ...options, startedAt, goesOn });
  const diary = await load({ ...options, url: programs.url, skuIds: [first, ...others], goesOn });
  const resident = await watching;
  signal.throwIfAborted();

  const granary = await openGranary(database.config({ STOCK_LOCK: 'none' }), { log: silentLog });
  closing.add(() => granary.close());
  const verdict = judge(diary, await readKept(granary.dataSource, opening));
  const { violations } = await granary.domain.verify({ signal });
  const figures = figuresOf(
    diary.answers.map(({ at, ms }) => ({ atMs: at - startedAt, ms })),
    minutes,
    minuteMs,
  );
  const growth = Object.entries(resident).map(([name, samples]) => [name, growthOf(samples, minuteMs)] as const);
  const steady = steadiness(Object.fromEntries(growth), slowerOf(figures));
  const right = [
    {
      name: 'calls without an answer',
      measured: diary.answers.filter(({ outcome }) => outcome === 'unknown').length,
      limit: 0,
    },
    { name: 'acknowledged effects that are lost', measured: verdict.lost.length, limit: 0 },
    { name: 'sums that are not exact', measured: verdict.problems.length, limit: 0 },
    { name: 'rows that break an invariant', measured: violations.length, limit: 0 },
  ];
  const ok = [...steady, ...right].every(isMet);
  return { steady, right, ok, minutes: figures, resident, problems: [...verdict.lost, ...verdict.problems] };
}

async function stock(url: string): Promise<ReadonlyMap<string, number>> {
  const skuIds = Array.from({ length: SKUS }, (_, each) => `SKU-${each}`);
  const lines = skuIds.map((skuId) => ({ skuId, quantity: OPENING, unitCost: '1.00' }));
  await createClient({ url }).inbound.purchase.mutate({ documentNo: 'OPENING', lines });
  return new Map(skuIds.map((skuId) => [skuId, OPENING]));
}

type Watch = SoakOptions & { readonly startedAt: number; readonly goesOn: () => boolean };

/** Samples of each process by its name, until the load ends. */
async function watch(programs: Programs, watched: Watch): Promise<Readonly<Record<string, readonly Resident[]>>> {
  const { minuteMs, startedAt, goesOn, onProgress } = watched;
  const [api, worker] = [programs.apis[0]?.pid, programs.workers[0]?.pid];
  const samples = { api: [] as Resident[], worker: [] as Resident[] };
  while (goesOn()) {
    await new Promise((resolve) => setTimeout(resolve, minuteMs / SAMPLES_A_MINUTE));
    const atMs = performance.now() - startedAt;
    const bytes = { api: await residentBytes(api), worker: await residentBytes(worker) };
    samples.api.push({ atMs, bytes: bytes.api });
    samples.worker.push({ atMs, bytes: bytes.worker });
    onProgress?.(
      atMs / 1000,
      `api ${Math.round(bytes.api / 2 ** 20)} MiB, worker ${Math.round(bytes.worker / 2 ** 20)} MiB`,
    );
  }
  return samples;
}

/** As Linux tells it; NaN elsewhere, or when the process is gone: what was not measured meets no goal. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kib === undefined ? Number.NaN : Number(kib) * 1024;
}
