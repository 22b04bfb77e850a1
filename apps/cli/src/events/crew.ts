/** The workers: started, killed, paused and replaced, and which of them relays just now, as the lease in the database says. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Granary } from '@granary/platform/granary';
import { type Child, startChild } from './child.ts';
import type { WorkerOrders } from './message.ts';

export interface Crew {
  /** One more worker. */
  start(): Promise<void>;
  /** The worker that relays, as soon as one that lives does; undefined when none does so in time. */
  relaying(other?: Child): Promise<Child | undefined>;
  /** Kills it and starts another one. */
  replace(worker: Child): Promise<void>;
  size(): number;
  /** Ends all in order; tells of those that did not end so. */
  stop(): Promise<readonly string[]>;
}

const PATIENCE_MS = 30_000;
const LOOK_MS = 10;

export function createCrew(database: Granary['dataSource'], orders: WorkerOrders): Crew {
  const workers = new Set<Child>();
  const start = async () => {
    workers.add(await startChild('worker-process', { kind: 'work', orders }));
  };
  return {
    start,
    relaying: async (other) => {
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        const pid = await relayingPid(database);
        const found = [...workers].find((worker) => worker.pid === pid && worker.isAlive() && worker !== other);
        if (found !== undefined) return found;
        await sleep(LOOK_MS);
      }
      return undefined;
    },
    replace: async (worker) => {
      workers.delete(worker);
      worker.signal('SIGKILL');
      await worker.ended;
      await start();
    },
    size: () => workers.size,
    stop: async () => {
      const all = [...workers];
      workers.clear();
      const ends = await Promise.all(all.map(async (worker) => ({ worker, how: await worker.stop() })));
      return ends.flatMap(({ worker, how }) =>
        how === 'code 0' ? [] : [`the worker ${worker.pid} ended by ${how} when it was asked to`],
      );
    },
  };
}

/** The holder of the lease is named after its process. */
async function relayingPid(database: Granary['dataSource']): Promise<number | undefined> {
  const [lease] = await database.query<{ holder: string }[]>(
    `SELECT holder FROM lease WHERE name = 'outbox-relay' AND expires_at > UTC_TIMESTAMP(6)`,
  );
  const pid = lease?.holder.split(':')[1];
  return pid === undefined ? undefined : Number(pid);
}
