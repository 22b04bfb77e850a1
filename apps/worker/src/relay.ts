/** Publishes the outbox. One worker holds the lease and relays, the others stand by and take over when it is gone. */
import type { Domain } from '@granary/domain';
import type { DirectSubscriber } from '@granary/domain/events/hand-over';
import type { RetrySchedule } from '@granary/domain/rules/retry-schedule';

export interface RelayOptions {
  readonly domain: Pick<Domain, 'relay'>;
  /** Listeners and the stream; webhooks have a queue of their own, which the relay fills. */
  readonly subscribers: () => readonly DirectSubscriber[];
  /** Names this worker among others. */
  readonly holder: string;
  /** When they are brought what they did not take. */
  readonly schedule?: RetrySchedule | undefined;
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
  const { domain, subscribers, holder, schedule, pollMs, leaseMs } = options;
  const state = { published: 0, held: false };
  return {
    round: async () => {
      const result = await domain.relay.publishOnce({
        holder,
        leaseMs,
        limit: BATCH,
        subscribers: subscribers(),
        ...(schedule === undefined ? {} : { schedule }),
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
