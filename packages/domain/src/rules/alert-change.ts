/** What becomes of alerts: raised, worse or better, acknowledged, resolved. Pure. */
import type { Alert } from '@granary/contracts/alert';
import type { Instant } from '@granary/contracts/instant';
import type { AlertRow } from '../entities/alert.ts';
import type { Fact } from '../entities/outbox.ts';
import type { Cause } from './alert-cause.ts';

export interface AlertChange {
  readonly before: AlertRow | undefined;
  readonly after: AlertRow;
}

export interface Changing {
  readonly now: Instant;
  readonly commandId: string;
  readonly ids: () => string;
}

/** Who resolves what is over by itself. */
export const WORKER = 'worker';
const GONE = 'the cause has gone';

/** `standing` are all alerts about what was looked at; a cause without one is raised, one without a cause is resolved. */
export function changesFor(
  standing: readonly AlertRow[],
  causes: readonly Cause[],
  at: Changing,
): readonly AlertChange[] {
  const known = new Map(standing.map((row) => [keyOf(row), row]));
  const causing = new Map(causes.map((cause) => [keyOf(cause), cause]));
  const raised = [...causing].flatMap(([key, cause]): AlertChange[] => {
    const before = known.get(key);
    if (before === undefined) return [{ before, after: raisedAlert(cause, at) }];
    return before.severity === cause.severity ? [] : [{ before, after: shifted(before, cause, at) }];
  });
  const gone = standing.filter((row) => !causing.has(keyOf(row)));
  return [...gone.map((before) => ({ before, after: resolved(before, { by: WORKER, reason: GONE, at }) })), ...raised];
}

function keyOf({ kind, subject }: Pick<Cause, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}

function raisedAlert(cause: Cause, { now, commandId, ids }: Changing): AlertRow {
  return {
    ...cause,
    ...{ alertId: ids(), state: 'open', raisedAt: now, changedAt: now, version: 1, commandId },
    ...{ acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null, resolveReason: null },
  };
}

/** Who acknowledged a warning has not seen that it is critical by now. */
function shifted(before: AlertRow, cause: Cause, { now, commandId }: Changing): AlertRow {
  const isWorse = cause.severity === 'critical';
  const anew = isWorse ? { state: 'open' as const, acknowledgedAt: null, acknowledgedBy: null } : {};
  const { severity, value, threshold, message } = cause;
  return {
    ...before,
    ...anew,
    severity,
    value,
    threshold,
    message,
    changedAt: now,
    version: before.version + 1,
    commandId,
  };
}

interface Resolving {
  readonly by: string;
  readonly reason: string;
  readonly at: Pick<Changing, 'now' | 'commandId'>;
}

export function resolved(before: AlertRow, { by, reason, at: { now, commandId } }: Resolving): AlertRow {
  const over = { state: 'resolved', resolvedAt: now, resolvedBy: by, resolveReason: reason } as const;
  return { ...before, ...over, changedAt: now, version: before.version + 1, commandId };
}

export function acknowledged(before: AlertRow, { by, at: { now, commandId } }: Omit<Resolving, 'reason'>): AlertRow {
  const seen = { state: 'acknowledged', acknowledgedAt: now, acknowledgedBy: by } as const;
  return { ...before, ...seen, changedAt: now, version: before.version + 1, commandId };
}

export function toAlert(row: AlertRow): Alert {
  const { kind, severity, state, skuId, locationId, batchId, reservationId, value, threshold, message } = row;
  const { raisedAt, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, resolveReason, version } = row;
  return {
    ...{ id: row.alertId, kind, severity, state, skuId, locationId, batchId, reservationId, value, threshold, message },
    ...{ raisedAt, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, resolveReason, version },
  };
}

export function alertFact({ before, after }: AlertChange): Fact {
  return {
    ...{ type: 'stock.alert', kind: 'alert', id: after.alertId },
    ...{ from: before?.version ?? 0, to: after.version, commandId: after.commandId },
    before: before === undefined ? null : toAlert(before),
    after: toAlert(after),
  };
}
