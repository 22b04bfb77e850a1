/**
 * How many refusals are put on record: a flood of them must not fill the database. Of one caller, address and procedure a
 * few a minute tell the story, of all together no more than a disk can bear; and strangers, who can choose their address
 * and need no token, have a small share of that. Each process counts by itself, so the bound is per process.
 */
import type { Caller } from '@granary/contracts/command';

const WINDOW_MS = 60_000;

export const REFUSALS_A_MINUTE = { each: 5, strangers: 60, all: 600 } as const;

export interface RefusedCall {
  readonly caller: Pick<Caller, 'actor' | 'address'>;
  readonly procedure: string;
  /** Nobody knows who it is. */
  readonly isStranger: boolean;
}

/** Answers whether this one is to be recorded. `now` is in milliseconds and never falls. */
export function createRefusalLimit(now: () => number): (refused: RefusedCall) => boolean {
  let until = Number.NEGATIVE_INFINITY;
  // Never larger than `all`: what is not recorded is not counted.
  const counts = new Map<string, number>();
  let [strangers, all] = [0, 0];
  return ({ caller, procedure, isStranger }) => {
    const at = now();
    if (at >= until) {
      counts.clear();
      [strangers, all, until] = [0, 0, at + WINDOW_MS];
    }
    const key = [caller.actor, caller.address ?? '', procedure].join('\0');
    const count = counts.get(key) ?? 0;
    const isFull = all >= REFUSALS_A_MINUTE.all || (isStranger && strangers >= REFUSALS_A_MINUTE.strangers);
    if (isFull || count >= REFUSALS_A_MINUTE.each) return false;
    counts.set(key, count + 1);
    all += 1;
    if (isStranger) strangers += 1;
    return true;
  };
}
