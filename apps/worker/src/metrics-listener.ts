/** Counts the events that pass through this worker: how reservations end, and what moves. */
import { eventTypes, type StockEvent } from '@granary/contracts/event';
import type { Movement } from '@granary/contracts/movement';
import type { MetricsRegistry } from '@granary/platform/metrics/registry';
import type { Listener } from './listeners.ts';

export function createMetricsListener(metrics: MetricsRegistry): Listener {
  // All of them from the first: a rate over a counter that is not there yet misses its first step.
  for (const type of eventTypes) metrics.add('granary_events_total', { type }, 0);
  const count = (event: StockEvent) => {
    metrics.add('granary_events_total', { type: event.type });
    if (event.type !== 'stock.level.changed') return;
    for (const { kind, onHandDelta } of movementsOf(event.after))
      if (onHandDelta !== 0)
        metrics.add('granary_units_moved_total', { kind, direction: directionOf(onHandDelta) }, Math.abs(onHandDelta));
  };
  return {
    name: 'metrics',
    types: 'all',
    handle: count,
    handleAll: (events) => {
      for (const event of events) count(event);
      return Promise.resolve();
    },
  };
}

type Moved = Pick<Movement, 'kind' | 'onHandDelta'>;

/** What the relay tells of a level: its balances, and the movements between (docs/events.md). */
function movementsOf(after: unknown): readonly Moved[] {
  if (typeof after !== 'object' || after === null || !('movements' in after)) return [];
  return Array.isArray(after.movements) ? (after.movements as readonly Moved[]) : [];
}

const directionOf = (delta: number) => (delta > 0 ? 'in' : 'out');
