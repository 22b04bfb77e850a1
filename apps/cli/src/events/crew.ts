/** The workers: started, killed, paused and replaced, and which of them relays just now, as the lease in the database says. */
import type { Granary } from '@granary/platform/granary';
import { relayingOf } from '../fleet/relaying.ts';
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

export function createCrew(database: Granary['dataSource'], orders: WorkerOrders): Crew {
  const workers = new Set<Child>();
  const start = async () => {
    workers.add(await startChild('worker-process', { kind: 'work', orders }));
  };
  return {
    start,
    relaying: async (other) => {
      const candidates = () => [...workers].filter((worker) => worker.isAlive() && worker !== other);
      const pid = await relayingOf(database, () => candidates().map((worker) => worker.pid), PATIENCE_MS);
      return [...workers].find((worker) => worker.pid === pid);
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
