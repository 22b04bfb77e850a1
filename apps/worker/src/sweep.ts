/** Expires overdue reservations. Any number of workers may sweep side by side: each reservation is expired once. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '@granary/contracts/command';
import { localPrincipal } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';

export interface SweepOptions {
  readonly domain: Pick<Domain, 'reservations'>;
  readonly log: Log;
  readonly intervalMs: number;
}

/** Reservations in one transaction: larger ones would hold up the sales that they stand in the way of. */
const BATCH = 100;

/** A round expires one batch, and the next follows at once until nothing is due. */
export function createSweep(options: SweepOptions): { round: () => Promise<number>; expired: () => number } {
  const { domain, log, intervalMs } = options;
  let total = 0;
  return {
    round: async () => {
      const { expired } = await domain.reservations.expireDue({ limit: BATCH }, { caller: sweeper() });
      total += expired;
      if (expired > 0) log('debug', 'overdue reservations expired', { expired });
      return expired > 0 ? 0 : intervalMs;
    },
    expired: () => total,
  };
}

function sweeper(): Caller {
  return { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
}
