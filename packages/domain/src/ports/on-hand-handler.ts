/** The port that costing uses: every change of onHand or of a deficit in one unit of work, inside its transaction. If it fails, all fails. */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { MovementKind } from '@granary/contracts/movement';
import type { Tx } from '../persistence/transaction.ts';

export interface OnHandChange {
  readonly skuId: string;
  readonly locationId: string;
  /** The movement that made the change: (skuId, locationId, version) is its key. */
  readonly version: number;
  /** Null for a deficit: what was sold short came from no batch. */
  readonly batchId: string | null;
  readonly kind: MovementKind;
  readonly onHandDelta: number;
  readonly deficitDelta: number;
  /** The unit cost that came with a receipt; null for what leaves. */
  readonly unitCost: Money | null;
  readonly occurredAt: Instant;
  readonly documentId: string | null;
  readonly reservationId: string | null;
  readonly commandId: string;
}

export type OnHandHandler = (tx: Tx, changes: readonly OnHandChange[]) => Promise<void>;
