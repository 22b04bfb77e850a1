/** Drives a decision over a long past so that a process goes on answering others: between two slices everybody else has a turn. */
import { setImmediate } from 'node:timers/promises';
import type { Sliced } from '../core/slices.ts';

export async function inTurns<T>(decision: Sliced<T>): Promise<T> {
  for (;;) {
    const step = decision.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
