/** What raises an alert. Pure: from what was measured to the causes that hold now; alert-change.ts compares them with what stands. */
import type { AlertKind, AlertSeverity } from '@granary/contracts/alert';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { Violation } from '@granary/contracts/system';

export interface Cause {
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  /** Equal for equal things only. */
  readonly subject: string;
  readonly skuId: string | null;
  readonly locationId: string | null;
  readonly batchId: string | null;
  readonly reservationId: string | null;
  readonly value: number;
  readonly threshold: number | null;
  readonly message: string;
}

const NOWHERE = { skuId: null, locationId: null, batchId: null, reservationId: null } as const;

export function subjectOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** A level as alerts look at it. */
export interface Measured {
  readonly skuId: string;
  readonly locationId: string;
  /** Inactive levels and locations raise nothing about how much there is. */
  readonly isOpen: boolean;
  /** 0: nothing was ever there, so nothing is missing. */
  readonly version: number;
  readonly onHand: number;
  readonly deficit: number;
  readonly available: number;
  readonly warningThreshold: number;
  readonly criticalThreshold: number;
  readonly highThreshold: number;
}

/** At most one of low and out of stock, and beside it too much: goods may be on hand and none of them available. */
export function levelCauses(level: Measured): readonly Cause[] {
  if (!level.isOpen || level.version === 0) return [];
  return [...shortCause(level), ...highCause(level)];
}

function shortCause(level: Measured): readonly Cause[] {
  const { skuId, locationId, available, warningThreshold, criticalThreshold, deficit } = level;
  const about = { ...NOWHERE, skuId, locationId, subject: subjectOf(skuId, locationId), value: available };
  if (available <= 0) {
    const short = deficit > 0 ? `, ${deficit} sold short` : '';
    const message = `Nothing is available${short}.`;
    return [{ ...about, kind: 'outOfStock', severity: 'critical', threshold: warningThreshold, message }];
  }
  if (available > warningThreshold) return [];
  const isCritical = available <= criticalThreshold;
  const threshold = isCritical ? criticalThreshold : warningThreshold;
  const severity = isCritical ? 'critical' : 'warning';
  const message = `${available} available, at or below the ${severity} threshold of ${threshold}.`;
  return [{ ...about, kind: 'low', severity, threshold, message }];
}

function highCause({ skuId, locationId, onHand, highThreshold }: Measured): readonly Cause[] {
  if (onHand < highThreshold) return [];
  const about = { ...NOWHERE, skuId, locationId, subject: subjectOf(skuId, locationId), value: onHand };
  const message = `${onHand} on hand, at or above the high threshold of ${highThreshold}.`;
  return [{ ...about, kind: 'high', severity: 'warning', threshold: highThreshold, message }];
}

export interface DatedBatch {
  readonly batchId: string;
  readonly batchNo: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly expiresAt: Instant;
}

const SECONDS_A_DAY = 86_400;

/** Of a batch with stock: expired, expiring soon, or neither. */
export function expiryCauses(batch: DatedBatch, { now, days }: { now: Instant; days: number }): readonly Cause[] {
  const { batchId, batchNo, skuId, locationId, onHand, expiresAt } = batch;
  if (onHand <= 0 || expiresAt > plusSeconds(now, days * SECONDS_A_DAY)) return [];
  const about = { ...NOWHERE, skuId, locationId, batchId, subject: subjectOf(batchId), value: onHand };
  const stock = `${onHand} on hand of batch ${batchNo}`;
  if (expiresAt <= now) {
    const message = `${stock}, which expired at ${expiresAt}.`;
    return [{ ...about, kind: 'expired', severity: 'critical', threshold: 0, message }];
  }
  const message = `${stock}, which expires at ${expiresAt}.`;
  return [{ ...about, kind: 'expiring', severity: 'warning', threshold: days, message }];
}

/** Below this many a rate says nothing. */
export const LEAST_ENDED = 20;

export function timeoutCauses({
  expired,
  ended,
  percent,
}: {
  expired: number;
  ended: number;
  percent: number;
}): readonly Cause[] {
  if (ended < LEAST_ENDED) return [];
  const value = Math.floor((expired * 100) / ended);
  if (value <= percent) return [];
  const message = `${expired} of the ${ended} reservations that ended within an hour did so by their deadline.`;
  const about = { ...NOWHERE, subject: subjectOf(), value, threshold: percent, message };
  return [{ ...about, kind: 'reservationTimeouts', severity: 'warning' }];
}

export interface PaidHold {
  readonly reservationId: string;
  readonly skuId: string;
  /** Null when it holds at several. */
  readonly locationId: string | null;
  readonly type: string;
  readonly businessId: string;
  readonly since: Instant;
}

export function confirmedCauses(hold: PaidHold, { now, hours }: { now: Instant; hours: number }): readonly Cause[] {
  const { reservationId, skuId, locationId, type, businessId, since } = hold;
  const value = Math.floor((Date.parse(now) - Date.parse(since)) / 3_600_000);
  if (plusSeconds(since, hours * 3600) > now) return [];
  const message = `${type} ${businessId} has been confirmed for ${value} hours and still holds stock.`;
  const about = { ...NOWHERE, skuId, locationId, reservationId, subject: subjectOf(reservationId) };
  return [{ ...about, kind: 'confirmedTooLong', severity: 'warning', value, threshold: hours, message }];
}

/** So many movements of the same direction must be known before one of them can be unusual. */
export const LEAST_USUAL = 20;
const TIMES_USUAL = 10;

export interface Moved {
  readonly skuId: string;
  readonly locationId: string;
  readonly onHandDelta: number;
  /** Sizes of earlier movements in the same direction. */
  readonly usual: readonly number[];
}

/** Ten times the median: that holds for goods sold one by one and for goods sold by the pallet. */
export function abnormalCauses({ skuId, locationId, onHandDelta, usual }: Moved): readonly Cause[] {
  if (usual.length < LEAST_USUAL) return [];
  const middle = usual.map(Math.abs).toSorted((a, b) => a - b)[Math.floor(usual.length / 2)] ?? 0;
  const threshold = middle * TIMES_USUAL;
  const value = Math.abs(onHandDelta);
  if (value <= threshold) return [];
  const way = onHandDelta < 0 ? 'left' : 'arrived';
  const message = `${value} ${way} at once, where ${middle} is usual.`;
  const about = {
    ...NOWHERE,
    skuId,
    locationId,
    subject: subjectOf(skuId, locationId, way),
    value,
    threshold,
    message,
  };
  return [{ ...about, kind: 'abnormalMovement', severity: 'warning' }];
}

const LONGEST_SUBJECT = 250;

export function inconsistencyCauses({ invariant, row, detail }: Violation): readonly Cause[] {
  const message = `${invariant}: ${row}: ${detail}`.slice(0, 500);
  const subject = subjectOf(invariant, `${row.slice(0, LONGEST_SUBJECT / 2)}`);
  return [{ ...NOWHERE, kind: 'inconsistency', severity: 'critical', subject, value: 0, threshold: null, message }];
}
