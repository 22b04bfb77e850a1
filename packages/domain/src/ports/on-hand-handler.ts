/**
 * The port that costing uses: every change of onHand, of a deficit, or of what is on its way, in one unit of work, inside
 * its transaction. If it fails, all fails. A change carries what the engine had loaded, so that nobody reads it again.
 */
import type { DocumentType } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { MovementKind } from '@granary/contracts/movement';
import type { Tx } from '../persistence/transaction.ts';

export interface OnHandChange {
  readonly skuId: string;
  /** Of goods lost on their way: where they left. */
  readonly locationId: string;
  /** The movement that made the change: (skuId, locationId, version) is its key. Null for goods lost on their way, which moved no level. */
  readonly version: number | null;
  /** Null for a deficit: what was sold short came from no batch. */
  readonly batchId: string | null;
  /** The batch's number; null for a deficit. */
  readonly batchNo: string | null;
  /** When the batch expires; null for never, and for a deficit. */
  readonly expiresAt: Instant | null;
  /** `lost`: written off a transfer. */
  readonly kind: MovementKind | 'lost';
  readonly onHandDelta: number;
  readonly deficitDelta: number;
  /** Of what is between two places: what a transfer takes from a level or brings to it, and what is lost on its way. */
  readonly inTransitDelta: number;
  /** The unit cost that came with a receipt; null for what leaves. */
  readonly unitCost: Money | null;
  /** What all of a receipt cost, where its unit cost is rounded. */
  readonly value?: Money;
  readonly occurredAt: Instant;
  readonly documentId: string | null;
  /** Null where no document of this unit of work made the change. */
  readonly documentType: DocumentType | null;
  readonly reservationId: string | null;
  readonly commandId: string;
}

/** What will most likely be moved, before it is decided: no more than a hint, as the document may still be refused. */
export interface ComingMove {
  readonly occurredAt: Instant;
  /** Of each SKU, how many units leave; 0 where some come in. */
  readonly leaving: ReadonlyMap<string, number>;
}

export interface OnHandHandler {
  (tx: Tx, changes: readonly OnHandChange[]): Promise<void>;
  /**
   * Asked together with the last of what the decision reads, after all locks that come before those of the handler: so what
   * the handler will read then makes no round trip of its own.
   */
  readonly prepare?: (tx: Tx, coming: ComingMove) => Promise<void>;
}
