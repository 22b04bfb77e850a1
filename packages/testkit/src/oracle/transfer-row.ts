/** A transfer as the oracle keeps it: shipped = received + in transit + written off + returned, of every part. */
import type { Instant } from '@granary/contracts/instant';
import type { TransferState } from '@granary/contracts/transfer';

/** What left of one batch by one line. */
export interface OracleTransferPart {
  readonly line: number;
  readonly skuId: string;
  readonly batchId: string;
  readonly batchNo: string;
  readonly unitCost: bigint;
  readonly shipped: number;
  received: number;
  inTransit: number;
  writtenOff: number;
  returned: number;
  /** Of a tracked SKU: those on the way. */
  pieces: readonly string[];
}

export interface OracleTransferLine {
  readonly skuId: string;
  readonly quantity: number;
  readonly batchId?: string | undefined;
  readonly strategy?: string | undefined;
  readonly qualityLevel?: string | undefined;
}

export interface OracleTransfer {
  readonly id: string;
  readonly transferNo: string;
  readonly fromLocationId: string;
  readonly toLocationId: string;
  readonly expectedAt: string | null;
  readonly operator: string | null;
  readonly reason: string | null;
  /** What makes two plans of one number the same. */
  readonly content: string;
  readonly lines: readonly OracleTransferLine[];
  state: TransferState;
  version: number;
  documentId: string | null;
  shippedAt: Instant | null;
  endReason: string | null;
  parts: OracleTransferPart[];
}
