/** What a watcher is told of an alert. */
import { alert } from '@granary/contracts/alert';
import type { WatchAlert } from '@granary/contracts/watch';
import type { StreamEntry } from '@granary/platform/stream-entries';
import { z } from 'zod';

/** The stream may be newer than this process: fields that it does not know are no reason to understand nothing. */
const alertChanged = z.object({
  id: z.string(),
  fromVersion: z.number(),
  recordedAt: z.string(),
  after: z.object(alert.shape),
});

export function readAlert(entry: StreamEntry): WatchAlert | undefined {
  const { data: event } = alertChanged.safeParse(entry.event());
  if (event === undefined) return undefined;
  const { id, kind, severity, state, skuId, locationId, batchId, reservationId, value, threshold, message, version } =
    event.after;
  return {
    ...{ kind: 'alert', alertId: id, alertKind: kind, severity, state, skuId, locationId, batchId, reservationId },
    ...{ value, threshold, message, version, previousVersion: event.fromVersion },
    ...{ recordedAt: event.recordedAt, eventId: event.id },
  };
}
