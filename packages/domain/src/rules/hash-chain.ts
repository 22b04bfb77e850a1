/**
 * What is hashed of a movement: the hash before it and the texts of its columns as they are stored, each with its
 * length in front, so that no two rows can be written the same way. An edited, removed or inserted row breaks the chain.
 */
import type { MovementRow } from '../entities/movement.ts';

/** Order matters for ever: a column added later goes to the end. */
const HASHED = [
  'skuId',
  'locationId',
  'version',
  'batchId',
  'kind',
  'onHandDelta',
  'reservedDelta',
  'lockedDelta',
  'deficitDelta',
  'onHand',
  'reserved',
  'locked',
  'deficit',
  'commandId',
  'reservationId',
  'documentId',
  'reason',
  'occurredAt',
  'recordedAt',
] as const satisfies readonly (keyof MovementRow)[];

export function hashedText(previousHash: string, movement: Omit<MovementRow, 'hash'>): string {
  let text = previousHash;
  for (const column of HASHED) {
    const value = movement[column];
    const stored = value === null ? '' : String(value);
    text += value === null ? '|-' : `|${stored.length}:${stored}`;
  }
  return text;
}
