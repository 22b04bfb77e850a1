// Ctrl-C and termination. npm passes on a signal that the terminal has already given to every program of the group, so
// one Ctrl-C often arrives twice within a moment; only a later one counts as the second.
import { stopAll } from '../servers.mjs';
import { tell } from './project.mjs';
import { watchStarter } from './starter.mjs';

const SAME_KEYPRESS_MS = 700;
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Runs `work` so that an interrupt ends what it started, in order: first the programs that it calls its `mains`, if it
 * has got that far, and then what its own `finally` blocks end. A second interrupt leaves the rest to the guardians.
 * @param {(scope: Scope) => Promise<number>} work
 * @param {{ exitCode?: number }} [options] instead of the usual 128 + signal
 * @typedef {{ mains: Set<{ stop(): Promise<void> }>, goOn(): void }} Scope
 */
export async function interruptible(work, { exitCode } = {}) {
  let first;
  const scope = {
    mains: new Set(),
    goOn: () => {
      if (first !== undefined) throw new Error('interrupted');
    },
  };
  const interrupt = (signal) => {
    if (first === undefined) {
      first = { signal, at: Date.now() };
      tell('stopping (Ctrl-C again to stop at once)');
      void (scope.mains.size === 0 ? stopAll() : Promise.all([...scope.mains].map((main) => main.stop())));
    } else if (Date.now() - first.at > SAME_KEYPRESS_MS) process.exit(exitCode ?? 128 + NUMBERS[signal]);
  };
  for (const signal of Object.keys(NUMBERS)) process.on(signal, interrupt);
  watchStarter(() => interrupt('SIGTERM'));
  try {
    const code = await work(scope);
    if (first === undefined) return code;
  } catch (error) {
    // Whatever failed after an interrupt failed because of it.
    if (first === undefined) throw error;
  }
  await stopAll();
  tell('stopped');
  return exitCode ?? 128 + NUMBERS[first.signal];
}
