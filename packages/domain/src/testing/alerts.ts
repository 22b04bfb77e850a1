/** Alerts by hand: events brought to the watch as a worker brings them, and whole scans. */
import type { Alert } from '@granary/contracts/alert';
import type { ScanCursor } from '../services/alert-scan.ts';
import { createRelayDesk } from './relaying.ts';
import type { TestDomain } from './test-domain.ts';

export function createAlertDesk(at: TestDomain) {
  const desk = createRelayDesk(at);
  return {
    /** All events so far, to the watch. */
    follow: async () => {
      await desk.drain();
      await at.domain.alertWatch.follow(desk.delivered.splice(0), at.call);
    },
    scan: async (holder = 'scanner') => {
      let from: ScanCursor | null = null;
      for (let rounds = 1; ; rounds += 1) {
        const { held, next } = await at.domain.alertWatch.scanOnce({ holder, leaseMs: 10_000, from }, at.call);
        if (!held || next === null) return { held, rounds };
        from = next;
      }
    },
    /** As `kind severity state`, of one SKU or of all, newest first. */
    told: async (skuId?: string): Promise<readonly string[]> =>
      (await alertsOf(at, skuId)).map(({ kind, severity, state }) => `${kind} ${severity} ${state}`),
  };
}

export async function alertsOf(at: TestDomain, skuId?: string): Promise<readonly Alert[]> {
  return (await at.domain.alerts.list({ skuId, limit: 500 })).items;
}
