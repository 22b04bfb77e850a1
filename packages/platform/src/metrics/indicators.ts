/** The indicators that a stock system is watched by, each as the expression that tells it. Docs, dashboard and tests are made of this list. */
import type { InstrumentName } from './instruments.ts';

export interface Indicator {
  readonly name: string;
  /** In the language of Prometheus. */
  readonly expression: string;
  readonly unit: 'percentunit' | 'short' | 's' | 'ops';
  readonly from: readonly InstrumentName[];
}

const RATE = '[5m]';
const share = (part: string, whole: string) => `sum(rate(${part}${RATE})) / sum(rate(${whole}${RATE}))`;

export const indicators: readonly Indicator[] = [
  {
    name: 'Accuracy of the counters against the ledger',
    expression: '1 - max(granary_levels{state="off"}) / max(granary_levels{state="all"})',
    unit: 'percentunit',
    from: ['granary_levels'],
  },
  {
    name: 'Success of reservations',
    expression: share(
      'granary_calls_total{procedure=~"reservation.reserve|reservation.reserveMany",outcome="ok"}',
      'granary_calls_total{procedure=~"reservation.reserve|reservation.reserveMany"}',
    ),
    unit: 'percentunit',
    from: ['granary_calls_total'],
  },
  {
    name: 'Success of allocations',
    expression: share(
      'granary_calls_total{procedure="stock.allocate",outcome="ok"}',
      'granary_calls_total{procedure="stock.allocate"}',
    ),
    unit: 'percentunit',
    from: ['granary_calls_total'],
  },
  {
    name: 'Reservations that expire',
    expression: share(
      'granary_events_total{type="stock.reservation.expired"}',
      'granary_events_total{type="stock.reserved"}',
    ),
    unit: 'percentunit',
    from: ['granary_events_total'],
  },
  {
    name: 'Turnover in 30 days',
    expression: 'sum(increase(granary_units_moved_total{kind=~"deduct|ship"}[30d])) / max(granary_on_hand_units)',
    unit: 'short',
    from: ['granary_units_moved_total', 'granary_on_hand_units'],
  },
  {
    name: 'Out of stock',
    expression: 'max(granary_levels{state="empty"}) / max(granary_levels{state="all"})',
    unit: 'percentunit',
    from: ['granary_levels'],
  },
  {
    name: 'Oversold levels',
    expression: 'max(granary_levels{state="oversold"})',
    unit: 'short',
    from: ['granary_levels'],
  },
  {
    name: 'Verifications that found something',
    expression: 'sum(max by (kind) (granary_checks_failed))',
    unit: 'short',
    from: ['granary_checks_failed'],
  },
  {
    name: 'Queries a second',
    expression: `sum(rate(granary_calls_total{type="query"}${RATE}))`,
    unit: 'ops',
    from: ['granary_calls_total'],
  },
  {
    name: 'Updates a second',
    expression: `sum(rate(granary_calls_total{type="mutation"}${RATE}))`,
    unit: 'ops',
    from: ['granary_calls_total'],
  },
  {
    name: 'Latency of the api, 99th percentile',
    expression: `histogram_quantile(0.99, sum(rate(granary_call_duration_seconds_bucket${RATE})) by (le))`,
    unit: 's',
    from: ['granary_call_duration_seconds'],
  },
  {
    name: 'Success of transactions',
    expression: share('granary_units_total{end=~"committed|refused"}', 'granary_units_total'),
    unit: 'percentunit',
    from: ['granary_units_total'],
  },
  {
    name: 'Mean wait for a row',
    expression: `sum(rate(granary_database_lock_wait_seconds_total${RATE})) / sum(rate(granary_database_lock_waits_total${RATE}))`,
    unit: 's',
    from: ['granary_database_lock_wait_seconds_total', 'granary_database_lock_waits_total'],
  },
  {
    name: 'Conflicts of locks a second',
    expression: `sum(rate(granary_conflicts_total{cause=~"deadlock|lockWait"}${RATE}))`,
    unit: 'ops',
    from: ['granary_conflicts_total'],
  },
  {
    name: 'Conflicts of versions a second',
    expression: `sum(rate(granary_conflicts_total{cause=~"version|duplicate"}${RATE}))`,
    unit: 'ops',
    from: ['granary_conflicts_total'],
  },
  {
    name: 'Hits of the cache',
    expression: share('granary_cache_answers_total{source!="database"}', 'granary_cache_answers_total'),
    unit: 'percentunit',
    from: ['granary_cache_answers_total'],
  },
  {
    name: 'Use of the pool',
    expression: 'max(granary_pool_connections{state="used"} / on(instance, job) granary_pool_limit)',
    unit: 'percentunit',
    from: ['granary_pool_connections', 'granary_pool_limit'],
  },
  {
    name: 'Lag of the outbox',
    expression: 'max(granary_outbox_lag_seconds)',
    unit: 's',
    from: ['granary_outbox_lag_seconds'],
  },
];
