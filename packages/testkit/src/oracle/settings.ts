/** What a world is set to, and who calls. */
export interface OracleSettings {
  readonly defaultStrategy: string;
  readonly reservationTtlSeconds: number;
  readonly reservationMaxTtlSeconds: number;
  readonly autoCreateSku: boolean;
  /** Whether a sale that is short may owe the rest. */
  readonly allowNegative: boolean;
  readonly lockTtlSeconds: number;
  readonly timezone: string;
  readonly alertLowThreshold: number;
  readonly alertHighThreshold: number;
  readonly strategies: readonly string[];
  /** Held reservations of one type and business id; 0 is no cap. */
  readonly holdMaxPerBusiness: number;
  /** Percent of what is on hand of a SKU that one type and business id may hold; 100 is no cap. */
  readonly holdMaxSharePercent: number;
  /** Held reservations that one actor made; 0 is no cap. */
  readonly holdMaxPerToken: number;
}

/** Who makes the call under judgement. */
export interface OracleCaller {
  readonly actor: string;
  /** Whether it may tell what happened before stock of a SKU last changed. */
  readonly mayBackdate: boolean;
}
