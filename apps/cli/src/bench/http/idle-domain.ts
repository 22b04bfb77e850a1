/** A domain whose reservations are made of nothing: what is left of a call is the way to the engine and back. */
import type { Reservation } from '@granary/contracts/reservation';
import type { Domain } from '@granary/domain';
import { createIds } from '@granary/platform/ids';

/** Answers as large as the engine's own, each with an id of its own. */
export function idleDomain(domain: Domain): Domain {
  const nextId = createIds();
  const reserve: Domain['reservations']['reserve'] = ({ skuId, type, businessId, lineId, quantity }) => {
    const made: Reservation = {
      ...{ id: nextId(), skuId, type, businessId, lineId, state: 'active', quantity, fulfilled: 0, held: quantity },
      ...{ expiresAt: '2036-01-01T00:30:00.000000Z', createdAt: '2036-01-01T00:00:00.000000Z' },
      ...{ endedAt: null, reason: null, version: 1 },
      lines: [{ skuId, locationId: 'default', batchId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB', quantity, held: quantity }],
    };
    return Promise.resolve(made);
  };
  return { ...domain, reservations: { ...domain.reservations, reserve } };
}
