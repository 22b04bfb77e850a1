/** Reading reservations: one by id, or lists by business id, SKU and state. */
import type { Page } from '@granary/contracts/page';
import type { Reservation, ReservationListInput } from '@granary/contracts/reservation';
import { pageOf } from '../persistence/page.ts';
import { listReservations } from '../persistence/reservation-reader-store.ts';
import { findHold, withLines } from '../persistence/reservation-store.ts';
import { notFound } from '../refusal.ts';
import { isWhole } from '../rules/location-scope.ts';
import { toReservation } from '../rules/reservation-answer.ts';
import type { Engine } from './execution.ts';

export function createReservationReader(engine: Engine) {
  async function get({ id }: { id: string }): Promise<Reservation> {
    return await engine.units.read(async (tx) => {
      const hold = await findHold(tx, id);
      if (hold === undefined || !isWhole(tx.scope, hold)) throw notFound('reservation', id);
      return toReservation(hold);
    });
  }

  async function list(input: ReservationListInput): Promise<Page<Reservation>> {
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        list: 'reservations',
        input,
        load: (after, limit) => listReservations(tx, { input, before: after?.[0], limit }),
        keyOf: (row) => [row.reservationId],
      });
      return { items: (await withLines(tx, page.items)).map(toReservation), nextCursor: page.nextCursor };
    });
  }

  return { get, list };
}
