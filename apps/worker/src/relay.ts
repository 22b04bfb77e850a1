/** Publishes the outbox. One worker holds the lease and relays, the others stand by and take over when it is gone. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Domain } from '@granary/domain';
import type { Listeners } from './listeners.ts';

export interface RelayOptions {
  readonly domain: Pick<Domain, 'relay'>;
  readonly listeners: Pick<Listeners, 'deliver'>;
  /** Rest when there is nothing to publish. */
  readonly pollMs: number;
  readonly leaseMs: number;
}

const BATCH = 100;

export interface Relay {
  round: () => Promise<number>;
  published: () => number;
  /** Whether this process relayed in its last round. */
  held: () => boolean;
}

export function createRelay(options: RelayOptions): Relay {
  const { domain, listeners, pollMs, leaseMs } = options;
  const holder = `${hostname().slice(0, 60)}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const state = { published: 0, held: false };
  return {
    round: async () => {
      const result = await domain.relay.publishOnce({
        holder,
        leaseMs,
        limit: BATCH,
        publish: (events) => listeners.deliver(events),
      });
      state.published += result.published;
      state.held = result.held;
      if (!result.held) return leaseMs / 2;
      return result.published > 0 ? 0 : pollMs;
    },
    published: () => state.published,
    held: () => state.held,
  };
}
