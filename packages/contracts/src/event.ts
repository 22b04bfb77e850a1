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
  /** What a SKU is made of: one succession of versions, whether it is a bundle or virtual. */
  'assembly',
  'location',
  'batch',
  'lock',
  'document',
  'transfer',
  'inTransit',
  'job',
  'token',
  'webhook',
  'snapshot',
  'alert',
  'import',
  /** What a SKU costs by decision: its strategy, standard cost and what was written down or added late. */
  'cost',
  'costVariance',
  'period',
  'costRule',
  'costAllocation',
  /** One succession for each currency. */
  'currencyRate',
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
  /** Its facts or its sums are others: corrected by hand, or it took other batches over. */
  'stock.batch.updated': 'batch',
  /** It was taken over; `after.mergedInto` says by which. */
  'stock.batch.merged': 'batch',
  /** Part of it was put into batches of their own, `after.children`. */
  'stock.batch.split': 'batch',
  'stock.batch.expired': 'batch',
  /** A recall found other goods for a hold, or its batch was merged: same id, same state, other batches. */
  'stock.reservation.reallocated': 'reservation',
  /** Every lock begins with it, and ends released or expired. */
  'stock.locked': 'lock',
  'stock.lock.released': 'lock',
  'stock.lock.expired': 'lock',
  /** Told along the lock that did it, as its versions follow each other; `after.batches` names the batches. */
  'stock.batch.frozen': 'lock',
  'stock.batch.unfrozen': 'lock',
  /** One for every round of a recall that did something. */
  'stock.batch.recalled': 'lock',
  'stock.inbound': 'document',
  'stock.outbound': 'document',
  'stock.adjusted': 'document',
  /** Also of a count that found what the books say. */
  'stock.counted': 'document',
  /** Of the document that was taken back; the reversal tells of itself as an inbound or an outbound. */
  'stock.document.reversed': 'document',
  'stock.transfer.created': 'transfer',
  'stock.transfer.shipped': 'transfer',
  'stock.transfer.received': 'transfer',
  /** Goods on their way were written off. */
  'stock.transfer.lost': 'transfer',
  'stock.transfer.cancelled': 'transfer',
  /** Goods of a purchase are expected; what of a transfer is on its way, the transfer tells. */
  'stock.transit.created': 'inTransit',
  'stock.transit.updated': 'inTransit',
  'stock.transit.received': 'inTransit',
  'stock.transit.cancelled': 'inTransit',
  'stock.sku.created': 'sku',
  'stock.sku.updated': 'sku',
  'stock.bundle.created': 'assembly',
  'stock.bundle.updated': 'assembly',
  'stock.bundle.removed': 'assembly',
  'stock.virtual.created': 'assembly',
  'stock.virtual.updated': 'assembly',
  'stock.virtual.removed': 'assembly',
  'stock.location.created': 'location',
  'stock.location.updated': 'location',
  'stock.level.configured': 'levelSettings',
  'stock.job.started': 'job',
  /** A running job was told to stop; `ended` follows when it has. */
  'stock.job.cancelled': 'job',
  /** Done, failed or cancelled, as `after.state` says. */
  'stock.job.ended': 'job',
  'stock.snapshot.created': 'snapshot',
  /** Every row is there. */
  'stock.snapshot.completed': 'snapshot',
  /** Older than STOCK_SNAPSHOT_RETENTION_DAYS. */
  'stock.snapshot.removed': 'snapshot',
  /** Raised, grown worse or better, acknowledged or resolved, as `before` and `after` say. */
  'stock.alert': 'alert',
  'stock.import.created': 'import',
  /** A part came, or it went from one state into the next, as `after.state` says. */
  'stock.import.updated': 'import',
  'stock.token.created': 'token',
  'stock.token.revoked': 'token',
  'stock.webhook.created': 'webhook',
  /** Also when Granary itself disabled it: `after.disabledReason` says why. */
  'stock.webhook.updated': 'webhook',
  'stock.webhook.rotated': 'webhook',
  'stock.webhook.removed': 'webhook',
  /** A test that somebody asked for; its own webhook gets it whatever types it takes. */
  'stock.webhook.tested': 'webhook',
  'stock.webhook.replayed': 'webhook',
  'cost.strategy.switched': 'cost',
  'cost.revalued': 'cost',
  'cost.standard.set': 'cost',
  /** A cost that came after its goods; `after` says what went onto stock and what into cost of sales. */
  'cost.late.added': 'cost',
  /** The actual cost strays from the standard by more than STOCK_COST_VARIANCE_THRESHOLD; once, until that changes. */
  'cost.variance.exceeded': 'costVariance',
  /** It no longer does, or has no standard cost any more. */
  'cost.variance.settled': 'costVariance',
  /** By a call or by a close. A month made on demand tells of itself when it is frozen or closed. */
  'cost.period.created': 'period',
  'cost.period.frozen': 'period',
  'cost.period.unfrozen': 'period',
  'cost.period.closed': 'period',
  'cost.rule.created': 'costRule',
  'cost.rule.updated': 'costRule',
  /** By a call, or by a close for a rule that is automatic. */
  'cost.allocated': 'costAllocation',
  'cost.rate.set': 'currencyRate',
} as const satisfies Record<string, AggregateKind>;

export type EventType = keyof typeof eventTable;
export const eventTypes = Object.keys(eventTable) as readonly EventType[];

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
