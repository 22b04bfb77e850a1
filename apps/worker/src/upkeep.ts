/** What is due every day: each worker asks now and then, and the database says whether it is time. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';

export interface UpkeepOptions {
  readonly domain: Pick<Domain, 'maintenance'>;
  readonly log: Log;
  /** Between two looks. */
  readonly intervalMs: number;
}

export function createUpkeep({ domain, log, intervalMs }: UpkeepOptions): { round: () => Promise<number> } {
  let isFirst = true;
  return {
    round: async () => {
      // Not at once: in a rolling restart with a new key, processes that do not have it yet must still open all secrets.
      if (!isFirst) await reseal({ domain, log });
      isFirst = false;
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      const started = await domain.maintenance.startDue({ caller });
      if (started !== null) log('info', 'the daily prune has been started', { jobId: started.id });
      return intervalMs;
    },
  };
}

async function reseal({ domain, log }: Pick<UpkeepOptions, 'domain' | 'log'>): Promise<void> {
  const { resealed, left } = await domain.maintenance.resealSecrets();
  if (resealed > 0) log('info', 'secrets of webhooks were sealed anew with the first key', { resealed });
  if (left > 0) log('warn', 'ENCRYPTION_KEYS lacks a key that sealed secrets of webhooks', { left });
}
