/** A piece of a serial-tracked SKU as the oracle keeps it. */
import type { SerialState } from '@granary/contracts/serial';

export interface OraclePiece {
  readonly skuId: string;
  readonly serial: string;
  state: SerialState;
  batchId: string;
  locationId: string;
  /** Of its last move; undefined where nobody was told. */
  documentId: string | null | undefined;
  reservationId: string | null;
  /** The state after each of its moves. */
  readonly history: SerialState[];
}
