/** The reservation header, and its lines: what it holds, of which batch, until when. */
import type { Instant } from '@granary/contracts/instant';
import type { ReservationState, ReservationType } from '@granary/contracts/reservation';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  generatedFlag,
  hashColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
  zeroColumn,
} from '../persistence/columns.ts';

export interface ReservationRow {
  readonly reservationId: string;
  readonly skuId: string;
  readonly type: ReservationType;
  readonly businessId: string;
  readonly lineId: string;
  readonly state: ReservationState;
  readonly quantity: number;
  readonly fulfilled: number;
  /** Only while active. */
  readonly expiresAt: Instant | null;
  /** What was asked for, without key, ttl and deadline: equal hashes are the same request. */
  readonly contentHash: string;
  /** The cart that it was converted from. */
  readonly originType: ReservationType | null;
  readonly originBusinessId: string | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  readonly reason: string | null;
  readonly version: number;
  /** The command that wrote it last: what ended it, once it has ended. */
  readonly commandId: string;
}

export interface ReservationLineRow {
  readonly reservationId: string;
  readonly lineNo: number;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly quantity: number;
  readonly held: number;
  /** What left of it without a document: a return by the reservation's id goes back into this batch. */
  readonly deducted: number;
  /** The deadline while active, else null: ended and confirmed holds leave the index. */
  readonly dueAt: Instant | null;
}

/** A reservation with its lines: the unit in which rules think. */
export interface Hold extends ReservationRow {
  readonly lines: readonly ReservationLineRow[];
}

export function isHeld(state: ReservationState): boolean {
  return state === 'active' || state === 'confirmed';
}

/**
 * What is held, in units of the header. The lines of a bundle hold its parts, each so many for every bundle, and only whole
 * bundles are held or leave: so the first part tells for all.
 */
export function heldOf({ skuId, quantity, lines }: Hold): number {
  const part = lines[0]?.skuId;
  const own = lines.filter((line) => line.skuId === part);
  const held = own.reduce((sum, line) => sum + line.held, 0);
  if (part === undefined || part === skuId) return held;
  return (held * quantity) / own.reduce((sum, line) => sum + line.quantity, 0);
}

export const reservationEntity = new EntitySchema<ReservationRow & { held: boolean }>({
  name: 'reservation',
  tableName: 'reservation',
  columns: {
    reservationId: { ...ulidColumn, name: 'reservation_id', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    type: wordColumn(16),
    businessId: { ...nameColumn(100), name: 'business_id' },
    lineId: { ...nameColumn(64), name: 'line_id' },
    state: wordColumn(16),
    quantity: countColumn,
    fulfilled: zeroColumn,
    expiresAt: { ...instantColumn, name: 'expires_at', nullable: true },
    contentHash: { ...hashColumn, name: 'content_hash' },
    originType: { ...wordColumn(16), name: 'origin_type', nullable: true },
    originBusinessId: { ...nameColumn(100), name: 'origin_business_id', nullable: true },
    createdAt: { ...instantColumn, name: 'created_at' },
    endedAt: { ...instantColumn, name: 'ended_at', nullable: true },
    reason: { ...nameColumn(500), nullable: true },
    version: versionColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
    held: generatedFlag(`if(state in ('active', 'confirmed'), 1, null)`),
  },
  uniques: [{ name: 'reservation_held', columns: ['businessId', 'type', 'skuId', 'lineId', 'held'] }],
  indices: [
    { name: 'reservation_due', columns: ['state', 'expiresAt', 'reservationId'] },
    { name: 'reservation_sku', columns: ['skuId', 'reservationId'] },
  ],
});

export const reservationLineEntity = new EntitySchema<ReservationLineRow & { isHeld: boolean }>({
  name: 'reservation_line',
  tableName: 'reservation_line',
  columns: {
    reservationId: { ...ulidColumn, name: 'reservation_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    batchId: { ...ulidColumn, name: 'batch_id' },
    quantity: countColumn,
    held: countColumn,
    deducted: zeroColumn,
    dueAt: { ...instantColumn, name: 'due_at', nullable: true },
    isHeld: { ...generatedFlag('if(held > 0, 1, 0)'), name: 'is_held' },
  },
  indices: [
    { name: 'reservation_line_level', columns: ['skuId', 'locationId', 'dueAt', 'reservationId'] },
    { name: 'reservation_line_batch', columns: ['batchId', 'isHeld', 'reservationId'] },
  ],
});
