/**
 * The closed, versioned table of events (SPEC section 6). Order is kept per aggregate and never across:
 * a level by its version, a reservation, SKU or location by its own. Consumers drop repeats by `id`.
 */

export const EVENT_SCHEMA_VERSION = 1;

export const aggregateKinds = [
  'level',
  'levelSettings',
  'reservation',
  'sku',
  'location',
  'batch',
  'document',
  'job',
  'token',
] as const;
export type AggregateKind = (typeof aggregateKinds)[number];

/** Every event and the aggregate along which it is ordered. */
export const eventTable = {
  /** Balances of a level moved from one version to another; carries the movements. */
  'stock.level.changed': 'level',
  'stock.reserved': 'reservation',
  'stock.reservation.replaced': 'reservation',
  'stock.reservation.confirmed': 'reservation',
  'stock.reservation.deducted': 'reservation',
  'stock.reservation.fulfilled': 'reservation',
  'stock.reservation.released': 'reservation',
  'stock.reservation.expired': 'reservation',
  'stock.reservation.extended': 'reservation',
  'stock.reservation.converted': 'reservation',
  'stock.batch.created': 'batch',
  'stock.inbound': 'document',
  'stock.outbound': 'document',
  'stock.sku.created': 'sku',
  'stock.sku.updated': 'sku',
  'stock.location.created': 'location',
  'stock.location.updated': 'location',
  'stock.level.configured': 'levelSettings',
  'stock.job.started': 'job',
  /** A running job was told to stop; `ended` follows when it has. */
  'stock.job.cancelled': 'job',
  /** Done, failed or cancelled, as `after.state` says. */
  'stock.job.ended': 'job',
  'stock.token.created': 'token',
  'stock.token.revoked': 'token',
} as const satisfies Record<string, AggregateKind>;

export type EventType = keyof typeof eventTable;

/** One event as every consumer sees it, in process, on a stream or in a webhook. */
export interface StockEvent {
  /** `<aggregate kind>:<aggregate id>:<version>`; equal for every delivery of the same event. */
  readonly id: string;
  readonly type: EventType;
  readonly schemaVersion: typeof EVENT_SCHEMA_VERSION;
  readonly aggregate: { readonly kind: AggregateKind; readonly id: string };
  /** The aggregate's version before and after: the next event of the aggregate starts where this one ends. */
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly cause: { readonly commandId: string; readonly procedure: string; readonly actor: string };
  readonly recordedAt: string;
  readonly before: unknown;
  readonly after: unknown;
}
