/** Reads the figures of the database at intervals and keeps them for /metrics, so that being asked costs the database nothing. */
import type { Domain } from '@granary/domain';
import type { MetricsRegistry } from '@granary/platform/metrics/registry';

export interface MetricsWatchOptions {
  readonly domain: Pick<Domain, 'gauges'>;
  readonly metrics: MetricsRegistry;
  /** Between two readings. */
  readonly intervalMs: number;
}

interface LevelSums {
  levels: number;
  empty: number;
  off: number;
  oversold: number;
  onHand: number;
}

const NONE: LevelSums = { levels: 0, empty: 0, off: 0, oversold: 0, onHand: 0 };
/** Between two parts of a look at all levels, so that it never takes a small machine from the sales. */
const BREATH_MS = 50;
/** The least time between the end of one look at all levels and the beginning of the next. */
const LEVELS_EVERY = 4;

export function createMetricsWatch({ domain, metrics, intervalMs }: MetricsWatchOptions): {
  round: () => Promise<number>;
} {
  let [after, sums, rest, readAtMs] = ['', { ...NONE }, 0, -Infinity];

  async function readGauges(): Promise<void> {
    const gauges = await domain.gauges.read();
    const { locks, standingAlerts, failedChecks } = gauges;
    metrics.total('granary_database_lock_waits_total', locks.waits);
    metrics.total('granary_database_lock_wait_seconds_total', locks.waitedMs / 1000);
    metrics.set('granary_database_lock_waiting', locks.waiting);
    metrics.set('granary_outbox_rows', gauges.outboxRows);
    metrics.set('granary_outbox_lag_seconds', gauges.outboxLagSeconds);
    metrics.set('granary_dead_deliveries', gauges.deadDeliveries);
    metrics.set('granary_overdue_holds', gauges.overdueHolds);
    for (const [kind, count] of standingAlerts) metrics.set('granary_standing_alerts', count, { kind });
    for (const [kind, isFailed] of failedChecks) metrics.set('granary_checks_failed', Number(isFailed), { kind });
    metrics.set('granary_gauges_read_seconds', Date.now() / 1000);
  }

  /** One part; the sums are told when every level was looked at. Answers whether there is more. */
  async function readLevels(): Promise<boolean> {
    const { next, ...part } = await domain.gauges.readLevels(after);
    for (const name of Object.keys(NONE) as (keyof LevelSums)[]) sums[name] += part[name];
    if (next !== null) {
      after = next;
      return true;
    }
    metrics.set('granary_levels', sums.levels, { state: 'all' });
    metrics.set('granary_levels', sums.empty, { state: 'empty' });
    metrics.set('granary_levels', sums.off, { state: 'off' });
    metrics.set('granary_levels', sums.oversold, { state: 'oversold' });
    metrics.set('granary_on_hand_units', sums.onHand);
    [after, sums, rest] = ['', { ...NONE }, LEVELS_EVERY];
    return false;
  }

  return {
    round: async () => {
      if (performance.now() - readAtMs >= intervalMs / 2) {
        await readGauges();
        readAtMs = performance.now();
        rest -= 1;
      }
      const isMore = rest <= 0 && (await readLevels());
      return isMore ? BREATH_MS : intervalMs;
    },
  };
}
