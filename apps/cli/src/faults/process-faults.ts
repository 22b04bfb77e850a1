/** What befalls a process: signals, errors that nobody catches, no memory, a loop that stands still, a log that cannot be written. */
import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../cluster/programs.ts';
import type { Service } from '../up/service.ts';
import { waitUntilReady } from '../up/ready.ts';
import { relayingOf } from '../fleet/relaying.ts';
import { environment } from '../surroundings.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { beginLoad } from './load.ts';
import { type Misfortune, misfortuned, withPrograms } from './misfortunes.ts';
import { type Testbed, untilSo } from './testbed.ts';

const GRACE_MS = 10_000;
const REST_MS = 600;
const BLOCKED_MS = 6_000;
const TAKEN_OVER_MS = 20_000;
const FULL = '/dev/full';
const READY_MS = 30_000;

export const processFaults: readonly BedFault[] = [
  {
    id: 'F55',
    title: 'an api is told to end under load',
    inject: 'SIGTERM to one of two, then SIGTERM twice to another',
    expect: 'what runs is finished within 10 s, exit 0, nothing acknowledged is lost; the second signal ends at once',
    on: 'testbed',
    run: terminate,
  },
  {
    id: 'F56',
    title: 'an api meets an error that nobody catches, a rejection, no memory, a lost terminal',
    inject: 'a throw in a timer, an unheard rejection, a heap that is full, SIGHUP, each under load',
    expect: 'it ends, rather than limp on; the next one starts clean',
    on: 'testbed',
    limitMs: 120_000,
    run: crash,
  },
  {
    id: 'F57',
    title: 'the loop of a process stands still for longer than its lease',
    inject: 'a busy loop of 6 s in an api, and in the worker that relays',
    expect: 'health fails, others go on and take the relay over; the fence holds',
    on: 'testbed',
    limitMs: 90_000,
    run: standStill,
  },
  {
    id: 'F22',
    title: 'the log cannot be written',
    inject: 'an api whose stdout and stderr are a full device',
    expect: 'it lives and answers',
    on: 'testbed',
    isFast: true,
    lacks: () => Promise.resolve(existsSync(FULL) ? undefined : FULL),
    run: fullLog,
  },
];

async function terminate(bed: Testbed): Promise<Happening> {
  const programs = await bed.programs(2);
  const load = await beginLoad(bed, { url: programs.url });
  await sleep(REST_MS);
  const [first] = programs.apis;
  const watching = watchEvents(programs.apiUrls[0] ?? '');
  await sleep(REST_MS);
  const startedAt = performance.now();
  const ended = await endsBy(first, 'SIGTERM');
  const ms = Math.round(performance.now() - startedAt);
  if (first !== undefined) await programs.kill(first);
  const second = await programs.startApi();
  if (second.pid !== undefined) process.kill(second.pid, 'SIGTERM');
  const again = await endsBy(second, 'SIGTERM');
  await programs.kill(second);
  await programs.startApi();
  const isStreamOver = (await Promise.race([watching, sleep(GRACE_MS, 'open')])) !== 'open';
  const problems = await load.end();
  return {
    ...{ happened: 2, told: load },
    problems: [
      ...problems,
      ...unless(ended.endsWith('with code 0'), ended),
      ...unless(ms <= GRACE_MS, `it took ${ms} ms to end`),
      ...unless(isStreamOver, 'a stream of events stayed open'),
      ...unless(!again.includes('undefined'), again),
    ],
    figures: { 'ended after, ms': ms, 'a second signal': again },
  };
}

/** Resolves when the stream has ended. */
async function watchEvents(url: string): Promise<void> {
  const response = await fetch(`${url}/trpc/stock.watch?input=${encodeURIComponent('{}')}`, {
    headers: { accept: 'text/event-stream' },
  });
  await response.text().catch(() => undefined);
}

async function endsBy(service: Service | undefined, signal: NodeJS.Signals): Promise<string> {
  if (service?.pid === undefined) return 'there was no process';
  process.kill(service.pid, signal);
  return await Promise.race([service.ended, sleep(2 * GRACE_MS, `it went on in spite of ${signal}`)]);
}

async function crash(bed: Testbed): Promise<Happening> {
  const kinds: readonly (Misfortune | 'hang up')[] = ['throw', 'reject', 'hoard', 'hang up'];
  const problems: string[] = [];
  const figures: Record<string, string> = {};
  let happened = 0;
  for (const kind of kinds) {
    const settings = kind === 'hang up' ? {} : misfortuned(kind);
    const ended = await withPrograms(bed, settings, async (programs) => {
      const api = await programs.startApi();
      const load = await beginLoad(bed, { url: programs.url, callers: 4 });
      await sleep(REST_MS);
      const how = await endsBy(api, kind === 'hang up' ? 'SIGHUP' : 'SIGUSR2');
      await programs.kill(api);
      problems.push(...(await load.end()));
      return how;
    });
    figures[kind] = ended.replace('an api ended ', '');
    if (/ended (with code [1-9]|by SIG)/.test(ended)) happened += 1;
    else problems.push(`${kind}: ${ended}`);
  }
  return { happened, problems, figures };
}

async function standStill(bed: Testbed): Promise<Happening> {
  await bed.programs(1, 'none');
  return await withPrograms(bed, misfortuned('block', BLOCKED_MS), async (programs) => {
    const blocked = await programs.startApi();
    const url = programs.apiUrls[0] ?? '';
    await programs.startApi();
    const workers = [programs.startWorker(), programs.startWorker()];
    const load = await beginLoad(bed, { url: programs.apiUrls[1] ?? '', callers: 6 });
    const pids = () => workers.map(({ pid }) => pid);
    const first = await relayingOf(bed.looking.dataSource, pids, TAKEN_OVER_MS);
    for (const pid of [blocked.pid, first]) if (pid !== undefined) process.kill(pid, 'SIGUSR2');
    await sleep(REST_MS);
    const isHealthy = await isWell(url);
    const successor = await relayingOf(
      bed.looking.dataSource,
      () => pids().filter((pid) => pid !== first),
      TAKEN_OVER_MS,
    );
    const back = await untilSo(() => isWell(url), TAKEN_OVER_MS);
    const problems = await load.end();
    return {
      ...{ happened: isHealthy ? 0 : 2, told: load },
      problems: [
        ...problems,
        ...unless(first !== undefined, 'nobody relayed'),
        ...unless(successor !== undefined, 'no other worker took the relay over'),
        ...unless(back !== undefined, 'the api did not come back'),
      ],
    };
  });
}

async function isWell(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  return response?.ok === true;
}

async function fullLog(bed: Testbed): Promise<Happening> {
  const device = openSync(FULL, 'w');
  const program = fileURLToPath(new URL('../../../../apps/api/dist/main.js', import.meta.url));
  const port = await freePort();
  const env = { PATH: environment()['PATH'], ...bed.straight, LOG_LEVEL: 'debug', PORT: String(port) };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', device, device] });
  const ended = new Promise<string>((resolve) => child.once('exit', (code, by) => resolve(`ended by ${by ?? code}`)));
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(url, { services: [], timeoutMs: READY_MS, signal: AbortSignal.timeout(READY_MS) });
    const load = await beginLoad(bed, { url, callers: 4, quantity: 1_000 });
    const how = await Promise.race([ended, sleep(2 * REST_MS, 'alive')]);
    const problems = await load.end();
    return {
      ...{ happened: load.decided(), told: load },
      problems: [...problems, ...unless(how === 'alive', `it ${how}`)],
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
    closeSync(device);
  }
}
