/** The ledger row: one change of one level and one batch, append-only. Its primary key is the fence. */
import type { Instant } from '@granary/contracts/instant';
import type { MovementKind } from '@granary/contracts/movement';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  hashColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
  zeroColumn,
} from '../persistence/columns.ts';

export interface MovementRow {
  readonly skuId: string;
  readonly locationId: string;
  readonly version: number;
  readonly batchId: string | null;
  readonly kind: MovementKind;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly lockedDelta: number;
  readonly deficitDelta: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  readonly deficit: number;
  readonly commandId: string;
  readonly reservationId: string | null;
  readonly documentId: string | null;
  readonly reason: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly hash: string;
}

export const movementEntity = new EntitySchema<MovementRow>({
  name: 'stock_movement',
  tableName: 'stock_movement',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    locationId: { ...nameColumn(64), name: 'location_id', primary: true },
    version: { ...versionColumn, primary: true },
    batchId: { ...ulidColumn, name: 'batch_id', nullable: true },
    kind: wordColumn(16),
    onHandDelta: { ...zeroColumn, name: 'on_hand_delta' },
    reservedDelta: { ...zeroColumn, name: 'reserved_delta' },
    lockedDelta: { ...zeroColumn, name: 'locked_delta' },
    deficitDelta: { ...zeroColumn, name: 'deficit_delta' },
    onHand: { ...countColumn, name: 'on_hand' },
    reserved: countColumn,
    locked: zeroColumn,
    deficit: zeroColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
    reservationId: { ...ulidColumn, name: 'reservation_id', nullable: true },
    documentId: { ...ulidColumn, name: 'document_id', nullable: true },
    reason: { ...nameColumn(500), nullable: true },
    occurredAt: { ...instantColumn, name: 'occurred_at' },
    recordedAt: { ...instantColumn, name: 'recorded_at' },
    hash: hashColumn,
  },
  indices: [{ name: 'stock_movement_command', columns: ['commandId'] }],
});
