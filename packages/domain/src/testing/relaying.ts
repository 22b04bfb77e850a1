/** Runs relays by hand and keeps what they published. */
import type { StockEvent } from '@granary/contracts/event';
import { expect } from 'vitest';
import type { RelayResult } from '../events/relay.ts';
import { rowsOf } from './database-state.ts';
import type { TestDomain } from './test-domain.ts';

export interface RelayOptions {
  readonly holder?: string;
  readonly leaseMs?: number;
  readonly limit?: number;
  /** Comes before the event counts as delivered. */
  readonly before?: (events: readonly StockEvent[]) => Promise<void>;
  /** Comes after it: a relay that fails here has delivered and not forgotten. */
  readonly after?: (events: readonly StockEvent[]) => Promise<void>;
}

export function createRelayDesk(at: TestDomain) {
  const delivered: StockEvent[] = [];
  const round = async ({
    holder = 'relay-1',
    leaseMs = 10_000,
    limit = 100,
    before,
    after,
  }: RelayOptions = {}): Promise<RelayResult> =>
    await at.domain.relay.publishOnce({
      holder,
      leaseMs,
      limit,
      publish: async (events) => {
        await before?.(events);
        delivered.push(...events);
        await after?.(events);
      },
    });
  /** Rounds until there is nothing to publish; how many there were. */
  const drain = async (options: RelayOptions = {}): Promise<number> => {
    for (let rounds = 1; ; rounds += 1) if ((await round(options)).published === 0) return rounds;
  };
  return {
    delivered,
    round,
    drain,
    outboxRows: async () => (await rowsOf(at.dataSource, 'SELECT outbox_id FROM outbox')).length,
    /** Publishes what is left, of which nothing must stay. */
    expectDrained: async () => {
      await drain();
      expect((await rowsOf(at.dataSource, 'SELECT facts FROM outbox')).map((row) => row['facts'])).toEqual([]);
    },
    dropLease: () => at.dataSource.query('DELETE FROM lease'),
  };
}

/** Every event starts where the one before it of the same aggregate ended, and the first at nothing; repeats are looked past. */
export function gapsOf(events: readonly StockEvent[]): readonly string[] {
  const versions = new Map<string, number>();
  const seen = new Set<string>();
  return events.flatMap((event) => {
    if (seen.has(event.id)) return [];
    seen.add(event.id);
    const key = `${event.aggregate.kind}:${event.aggregate.id}`;
    const last = versions.get(key) ?? 0;
    versions.set(key, event.toVersion);
    return event.fromVersion === last ? [] : [`${event.id} starts at ${event.fromVersion}, after ${last}`];
  });
}
