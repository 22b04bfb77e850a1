/** Reservations: every public method is one use case and one unit of work. */
import { type Instant, parseInstant, plusSeconds } from '@granary/contracts/instant';
import type {
  ConfirmInput,
  ConvertInput,
  DeductInput,
  ExtendInput,
  ReleaseInput,
  Reservation,
  Reservations,
  ReserveInput,
  ReserveManyInput,
} from '@granary/contracts/reservation';
import type { Call } from '../call.ts';
import { present } from '../refusal.ts';
import type { Combine } from './combining.ts';
import { createExpiry } from './expiry.ts';
import type { Engine } from './execution.ts';
import { convert, type HoldCalling, moveHolds } from './hold-calls.ts';
import { createReservationReader } from './reservation-reader.ts';
import { createReserve } from './reserve.ts';

export function createReservationService(engine: Engine, combine: Combine) {
  const reserveLines = createReserve(engine, combine);
  const maxTtlSeconds = engine.config.reservationMaxTtlSeconds;

  async function reserve(input: ReserveInput, call: Call): Promise<Reservation> {
    const { idempotencyKey: _key, ...line } = input;
    const lines = [line];
    const [reservation] = (await reserveLines({ procedure: 'reservation.reserve', input, call, lines })).reservations;
    return present(reservation, 'the reservation of a line');
  }

  async function reserveMany(input: ReserveManyInput, call: Call): Promise<Reservations> {
    return await reserveLines({ procedure: 'reservation.reserveMany', input, call, lines: input.lines });
  }

  const move = (input: HoldCalling['input'], call: Call, holdCall: HoldCalling['holdCall']) =>
    moveHolds(combine, { input, call, holdCall });

  return {
    reserve,
    reserveMany,
    convert: (input: ConvertInput, call: Call) => convert(engine, combine, { input, call }),
    confirm: (input: ConfirmInput, call: Call) => move(input, call, { verb: 'confirm' }),
    release: (input: ReleaseInput, call: Call) => move(input, call, { verb: 'release', reason: input.reason ?? null }),
    deduct: (input: DeductInput, call: Call) => {
      const occurredAt = input.occurredAt === undefined ? undefined : parseInstant(input.occurredAt);
      return move(input, call, { verb: 'deduct', quantity: input.quantity, occurredAt });
    },
    extend: (input: ExtendInput, call: Call) => {
      const field = input.expiresAt === undefined ? 'ttlSeconds' : 'expiresAt';
      return move(input, call, { verb: 'extend', expiresAt: deadlineOf(input), field, maxTtlSeconds });
    },
    ...createExpiry(engine),
    ...createReservationReader(engine),
  };
}

function deadlineOf({ ttlSeconds, expiresAt }: ExtendInput): (now: Instant) => Instant {
  const named = expiresAt === undefined ? undefined : parseInstant(expiresAt);
  return (now) => named ?? plusSeconds(now, present(ttlSeconds, 'a time to live'));
}
