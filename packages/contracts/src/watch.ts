/** Watching stock: what a watcher asks for and what it is then told, one item at a time, until it leaves. */
import { z } from 'zod';
import { alertKind, alertSeverity, alertState } from './alert.ts';
import { locationId, skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { units } from './quantity.ts';

export const MAX_WATCH_SKUS = 500;

/** A place in the stream of events: what stands in `id:` of every item, and what a watcher comes back with. */
export const streamId = z
  .string()
  .regex(/^\d{1,20}-\d{1,20}$/, 'must be the id of an item that was sent earlier')
  .meta({ description: 'Place in the stream of events', examples: ['1795190495076-0'] });

export const stockWatchInput = z.strictObject({
  skuIds: z
    .array(skuId)
    .min(1)
    .max(MAX_WATCH_SKUS)
    .optional()
    .meta({ description: 'Only these; all SKUs when left out' }),
  locationId: locationId
    .optional()
    .meta({ description: 'Only this location; all that the caller may see when left out' }),
  lastEventId: streamId.optional().meta({
    description:
      'The id of the last item heard: what came after it is sent first. The header Last-Event-ID says the same',
  }),
});

/** Why a watcher has to read the levels anew: what lies between what it knows and what comes next is not in the stream. */
export const watchResetReason = z.enum(['started', 'trimmed', 'unknown', 'unreadable']).meta({
  description:
    'started: no lastEventId was given. trimmed: the stream no longer holds what came after it. unknown: it is not of this stream, which may have been emptied. unreadable: an entry could not be understood',
});

export const watchLevel = z.strictObject({
  kind: z.literal('level'),
  skuId: z.string(),
  locationId: z.string(),
  onHand: units,
  reserved: units,
  locked: units,
  deficit: units,
  version: z.number().int(),
  previousVersion: z.number().int().meta({
    description: 'The version that this one follows: equal to the last version heard, or something is missing',
  }),
  recordedAt: moment,
  eventId: z.string().meta({ description: 'Equal for every delivery of the same event' }),
});

export const watchReset = z.strictObject({ kind: z.literal('reset'), reason: watchResetReason });

/** An alert was raised, grew worse or better, was acknowledged or resolved. */
export const watchAlert = z.strictObject({
  kind: z.literal('alert'),
  alertId: z.string(),
  alertKind,
  severity: alertSeverity,
  state: alertState,
  skuId: z.string().nullable(),
  locationId: z.string().nullable(),
  batchId: z.string().nullable(),
  reservationId: z.string().nullable(),
  value: z.number().int(),
  threshold: z.number().int().nullable(),
  message: z.string(),
  version: z.number().int(),
  previousVersion: z.number().int().meta({ description: 'Of this alert; 0 when it was raised just now' }),
  recordedAt: moment,
  eventId: z.string().meta({ description: 'Equal for every delivery of the same event' }),
});

/** Nothing of interest happened up to here; its id keeps a quiet watcher from falling behind what the stream holds. */
export const watchPosition = z.strictObject({ kind: z.literal('position') });

/** More kinds may come: a watcher passes over a kind that it does not know. */
export const stockWatchItem = z.discriminatedUnion('kind', [watchLevel, watchAlert, watchReset, watchPosition]);

export type StockWatchInput = z.output<typeof stockWatchInput>;
export type WatchResetReason = z.output<typeof watchResetReason>;
export type WatchAlert = z.output<typeof watchAlert>;
export type WatchLevel = z.output<typeof watchLevel>;
export type StockWatchItem = z.output<typeof stockWatchItem>;
