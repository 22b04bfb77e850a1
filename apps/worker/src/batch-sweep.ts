/** Marks batches that are past their date. Any number of workers may sweep side by side. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';

export interface BatchSweepOptions {
  readonly domain: Pick<Domain, 'batches'>;
  readonly log: Log;
  readonly intervalMs: number;
}

/** Batches in one transaction, which keeps their levels meanwhile. */
const BATCH = 100;

/** A round marks some batches, and the next follows at once until none is due. */
export function createBatchSweep({ domain, log, intervalMs }: BatchSweepOptions): { round: () => Promise<number> } {
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      const { expired } = await domain.batches.expireDue({ limit: BATCH }, { caller });
      if (expired > 0) log('debug', 'batches past their date marked', { expired });
      return expired > 0 ? 0 : intervalMs;
    },
  };
}
