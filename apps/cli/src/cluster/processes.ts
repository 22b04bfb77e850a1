/** Several api and worker processes over one database: one after the other is killed, and another takes over what it did. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callHere } from '../fleet/call-here.ts';
import { relayingOf } from '../fleet/relaying.ts';
import type { Disturbed, Scene } from './scene.ts';
import type { Site } from './site.ts';

const TAKEN_OVER_WITHIN_MS = 30_000;
const JOB_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

export const processes: Scene = {
  name: 'processes are killed',
  apis: 3,
  workers: 2,
  async disturb(site, rest) {
    await killApi(site);
    await rest();
    const { takeoverMs, problems } = await killRelay(site);
    await Promise.all([site.programs.startApi(), Promise.resolve(site.programs.startWorker())]);
    await killApi(site);
    await rest();
    return { figures: { 'relay taken over after, ms': takeoverMs }, problems };
  },
};

async function killApi({ programs }: Site): Promise<void> {
  const [api] = programs.apis;
  if (api !== undefined) await programs.kill(api);
}

/** The one that relays, while a job waits or runs: both have to find another worker. */
async function killRelay(site: Site): Promise<{ readonly takeoverMs: number } & Pick<Disturbed, 'problems'>> {
  const { programs, granary } = site;
  const pids = () => programs.workers.map(({ pid }) => pid);
  const relaying = await relayingOf(granary.dataSource, pids, TAKEN_OVER_WITHIN_MS);
  const worker = programs.workers.find(({ pid }) => pid === relaying);
  if (worker === undefined) return { takeoverMs: 0, problems: ['no worker relayed'] };
  const { id } = await granary.domain.jobs.verify({}, callHere());
  await programs.kill(worker);
  const killedAt = performance.now();
  const successor = await relayingOf(granary.dataSource, pids, TAKEN_OVER_WITHIN_MS);
  const takeoverMs = Math.round(performance.now() - killedAt);
  const state = await endOfJob(site, id);
  return {
    takeoverMs,
    problems: [
      ...(successor === undefined ? ['no other worker took the relay over'] : []),
      ...(state === 'done' ? [] : [`a job whose worker was killed is ${state}`]),
    ],
  };
}

async function endOfJob({ granary }: Site, id: string): Promise<string> {
  const giveUpAt = performance.now() + JOB_WITHIN_MS;
  for (;;) {
    const { state } = await granary.domain.jobs.get({ id });
    if ((state !== 'queued' && state !== 'running') || performance.now() > giveUpAt) return state;
    await sleep(LOOK_EVERY_MS);
  }
}
