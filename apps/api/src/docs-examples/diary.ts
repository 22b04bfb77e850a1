/** A session whose days are told by the example: what a page dates must not depend on when it is made. */
import { fromMicros, type Instant, parseInstant, toMicros } from '@granary/contracts/instant';
import { openSession, type Session } from './session.ts';

export interface Diary extends Session {
  /** From now on it is noon of this day; days only go forward. */
  turnTo(day: string): void;
}

export async function openDiary(day: string, settings: Readonly<Record<string, string>> = {}): Promise<Diary> {
  let shift = awayFrom(day);
  const session = await openSession(settings, { clock: (now: Instant) => fromMicros(toMicros(now) + shift) });
  return { ...session, turnTo: (next) => void (shift = awayFrom(next)) };
}

/** The database stands on this machine, so its clock is this one. */
function awayFrom(day: string): bigint {
  const noon = parseInstant(`${day}T12:00:00Z`);
  if (noon === undefined) throw new Error(`${day} is no day`);
  return toMicros(noon) - BigInt(Date.now()) * 1000n;
}
