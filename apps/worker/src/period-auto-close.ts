/** Closes periods that are over, where the configuration says so. Any number of workers may look: a lease leaves it to one. */
import { randomUUID } from 'node:crypto';
import { GranaryError } from '@granary/contracts/error';
import { localPrincipal } from '@granary/contracts/permission';
import type { Cost } from '@granary/cost/cost';
import type { Log } from '@granary/platform/log';

export interface PeriodAutoCloseOptions {
  readonly cost: Pick<Cost, 'autoClose'>;
  readonly log: Log;
  /** Names this worker among others. */
  readonly holder: string;
  /** Between two looks. */
  readonly intervalMs: number;
}

export function createPeriodAutoClose({ cost, log, holder, intervalMs }: PeriodAutoCloseOptions): {
  round: () => Promise<number>;
} {
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      try {
        // Twice the rest: a worker that is alive keeps it.
        const closing = await cost.autoClose({ holder, leaseMs: intervalMs * 2 + 10_000 }, { caller });
        if (closing === null) return intervalMs;
        const { period, skus, trueUps, allocations } = closing;
        log('info', 'a period was closed', { period: period.name, skus, trueUps, allocations });
        return 0;
      } catch (error) {
        if (!(error instanceof GranaryError) || error.retryable) throw error;
        // A person has to look at it: asking again at once would change nothing.
        log('error', 'a period that is due cannot be closed', { error });
        return intervalMs;
      }
    },
  };
}
