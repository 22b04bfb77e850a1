/** Callers that come whatever became of those before them: a crowd does not wait for a server to recover. */
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../snapshot/load.ts';
import { type CallOnce, failureName } from './closed-loop.ts';

export interface Arrivals {
  readonly perSecond: number;
  readonly ms: number;
}

export interface OpenMeasured {
  readonly arrived: number;
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The most that waited at once, in the first and in the last third of the time. */
  readonly backlogFirst: number;
  readonly backlogLast: number;
  /** From the last arrival until nobody waits any more. */
  readonly drainMs: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** Timers of Node fire at most once a millisecond, so whoever is due arrives then; each one's time counts from when it was due. */
export async function openLoop(call: CallOnce, { perSecond, ms }: Arrivals): Promise<OpenMeasured> {
  const took: number[] = [];
  const failures: Record<string, number> = {};
  const backlog = [0, 0, 0];
  let waiting = 0;
  let arrived = 0;
  const startedAt = performance.now();
  const arrive = async (dueAt: number) => {
    waiting += 1;
    try {
      await call();
      took.push(performance.now() - dueAt);
    } catch (error) {
      const name = failureName(error);
      failures[name] = (failures[name] ?? 0) + 1;
    } finally {
      waiting -= 1;
    }
  };
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - startedAt) {
    const due = Math.floor((elapsed / 1000) * perSecond);
    for (; arrived < due; arrived += 1) void arrive(startedAt + (arrived * 1000) / perSecond);
    const third = Math.min(2, Math.floor((elapsed / ms) * 3));
    backlog[third] = Math.max(backlog[third] ?? 0, waiting);
    await sleep(1);
  }
  const endedAt = performance.now();
  const acceptedInTime = took.length;
  while (waiting > 0) await sleep(1);
  return {
    ...{ arrived, accepted: took.length, acceptedPerSecond: (acceptedInTime * 1000) / (endedAt - startedAt) },
    ...{ p50Ms: percentile(took, 0.5), p99Ms: percentile(took, 0.99) },
    ...{ backlogFirst: backlog[0] ?? 0, backlogLast: backlog[2] ?? 0 },
    ...{ drainMs: performance.now() - endedAt, failures },
  };
}
