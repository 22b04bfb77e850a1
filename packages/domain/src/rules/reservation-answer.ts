/** A hold as callers see it. */
import type { Reservation } from '@granary/contracts/reservation';
import { type Hold, heldOf } from '../entities/reservation.ts';

export function toReservation(hold: Hold): Reservation {
  return {
    id: hold.reservationId,
    skuId: hold.skuId,
    type: hold.type,
    businessId: hold.businessId,
    lineId: hold.lineId,
    state: hold.state,
    quantity: hold.quantity,
    fulfilled: hold.fulfilled,
    held: heldOf(hold),
    expiresAt: hold.expiresAt,
    createdAt: hold.createdAt,
    endedAt: hold.endedAt,
    reason: hold.reason,
    version: hold.version,
    lines: hold.lines.map(({ skuId, locationId, batchId, quantity, held }) => ({
      skuId,
      locationId,
      batchId,
      quantity,
      held,
    })),
  };
}
