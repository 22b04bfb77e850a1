/**
 * Alerts: a listener that looks at the levels that events name, and a scan of everything for what time alone changes. Any
 * number of workers may run: events come to whoever relays, and a lease keeps the scan with one of them.
 */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Call } from '@granary/domain/call';
import type { Domain } from '@granary/domain';
import type { ScanCursor } from '@granary/domain/services/alert-scan';
import type { Listener } from './listeners.ts';

export interface AlertsOptions {
  readonly domain: Pick<Domain, 'alertWatch'>;
  /** Names this worker among others. */
  readonly holder: string;
  /** Between the end of one scan and the beginning of the next. */
  readonly intervalMs: number;
}

/** Between two parts of a scan, so that it never takes a small machine from the sales. */
const BREATH_MS = 20;

export interface Alerts {
  readonly listener: Listener;
  round: () => Promise<number>;
}

export function createAlerts({ domain, holder, intervalMs }: AlertsOptions): Alerts {
  let from: ScanCursor | null = null;
  return {
    listener: {
      name: 'alerts',
      types: ['stock.level.changed', 'stock.level.configured', 'stock.job.ended'],
      handle: (event) => domain.alertWatch.follow([event], call()),
      handleAll: (events) => domain.alertWatch.follow(events, call()),
    },
    round: async () => {
      // Twice the rest: a worker that is alive keeps the scan.
      const leaseMs = intervalMs * 2 + 10_000;
      const { held, next } = await domain.alertWatch.scanOnce({ holder, leaseMs, from }, call());
      from = next;
      return held && next !== null ? BREATH_MS : intervalMs;
    },
  };
}

function call(): Call {
  return { caller: { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() } };
}
