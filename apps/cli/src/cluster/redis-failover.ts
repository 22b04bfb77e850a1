/** Redis fails over twice, once killed and once hanging: every call goes on being answered, with locks or without. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from './scene.ts';
import type { Site } from './site.ts';

/** The old master comes back so long after it was replaced. */
const AWAY_MS = 500;

export const redisFailover: Scene = {
  name: 'Redis fails over',
  apis: 2,
  workers: 2,
  // Every call asks for a lock, so that every call meets the failure.
  settings: { STOCK_LOCK: 'all' },
  async disturb(site, rest) {
    const killedMs = await failOver(site, async (master) => {
      await master.kill();
      return () => master.restart();
    });
    await site.redis.inStep();
    await rest();
    const hungMs = await failOver(site, async ({ pid }) => {
      process.kill(pid, 'SIGSTOP');
      return async () => void process.kill(pid, 'SIGCONT');
    });
    await rest();
    return { figures: { 'after a kill, ms': killedMs, 'after a hang, ms': hungMs }, problems: [] };
  },
};

type Master = Site['redis']['data'][number];

/** Takes the master away until another one is named and a while longer. Answers how long the Sentinels took. */
async function failOver({ redis }: Site, take: (master: Master) => Promise<() => Promise<void>>): Promise<number> {
  const port = await redis.masterPort();
  const master = redis.data.find((server) => server.port === port);
  if (master === undefined) throw new Error(`the Sentinels name ${port}, which is none of ours`);
  const startedAt = performance.now();
  const bringBack = await take(master);
  try {
    await redis.movedFrom(port);
    const ms = Math.round(performance.now() - startedAt);
    await sleep(AWAY_MS);
    return ms;
  } finally {
    await bringBack();
  }
}
