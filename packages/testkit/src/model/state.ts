/** What one run of the model carries along: the oracle's world, its calendar, and the calls made so far. */
import { fromMicros, plusSeconds, toMicros, type CalendarDate, type Instant } from '@granary/contracts/instant';
import { plusDays } from '../oracle/calendar.ts';
import type { InputOf, Mutation, Procedure } from '../oracle/procedures.ts';
import type { OracleSettings } from '../oracle/settings.ts';
import { createWorld, rememberLevels, type World } from '../oracle/world.ts';
import type { Subject } from './subject.ts';

/** One call that a command decided on. */
export type Step = {
  readonly [P in Procedure]: {
    readonly procedure: P;
    readonly input: InputOf<P>;
    /** Made by somebody else, who may not back-date. */
    readonly isClerk?: boolean | undefined;
  };
}[Procedure];
export type MutationStep = Extract<Step, { readonly procedure: Mutation }>;

export interface ModelState {
  readonly world: World;
  /** The first moment of the run. Everything that matters happens a multiple of 1,000 s after it, every deadline 500 s beside. */
  readonly base: Instant;
  /** Seconds by which the clock was moved since. */
  offset: number;
  /** Mutations made so far, for repeating them. */
  readonly journal: MutationStep[];
  nextKey: number;
  /** The levels that had a row after the last mutation, moved or not. */
  levelRows: readonly string[];
  calls: number;
}

/** The zone cuts a date at 16:00 UTC; from 04:11:40 that is 500 s beside a multiple of 1,000 s, as every deadline of the model is. */
export const MODEL_TIMEZONE = 'Asia/Shanghai';
const START_OF_DAY_SECONDS = 4 * 3600 + 11 * 60 + 40;
const DAY_SECONDS = 86_400;

export const modelSettings = {
  defaultStrategy: 'fifo',
  reservationTtlSeconds: 3500,
  reservationMaxTtlSeconds: 20_000,
  autoCreateSku: true,
  timezone: MODEL_TIMEZONE,
  /** Beside a multiple of 1,000 s, as every deadline. */
  lockTtlSeconds: 4500,
  alertLowThreshold: 10,
  alertHighThreshold: 1000,
  /** So tight that some runs meet them and most calls do not. */
  holdMaxPerBusiness: 3,
  holdMaxSharePercent: 90,
  holdMaxPerToken: 5,
} as const;

/** Moves the clock of the subject to the calendar of the model and makes an oracle of the empty world. */
export async function openState(subject: Subject, strategies: readonly string[]): Promise<ModelState> {
  const seconds = Number(toMicros(subject.now()) / 1_000_000n);
  const target = (Math.floor(seconds / DAY_SECONDS) + 1) * DAY_SECONDS + START_OF_DAY_SECONDS;
  subject.advanceClock(target - seconds);
  const first = await subject.domain.locations.get({ locationId: 'default' });
  const settings: OracleSettings = { ...modelSettings, strategies, allowNegative: subject.allowNegative };
  const base = fromMicros(BigInt(target) * 1_000_000n);
  const location = { locationId: first.locationId, priority: first.priority, isActive: first.isActive };
  const world = createWorld(settings, { location, now: base });
  return { world, base, offset: 0, journal: [], nextKey: 1, levelRows: [], calls: 0 };
}

/** Balances are remembered as of the move, so that a question about the past can be judged. */
export function advanceClock(subject: Subject, state: ModelState, seconds: number): void {
  state.world.now = subject.now();
  rememberLevels(state.world);
  subject.advanceClock(seconds);
  state.offset += seconds;
}

/** The moment that was drawn, counted from now, as a field of an input. */
export function happened(state: ModelState, thousands: number | undefined): { occurredAt?: Instant } {
  return thousands === undefined ? {} : { occurredAt: beside(state, state.offset / 1000 + thousands) };
}

/** A moment of the model's calendar, this many thousands of seconds after the base and 500 s. */
export function beside(state: ModelState, thousands: number): Instant {
  return plusSeconds(state.base, thousands * 1000 + 500);
}

/** A day of the model's calendar, so many after the first. */
export function dayOf(state: ModelState, days: number): CalendarDate {
  return plusDays(state.base.slice(0, 10) as CalendarDate, days);
}
