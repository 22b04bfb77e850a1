/** Ends overdue locks: what they kept goes back into sale, what they froze thaws. Any number of workers may sweep side by side. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';

export interface LockSweepOptions {
  readonly domain: Pick<Domain, 'locks'>;
  readonly log: Log;
  readonly intervalMs: number;
}

/** Locks in one transaction; each may name two hundred batches. */
const BATCH = 20;

/** A round ends one batch of locks, and the next follows at once until nothing is due. */
export function createLockSweep({ domain, log, intervalMs }: LockSweepOptions): { round: () => Promise<number> } {
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      const { expired } = await domain.locks.expireDue({ limit: BATCH }, { caller });
      if (expired > 0) log('debug', 'overdue locks ended', { expired });
      return expired > 0 ? 0 : intervalMs;
    },
  };
}
