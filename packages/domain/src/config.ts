/** The settings of the stock engine; platform reads them from the environment. */
export interface DomainConfig {
  /** STOCK_ALLOCATION_STRATEGY: used when neither the call nor the SKU names one. */
  readonly defaultStrategy: string;
  readonly reservationTtlSeconds: number;
  /** The longest a reservation may live from its creation, extensions included. */
  readonly reservationMaxTtlSeconds: number;
  /** STOCK_HOLD_MAX_PER_BUSINESS: held reservations of one type and business id; 0 is no cap. */
  readonly holdMaxPerBusiness: number;
  /** STOCK_HOLD_MAX_SHARE: percent of a SKU on hand that one business id may hold; 100 is no cap. */
  readonly holdMaxSharePercent: number;
  /** STOCK_HOLD_MAX_PER_TOKEN: held reservations made by one actor; 0 is no cap. */
  readonly holdMaxPerToken: number;
  /** STOCK_LOCK_TTL: how long a business lock holds when the call does not say; 0 is no deadline. */
  readonly lockTtlSeconds: number;
  readonly autoCreateSku: boolean;
  /** STOCK_ALLOW_NEGATIVE: whether a sale that is short sells what there is and books the rest as a deficit. */
  readonly allowNegative: boolean;
  /** IANA zone in which calendar dates are cut. */
  readonly timezone: string;
  readonly alertLowThreshold: number;
  readonly alertHighThreshold: number;
  /** STOCK_ALERT_EXPIRY_DAYS: how long before its expiry a batch with stock is told of. */
  readonly alertExpiryDays: number;
  /** STOCK_ALERT_CONFIRMED_HOURS: how long a confirmed reservation may hold before it is told of. */
  readonly alertConfirmedHours: number;
  /** STOCK_ALERT_TIMEOUT_PERCENT: of the reservations that ended lately, how many may have done so by their deadline. */
  readonly alertTimeoutPercent: number;
  /** STOCK_SNAPSHOT_DAILY: whether a snapshot is taken as of the first instant of every day. */
  readonly snapshotDaily: boolean;
  /** STOCK_SNAPSHOT_RETENTION_DAYS: 0 is for ever. */
  readonly snapshotRetentionDays: number;
  readonly requestDeadlineMs: number;
  /** GRANARY_COMBINE_SHARDS: how many flushes of combined calls on reservations may run side by side; 0 combines nothing. */
  readonly combineShards: number;
  /** GRANARY_COMBINE_QUEUE: the most calls that may wait for a flush of a shard, however fast it is. */
  readonly combineQueue: number;
  /** STOCK_SENSITIVE_ATTRIBUTES: names of attributes of SKUs and batches whose values are sealed. */
  readonly sensitiveAttributes: readonly string[];
  /** How long commands are kept; 0 is for ever. */
  readonly auditRetentionDays: number;
  /** How long a repeat with the same idempotency key gets the same answer. */
  readonly idempotencyDays: number;
  /** GRANARY_CHECKPOINT_MINUTES: between two checkpoints of commands and ledger. */
  readonly checkpointMinutes: number;
}
