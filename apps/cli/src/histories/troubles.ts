/** What happens to a stage while histories are recorded on it, again and again until they are over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isCommit } from '@granary/testkit/mysql-messages';
import type { Stage } from './stage.ts';

export const troubleNames = [
  'none',
  'database killed',
  'database paused',
  'answers to COMMIT cut',
  'COMMIT cut',
  'redis killed',
  'redis flushed',
  'workers killed',
  'api paused',
] as const;
export type TroubleName = (typeof troubleNames)[number];

export interface Trouble {
  /** Between the end of one and the next, in milliseconds. */
  readonly everyMs: number;
  /** Happens once and is over; answers how often it struck. */
  strike(stage: Stage): Promise<number>;
  /** Whatever stays for all the time; answers how to end it. */
  prepare?(stage: Stage): Promise<() => Promise<void>>;
}

/** Longer than the deadline of a request, every other time. */
const PAUSES_MS = [400, 2_600];
/** That sweep the same holds. */
const WORKERS = 3;
/** The second is longer than Redis keeps a lock for a holder that is silent. */
const HELD_UP_MS = [1_500, 10_500];
const COMMITS_LET_THROUGH = 5;

export const troubles: Readonly<Record<TroubleName, Trouble>> = {
  none: { everyMs: 1_000, strike: () => Promise.resolve(0) },
  'database killed': {
    everyMs: 1_500,
    async strike({ servers }) {
      await servers.database.kill();
      await servers.database.restart();
      return 1;
    },
  },
  'database paused': { everyMs: 1_500, strike: pausing(({ servers }) => servers.database.pid, PAUSES_MS) },
  'answers to COMMIT cut': { everyMs: 60, strike: (stage) => cutCommit(stage, 'cutAfter') },
  'COMMIT cut': { everyMs: 60, strike: (stage) => cutCommit(stage, 'cutBefore') },
  'redis killed': {
    everyMs: 800,
    async strike({ servers }) {
      await servers.redis.kill();
      await sleep(200);
      await servers.redis.restart();
      return 1;
    },
  },
  'redis flushed': {
    everyMs: 100,
    async strike({ granary }) {
      await granary.redis?.flushall();
      return 1;
    },
  },
  'workers killed': {
    everyMs: 1_500,
    async strike({ programs }) {
      const [oldest] = programs.workers;
      programs.startWorker();
      if (oldest !== undefined) await programs.kill(oldest);
      return 1;
    },
    async prepare({ programs }) {
      for (let each = 1; each < WORKERS; each += 1) programs.startWorker();
      return async () => {
        for (const worker of programs.workers.slice(1)) await programs.kill(worker);
      };
    },
  },
  'api paused': { everyMs: 700, strike: pausing(({ programs }) => programs.apis[0]?.pid, HELD_UP_MS) },
};

/** Holds a process up, amid whatever it does, and lets it go on. */
function pausing(pidOf: (stage: Stage) => number | undefined, times: readonly number[]): Trouble['strike'] {
  let turn = 0;
  return async (stage) => {
    const pid = pidOf(stage);
    if (pid === undefined) return 0;
    process.kill(pid, 'SIGSTOP');
    try {
      await sleep(times[(turn += 1) % times.length]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    return 1;
  };
}

async function cutCommit({ proxy }: Stage, kind: 'cutAfter' | 'cutBefore'): Promise<number> {
  const injection = proxy.inject({ match: isCommit, fault: { kind }, skip: COMMITS_LET_THROUGH });
  const giveUpAt = performance.now() + 1_000;
  while (injection.struck() === 0 && performance.now() < giveUpAt) await sleep(10);
  injection.remove();
  return injection.struck();
}

/** Lets trouble happen until it is told to end; answers how often it happened. */
export function stir(stage: Stage, name: TroubleName): () => Promise<number> {
  const { strike, everyMs, prepare } = troubles[name];
  let isOver = false;
  const stirring = (async () => {
    const end = await prepare?.(stage);
    let happened = 0;
    while (!isOver) {
      await sleep(everyMs);
      if (!isOver) happened += await strike(stage);
    }
    await end?.();
    return happened;
  })();
  stirring.catch(() => undefined);
  return async () => {
    isOver = true;
    return await stirring;
  };
}
