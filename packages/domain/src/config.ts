/** The settings of the stock engine; platform reads them from the environment. */
export interface DomainConfig {
  /** STOCK_ALLOCATION_STRATEGY: used when neither the call nor the SKU names one. */
  readonly defaultStrategy: string;
  readonly reservationTtlSeconds: number;
  /** The longest a reservation may live from its creation, extensions included. */
  readonly reservationMaxTtlSeconds: number;
  readonly autoCreateSku: boolean;
  /** IANA zone in which calendar dates are cut. */
  readonly timezone: string;
  readonly alertLowThreshold: number;
  readonly alertHighThreshold: number;
  readonly requestDeadlineMs: number;
}
