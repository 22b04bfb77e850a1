/** Sees to it that there is a snapshot of every day, and a job while there is work for one. Any number of workers may ask. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';

export interface SnapshotScheduleOptions {
  readonly domain: Pick<Domain, 'snapshotSchedule'>;
  readonly log: Log;
  readonly intervalMs: number;
}

export function createSnapshotSchedule(options: SnapshotScheduleOptions): { round: () => Promise<number> } {
  const { domain, log, intervalMs } = options;
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      const { started } = await domain.snapshotSchedule.startDue({ caller });
      if (started) log('info', 'there is a snapshot to be taken, or an old one to be removed');
      return intervalMs;
    },
  };
}
