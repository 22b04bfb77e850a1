/** A round that is repeated until it is told to stop, whatever a single round runs into. */
import type { Log } from '@granary/platform/log';

export interface LoopOptions {
  readonly name: string;
  /** One round; answers how many milliseconds to rest before the next. */
  readonly round: () => Promise<number>;
  readonly log: Log;
  readonly firstBackoffMs?: number;
  readonly longestBackoffMs?: number;
}

export interface Loop {
  /** Resolves when the round under way, if any, has ended. */
  stop(): Promise<void>;
  rounds(): number;
  failures(): number;
}

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 5_000;

/** Starts at once. A failing round is logged and tried again, ever later while failures follow each other. */
export function startLoop(options: LoopOptions): Loop {
  const { name, round, log, firstBackoffMs = FIRST_BACKOFF_MS, longestBackoffMs = LONGEST_BACKOFF_MS } = options;
  const stopping = new AbortController();
  const counts = { rounds: 0, failures: 0, inARow: 0 };

  async function once(): Promise<number> {
    try {
      const restMs = await round();
      if (counts.inARow > 0) log('info', `${name} works again`, { failures: counts.inARow });
      counts.inARow = 0;
      return restMs;
    } catch (error) {
      counts.failures += 1;
      counts.inARow += 1;
      const backoffMs = Math.min(firstBackoffMs * 2 ** Math.min(counts.inARow - 1, 20), longestBackoffMs);
      log('warn', `a round of ${name} failed; it is tried again`, { failures: counts.inARow, error });
      return backoffMs;
    } finally {
      counts.rounds += 1;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) await rest(jittered(await once()), stopping.signal);
  }

  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
    rounds: () => counts.rounds,
    failures: () => counts.failures,
  };
}

/** Workers that started together, or lost the same database, must not come back in step. */
function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
