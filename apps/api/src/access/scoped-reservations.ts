/**
 * Reservations for a scope of locations. What is named by id or by business document is read first: one line elsewhere,
 * and the whole is as absent. Nothing of a reservation that exists can move to another location, except by `replace`.
 */
import type { Reservation, ReservationType } from '@granary/contracts/reservation';
import type { Domain } from '@granary/domain';
import { notFound } from '@granary/domain/refusal';
import { type LocationScope, needsEverywhere } from './location-scope.ts';

type Reservations = Domain['reservations'];

interface Target {
  readonly id?: string | undefined;
  readonly type?: ReservationType | undefined;
  readonly businessId?: string | undefined;
}

const PAGE = 500;

export function scopedReservations(reservations: Reservations, scope: LocationScope): Reservations {
  async function guard({ id, type, businessId }: Target): Promise<void> {
    if (id !== undefined) own(await reservations.get({ id }), id);
    else if (businessId !== undefined) await guardBusiness(type, businessId);
  }

  async function guardBusiness(type: ReservationType | undefined, businessId: string): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await reservations.list({ type, businessId, limit: PAGE, cursor });
      for (const reservation of page.items) own(reservation, businessId, `${reservation.type} reservation`);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  function own(reservation: Reservation, id: string, noun = 'reservation'): Reservation {
    if (!scope.holdsAll(reservation)) throw notFound(noun, id);
    return reservation;
  }

  const guarded =
    <I extends Target, C, A>(act: (input: I, call: C) => Promise<A>) =>
    async (input: I, call: C): Promise<A> => {
      await guard(input);
      return await act(input, call);
    };

  return {
    reserve: async (input, call) => {
      scope.named(input);
      if (input.replace) await guardBusiness(input.type, input.businessId);
      return await reservations.reserve(input, call);
    },
    reserveMany: async (input, call) => {
      scope.namedInLines(input.lines);
      for (const line of input.lines) if (line.replace) await guardBusiness(line.type, line.businessId);
      return await reservations.reserveMany(input, call);
    },
    confirm: guarded(reservations.confirm),
    release: guarded(reservations.release),
    deduct: guarded(reservations.deduct),
    extend: guarded(reservations.extend),
    convert: async (input, call) => {
      await guard(input.from);
      await guard(input.to);
      return await reservations.convert(input, call);
    },
    expireDue: needsEverywhere('reservation.expire'),
    get: async (input) => own(await reservations.get(input), input.id),
    list: async (input) => {
      const page = await reservations.list(input);
      return { ...page, items: page.items.filter(scope.holdsAll) };
    },
  };
}
