/**
 * What is hashed of a movement: the hash before it and the texts of its columns as they are stored, each with its
 * length in front, so that no two rows can be written the same way. An edited, removed or inserted row breaks the chain.
 */
import type { MovementRow } from '../entities/movement.ts';

/** Order matters for ever: a column added later goes to the end. Each is named here, since a loop would look every name up for every movement. */
export function hashedText(previousHash: string, movement: Omit<MovementRow, 'hash'>): string {
  const { skuId, locationId, version, batchId, kind, commandId, reservationId, documentId } = movement;
  const { onHandDelta, reservedDelta, lockedDelta, deficitDelta, onHand, reserved, locked, deficit } = movement;
  return (
    previousHash +
    field(skuId) +
    field(locationId) +
    field(version) +
    field(batchId) +
    field(kind) +
    field(onHandDelta) +
    field(reservedDelta) +
    field(lockedDelta) +
    field(deficitDelta) +
    field(onHand) +
    field(reserved) +
    field(locked) +
    field(deficit) +
    field(commandId) +
    field(reservationId) +
    field(documentId) +
    field(movement.reason) +
    field(movement.occurredAt) +
    field(movement.recordedAt)
  );
}

function field(value: string | number | null): string {
  if (value === null) return '|-';
  const stored = String(value);
  return `|${stored.length}:${stored}`;
}
