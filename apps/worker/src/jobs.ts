/** Runs jobs beside the sweep and the relay, one chunk of each a round. Any number of workers may: a lease keeps each job with one of them. */
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';
import type { Loop } from './loop.ts';

export interface JobsOptions {
  readonly domain: Pick<Domain, 'jobRunner'>;
  readonly log: Log;
  /** Names this worker among others. */
  readonly holder: string;
  /** Rest when there is nothing to run. */
  readonly pollMs: number;
  /** How long a worker that has gone silent keeps its job. */
  readonly leaseMs: number;
}

/** Between two chunks, so that a long job never takes all of a small pool or a small machine from the sweep and the relay. */
const BREATH_MS = 5;
/** A chunk may take minutes and its save is refused once the job is handed back, so a worker that must stop leaves it. */
const PATIENCE_MS = 2_000;

export interface Jobs {
  round: () => Promise<number>;
  /** Ends with the chunk under way, or soon without it, and lets another worker go on at once. */
  stop: (loop: Pick<Loop, 'stop'>) => Promise<void>;
  chunks: () => number;
}

export function createJobs({ domain, log, holder, pollMs, leaseMs }: JobsOptions): Jobs {
  const state = { chunks: 0, isBusy: false };
  return {
    round: async () => {
      // Also if the round fails: it may hold a job by then.
      state.isBusy = true;
      const { chunks } = await domain.jobRunner.runOnce({ holder, leaseMs });
      state.chunks += chunks;
      state.isBusy = chunks > 0;
      return chunks > 0 ? BREATH_MS : pollMs;
    },
    stop: async (loop) => {
      await Promise.race([loop.stop(), pause(PATIENCE_MS)]);
      if (!state.isBusy) return;
      await domain.jobRunner.handBack(holder).catch((error: unknown) => {
        log('warn', 'a job could not be handed back; another worker takes it over when its lease has run out', {
          error,
        });
      });
    },
    chunks: () => state.chunks,
  };
}

/** Keeps no process alive by itself. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
