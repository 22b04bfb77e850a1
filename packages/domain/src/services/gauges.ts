/** What the worker measures of the database at intervals and keeps for whoever watches the house. */
import type { AlertKind } from '@granary/contracts/alert';
import { type Instant, toMicros } from '@granary/contracts/instant';
import {
  countOverdue,
  countStandingAlerts,
  type Check,
  type LevelGauges,
  type LockGauges,
  nextSkusWithLevels,
  readFailedChecks,
  readLevelGauges,
  readLockGauges,
  readQueueGauges,
} from '../persistence/gauge-store.ts';
import type { Engine } from './execution.ts';

export interface Gauges {
  readonly locks: LockGauges;
  readonly outboxRows: number;
  /** The age of the oldest event that is not published yet. */
  readonly outboxLagSeconds: number;
  readonly deadDeliveries: number;
  /** Reservations that are past their deadline and still hold. */
  readonly overdueHolds: number;
  readonly standingAlerts: ReadonlyMap<AlertKind, number>;
  /** Of each kind that ever ended: whether the last job found something, or failed. */
  readonly failedChecks: ReadonlyMap<Check, boolean>;
}

/** Some levels; `next` is where the rest begins, null when these were the last. */
export interface LevelGaugePart extends LevelGauges {
  readonly next: string | null;
}

/** As many as are read within some milliseconds. */
const SKUS_AT_ONCE = 500;

export function createGauges({ units }: Engine) {
  return {
    read: (): Promise<Gauges> =>
      units.glance(async (tx) => {
        const now = await tx.now();
        const [queue, overdueHolds, standingAlerts, failedChecks, locks] = await Promise.all([
          readQueueGauges(tx),
          countOverdue(tx, now),
          countStandingAlerts(tx),
          readFailedChecks(tx),
          readLockGauges(tx),
        ]);
        const { outboxRows, outboxOldestAt, deadDeliveries } = queue;
        const outboxLagSeconds = outboxOldestAt === null ? 0 : secondsBetween(outboxOldestAt, now);
        return { locks, outboxRows, outboxLagSeconds, deadDeliveries, overdueHolds, standingAlerts, failedChecks };
      }),
    /** The levels of the next SKUs after this one; '' begins. */
    readLevels: (after: string): Promise<LevelGaugePart> =>
      units.glance(async (tx) => {
        const skuIds = await nextSkusWithLevels(tx, after, SKUS_AT_ONCE);
        const last = skuIds.at(-1);
        if (last === undefined) return { levels: 0, empty: 0, off: 0, oversold: 0, onHand: 0, next: null };
        const next = skuIds.length < SKUS_AT_ONCE ? null : last;
        return { ...(await readLevelGauges(tx, skuIds)), next };
      }),
  };
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, Number(toMicros(to) - toMicros(from)) / 1e6);
}
