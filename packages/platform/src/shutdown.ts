/** Ends a process in order: the first signal lets work in flight finish within the grace, a second one ends at once. */
import { constants } from 'node:os';
import type { Log } from './log.ts';

export interface ShutdownOptions {
  readonly graceMs: number;
  readonly log: Log;
  /** Takes no new work, finishes what is in flight, closes what is open. */
  readonly drain: () => Promise<void>;
  readonly exit?: (code: number) => void;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const KILLED_BY_SIGNAL = 128;

/** Call it once, when the process is ready to be ended. Exit code 0 when all work in flight was finished, 1 when it was cut off. */
export function drainOnSignal(options: ShutdownOptions): void {
  const { graceMs, log } = options;
  const exit = options.exit ?? ((code) => process.exit(code));
  let draining = false;
  const begin = async (signal: NodeJS.Signals) => {
    log('info', 'draining', { signal, graceMs });
    const timer = setTimeout(() => {
      log('error', 'the grace is over; what was in flight is cut off, and its outcome can be asked for by its key', {
        graceMs,
      });
      exit(1);
    }, graceMs);
    try {
      await options.drain();
      clearTimeout(timer);
      log('info', 'drained');
      exit(0);
    } catch (error) {
      clearTimeout(timer);
      log('error', 'draining failed', { error });
      exit(1);
    }
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (draining) return exit(KILLED_BY_SIGNAL + constants.signals[signal]);
      draining = true;
      void begin(signal);
    });
  }
}
