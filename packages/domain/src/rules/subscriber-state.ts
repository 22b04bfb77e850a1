/** What is remembered of a subscriber after it took something, or did not. */
import type { Instant } from '@granary/contracts/instant';
import type { EventSubscriberRow } from '../entities/event-delivery.ts';

const MAX_ERROR = 500;

export function afterSuccess(row: EventSubscriberRow, events: number, now: Instant): EventSubscriberRow {
  return { ...row, delivered: row.delivered + events, lastSuccessAt: now, failingSince: null };
}

export function afterFailure(
  row: EventSubscriberRow,
  { error, status }: { readonly error: string; readonly status: number | null },
  now: Instant,
): EventSubscriberRow {
  return {
    ...row,
    failed: row.failed + 1,
    lastFailureAt: now,
    lastError: shortened(error),
    lastStatus: status,
    failingSince: row.failingSince ?? now,
  };
}

/** Errors of others may be of any length, and half a character is none. */
export function shortened(error: string): string {
  return Array.from(error.slice(0, MAX_ERROR * 2).toWellFormed())
    .slice(0, MAX_ERROR)
    .join('');
}
