/** Watches for SKUs whose cost strays from its standard, in parts; a lease leaves the watch to one of any number of workers. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Cost } from '@granary/cost/cost';
import type { VariancePlace } from '@granary/cost/services/variance-watch';

export interface VarianceWatchOptions {
  readonly cost: Pick<Cost, 'watchVariance'>;
  /** Names this worker among others. */
  readonly holder: string;
  /** Between the end of one look at everything and the beginning of the next. */
  readonly intervalMs: number;
}

/** Between two parts, so that it never takes a small machine from the sales. */
const BREATH_MS = 20;

export function createVarianceWatch({ cost, holder, intervalMs }: VarianceWatchOptions): {
  round: () => Promise<number>;
} {
  let from: VariancePlace | null = null;
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      // Twice the rest: a worker that is alive keeps the watch.
      const leaseMs = intervalMs * 2 + 10_000;
      const { held, next } = await cost.watchVariance({ holder, leaseMs, from }, { caller });
      from = next;
      return held && next !== null ? BREATH_MS : intervalMs;
    },
  };
}
