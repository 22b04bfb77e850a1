/** Every instrument of Granary, by name, kind, labels and meaning: docs, alert rules and the dashboard are held against this list. */

export interface Instrument {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
}

export const instruments = {
  granary_calls_total: {
    kind: 'counter',
    help: 'Calls of the api that ended; outcome is ok or the kind of the error.',
    labels: ['procedure', 'type', 'outcome'],
  },
  granary_call_duration_seconds: {
    kind: 'histogram',
    help: 'How long calls of the api took, from their first check to their answer.',
    labels: ['procedure', 'type'],
  },
  granary_rate_refusals_total: {
    kind: 'counter',
    help: 'Requests that were turned away because their address or token calls too often.',
    labels: ['by'],
  },
  granary_units_total: { kind: 'counter', help: 'Units of work that write, by how they ended.', labels: ['end'] },
  granary_unit_duration_seconds: {
    kind: 'histogram',
    help: 'How long units of work that write took, all attempts together.',
  },
  granary_conflicts_total: {
    kind: 'counter',
    help: 'Attempts of units of work that were in vain because of others, by cause.',
    labels: ['cause'],
  },
  granary_pool_connections: {
    kind: 'gauge',
    help: 'Connections of the pool: used, free, and callers who wait for one.',
    labels: ['state'],
  },
  granary_pool_limit: { kind: 'gauge', help: 'Connections that the pool may hold.' },
  granary_cache_answers_total: {
    kind: 'counter',
    help: 'Reading calls by where their answer came from: process, redis, joined (somebody was reading it), database.',
    labels: ['source'],
  },
  granary_redis_locks_total: {
    kind: 'counter',
    help: 'Locks in Redis that thin contention: acquired, contended, skipped (Redis did not answer), lost.',
    labels: ['outcome'],
  },
  granary_database_lock_waits_total: {
    kind: 'counter',
    help: 'How often a statement waited for a row, over the whole database server.',
  },
  granary_database_lock_wait_seconds_total: {
    kind: 'counter',
    help: 'How long statements waited for rows, over the whole database server.',
  },
  granary_database_lock_waiting: { kind: 'gauge', help: 'Statements that wait for a row now.' },
  granary_outbox_rows: { kind: 'gauge', help: 'Transactions whose events are not published yet.' },
  granary_outbox_lag_seconds: { kind: 'gauge', help: 'Age of the oldest event that is not published yet.' },
  granary_dead_deliveries: { kind: 'gauge', help: 'Deliveries of events that were given up.' },
  granary_overdue_holds: { kind: 'gauge', help: 'Reservations that are past their deadline and still hold.' },
  granary_standing_alerts: { kind: 'gauge', help: 'Alerts that stand, by kind.', labels: ['kind'] },
  granary_levels: {
    kind: 'gauge',
    help: 'Stock levels at the last look at all of them: all, empty (nothing is free), off (not what the ledger says), oversold.',
    labels: ['state'],
  },
  granary_checks_failed: {
    kind: 'gauge',
    help: 'Whether the last job of its kind (verify, audit) that ended found something or failed: 1, else 0.',
    labels: ['kind'],
  },
  granary_on_hand_units: { kind: 'gauge', help: 'Units on hand at the last look at all levels.' },
  granary_events_total: { kind: 'counter', help: 'Events that this worker published, by type.', labels: ['type'] },
  granary_units_moved_total: {
    kind: 'counter',
    help: 'Units that came in or left by the events that this worker published, by kind of movement.',
    labels: ['kind', 'direction'],
  },
  granary_gauges_read_seconds: {
    kind: 'gauge',
    help: 'When the figures of the database were last read, in seconds since 1970; what a worker tells beyond that is old.',
  },
} as const satisfies Record<string, Instrument>;

export type InstrumentName = keyof typeof instruments;
