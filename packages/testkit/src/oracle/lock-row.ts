/** A lock as the oracle keeps it. */
import type { Instant } from '@granary/contracts/instant';

export interface OracleLockLine {
  /** Follows its goods when the batch is merged. */
  batchId: string;
  /** Null of an operation lock: the whole batch. */
  readonly quantity: number | null;
  held: number | null;
  /** Of an operation lock: whether the batch was marked as past its date when it was frozen. */
  readonly wasMarked: boolean;
}

export interface OracleLock {
  readonly id: string;
  readonly kind: 'business' | 'operation';
  readonly type: string;
  readonly businessId: string | null;
  readonly operator: string | null;
  readonly reason: string;
  /** What makes two business locks the same one while the first stands. */
  readonly content: string;
  state: 'active' | 'released' | 'expired';
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  endReason: string | null;
  version: number;
  lines: OracleLockLine[];
}
