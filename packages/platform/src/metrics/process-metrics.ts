/** What a process counts of itself: how its units of work end, and, when somebody asks, its pool, its cache and its locks. */
import type { UnitMeter } from '@granary/domain/ports/unit-meter';
import type { DataSource } from 'typeorm';
import type { ReadCounters } from '../reads/read-side.ts';
import type { LockCounters } from '../redlock-lock-manager.ts';
import type { MetricsRegistry } from './registry.ts';

export function unitMeterOf(metrics: MetricsRegistry): UnitMeter {
  return {
    ended: (end, ms) => {
      metrics.add('granary_units_total', { end });
      metrics.observe('granary_unit_duration_seconds', ms / 1000);
    },
    conflicted: (cause) => metrics.add('granary_conflicts_total', { cause }),
  };
}

export interface ProcessFigures {
  readonly dataSource: DataSource;
  readonly poolSize: number;
  readonly lockCounters: () => LockCounters;
  readonly readCounters: () => ReadCounters;
}

export function lookAtProcess(metrics: MetricsRegistry, figures: ProcessFigures): void {
  metrics.beforeText(() => {
    tellPool(metrics, figures);
    const { cache } = figures.readCounters();
    for (const [source, total] of [
      ['process', cache.hits],
      ['redis', cache.sharedHits],
      ['joined', cache.joined],
      ['database', cache.misses],
    ] as const)
      metrics.total('granary_cache_answers_total', total, { source });
    const { acquired, contended, skipped, lost } = figures.lockCounters();
    for (const [outcome, total] of Object.entries({ acquired, contended, skipped, lost }))
      metrics.total('granary_redis_locks_total', total, { outcome });
  });
}

/** The queues of mysql2's pool; it has no public way to ask for their lengths. */
interface DriverPool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

function tellPool(metrics: MetricsRegistry, { dataSource, poolSize }: ProcessFigures): void {
  metrics.set('granary_pool_limit', poolSize);
  const pool = poolOf(dataSource);
  const [all, free] = [pool?._allConnections.length ?? 0, pool?._freeConnections.length ?? 0];
  metrics.set('granary_pool_connections', all - free, { state: 'used' });
  metrics.set('granary_pool_connections', free, { state: 'free' });
  metrics.set('granary_pool_connections', pool?._connectionQueue.length ?? 0, { state: 'waiting' });
}

function poolOf({ driver }: DataSource): DriverPool | undefined {
  const pool: unknown = 'pool' in driver ? driver.pool : undefined;
  return typeof pool === 'object' && pool !== null && '_allConnections' in pool ? (pool as DriverPool) : undefined;
}
