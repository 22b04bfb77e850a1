/** A bundle or a virtual SKU as the oracle keeps it. */
export interface OraclePart {
  readonly skuId: string;
  readonly perUnit: number;
  /** Of a virtual SKU that stands for one batch. */
  readonly batchId: string | null;
}

export interface OracleAssembly {
  readonly skuId: string;
  readonly kind: 'bundle' | 'virtual';
  state: 'active' | 'removed';
  parts: readonly OraclePart[];
  /** Of a virtual SKU: how many may be held at a time. */
  cap: number | null;
  version: number;
}
