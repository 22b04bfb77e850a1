/**
 * The rules of alerts, as data: what is measured, beyond which threshold, for how long, what it means and what to type. The
 * file for Prometheus, the page for the operator and the test that trips each of them are made of this list.
 */
import type { JobKind } from '@granary/contracts/job';
import type { Measure } from './measure.ts';

export interface AlertRule {
  readonly name: string;
  readonly measure: Measure;
  readonly above: number;
  readonly forMinutes: number;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
  /** What it means for the shop, in words for somebody who was asleep. */
  readonly meaning: string;
  /** What to type, in order. */
  readonly commands: readonly string[];
}

const METRICS_API = 'curl -sf http://127.0.0.1:9464/metrics | grep';
const METRICS_WORKER = 'curl -sf http://127.0.0.1:9465/metrics | grep';
const READY = 'curl -sf http://127.0.0.1:3000/readyz';
const VERIFY = 'npm run -s verify';
const jobsOf = (kind: JobKind) => `curl -sf "http://127.0.0.1:3000/v1/system/jobs?kind=${kind}&limit=1"`;

export const alertRules: readonly AlertRule[] = [
  {
    name: 'HighApiLatency',
    measure: { kind: 'quantile', quantile: 0.99, of: 'granary_call_duration_seconds' },
    ...{ above: 0.5, forMinutes: 5, severity: 'warning' },
    summary: 'One call in a hundred takes longer than half a second',
    meaning:
      'Shoppers wait. Mostly one procedure is slow, or the database is: see which, and whether calls wait for rows or for connections.',
    commands: [
      `${METRICS_API} granary_call_duration_seconds_sum`,
      `${METRICS_API} granary_pool`,
      `${METRICS_WORKER} granary_database_lock`,
    ],
  },
  {
    name: 'LowInventoryLevels',
    measure: { kind: 'gauge', of: 'granary_standing_alerts', labels: { kind: 'low|outOfStock' }, fold: 'sum' },
    ...{ above: 100, forMinutes: 10, severity: 'warning' },
    summary: 'More than 100 levels are low or out of stock',
    meaning: 'Buying is behind, or thresholds are too high. Nothing is broken: hand the list to whoever buys.',
    commands: [
      `${METRICS_WORKER} granary_standing_alerts`,
      'curl -sf "http://127.0.0.1:3000/v1/stock/lowStock?limit=100"',
    ],
  },
  {
    name: 'DatabaseErrors',
    measure: { kind: 'rate', of: 'granary_calls_total', labels: { outcome: 'databaseFailure|unavailable' } },
    ...{ above: 0.1, forMinutes: 2, severity: 'critical' },
    summary: 'Calls fail at the database',
    meaning:
      'The database is away or refuses statements. Acknowledged effects are safe; callers repeat with their keys. The log holds the cause under the request id.',
    commands: [READY, `${METRICS_API} granary_calls_total`],
  },
  {
    name: 'StockInconsistent',
    measure: { kind: 'gauge', of: 'granary_levels', labels: { state: 'off' }, fold: 'max' },
    ...{ above: 0, forMinutes: 0, severity: 'critical' },
    summary: 'A counter of stock is not what the ledger says',
    meaning:
      'Somebody changed rows past Granary, or it has a bug. The ledger is the truth: verify names the rows, `system.rebuild` sets the counters from it.',
    commands: [VERIFY],
  },
  {
    name: 'VerifyFailed',
    measure: { kind: 'gauge', of: 'granary_checks_failed', labels: { kind: 'verify' }, fold: 'max' },
    ...{ above: 0, forMinutes: 0, severity: 'critical' },
    summary: 'The last verification of the books found something',
    meaning:
      'What `system.verify` checks does not hold, or the job could not end. The report of the job names the rows; it stands until a later job finds nothing.',
    commands: [jobsOf('verify'), VERIFY],
  },
  {
    name: 'AuditFailed',
    measure: { kind: 'gauge', of: 'granary_checks_failed', labels: { kind: 'audit' }, fold: 'max' },
    ...{ above: 0, forMinutes: 0, severity: 'critical' },
    summary: 'The last check of the audit against its checkpoints found something',
    meaning:
      'Commands or movements are not what was signed, or checkpoints are gone: somebody wrote past Granary, or the job could not end. Take a copy of the database and of the archive before anything else (docs/audit.md); the report of the job names the places.',
    commands: [jobsOf('audit')],
  },
  {
    name: 'Oversold',
    measure: { kind: 'gauge', of: 'granary_levels', labels: { state: 'oversold' }, fold: 'max' },
    ...{ above: 0, forMinutes: 0, severity: 'critical' },
    summary: 'A level promises more than it holds',
    meaning:
      'With STOCK_ALLOW_NEGATIVE these are sales beyond the stock, settled by the next receipt; without it this cannot happen by calls.',
    commands: [VERIFY, `${METRICS_WORKER} granary_levels`],
  },
  {
    name: 'BatchesExpired',
    measure: { kind: 'gauge', of: 'granary_standing_alerts', labels: { kind: 'expired' }, fold: 'sum' },
    ...{ above: 0, forMinutes: 60, severity: 'warning' },
    summary: 'Expired batches still have stock',
    meaning: 'They are not sold any more, and nobody has taken them off the shelf and out of the books.',
    commands: ['curl -sf "http://127.0.0.1:3000/v1/alert/list?kind=expired&limit=100"'],
  },
  {
    name: 'AbnormalMovements',
    measure: { kind: 'gauge', of: 'granary_standing_alerts', labels: { kind: 'abnormalMovement' }, fold: 'sum' },
    ...{ above: 0, forMinutes: 0, severity: 'warning' },
    summary: 'A movement was far larger than usual',
    meaning:
      'A typing error, a theft, or a big customer. The alert names level and movement, the record of commands names who did it.',
    commands: ['curl -sf "http://127.0.0.1:3000/v1/alert/list?kind=abnormalMovement&limit=100"'],
  },
  {
    name: 'OutboxLags',
    measure: { kind: 'gauge', of: 'granary_outbox_lag_seconds', fold: 'max' },
    ...{ above: 60, forMinutes: 2, severity: 'critical' },
    summary: 'Events are published more than a minute late',
    meaning:
      'No worker relays, or it cannot keep up. Stock is right; webhooks, alerts and watchers are late and catch up by themselves.',
    commands: [`${METRICS_WORKER} granary_outbox`, READY],
  },
  {
    name: 'HoldsNotSwept',
    measure: { kind: 'gauge', of: 'granary_overdue_holds', fold: 'max' },
    ...{ above: 100, forMinutes: 2, severity: 'warning' },
    summary: 'More than 100 reservations are past their deadline and still hold',
    meaning:
      'No worker sweeps. Whoever reserves the same goods expires them on the way, so nothing is lost; what is shown as available is too low.',
    commands: [`${METRICS_WORKER} granary_overdue_holds`],
  },
  {
    name: 'WorkerSilent',
    measure: { kind: 'age', of: 'granary_gauges_read_seconds' },
    ...{ above: 120, forMinutes: 1, severity: 'critical' },
    summary: 'No worker has read the figures of the database for two minutes',
    meaning:
      'All workers are down or cannot reach the database: look at their logs and start one (docs/operating.md). Selling goes on; sweeping, events and jobs stand still.',
    commands: [READY],
  },
];
