/** The product's own sweep as a worker runs it, alone in a process: it begins when it is told to, and tells how long it took. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openGranary } from '@granary/platform/granary';
import { parseConfig } from '@granary/platform/env';
import { silentLog } from '@granary/platform/log';
import { createSweep } from '@granary/worker/sweep';
import { answerParent } from '../load/answer-parent.ts';

/** What its parent asks: first to open, then to expire so many; the answer of that is in seconds. */
export type SweepOrder =
  | { readonly kind: 'open'; readonly settings: Readonly<Record<string, string>> }
  | { readonly kind: 'sweep'; readonly due: number };

const INTERVAL_MS = 1000;

let sweepAll: ((due: number) => Promise<number>) | undefined;

answerParent<SweepOrder>(async (order) => {
  if (order.kind === 'sweep') return await sweepAll?.(order.due);
  const { domain } = await openGranary(parseConfig(order.settings), { log: silentLog });
  const sweep = createSweep({ domain, log: silentLog, intervalMs: INTERVAL_MS });
  sweepAll = async (due) => {
    const goal = sweep.expired() + due;
    const startedAt = performance.now();
    while (sweep.expired() < goal) await sleep(await sweep.round());
    return (performance.now() - startedAt) / 1000;
  };
  return 'ready';
});
