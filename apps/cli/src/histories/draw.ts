/** What a client asks next: a few levels that all of them want, and of each the holds that were made last. */
import type { Random } from '../sample/random.ts';
import type { Operation } from './history.ts';

export interface Wanted {
  readonly key: string;
  readonly opening: number;
  /** Holds that somebody was given, the newest last. */
  readonly holds: string[];
}

/** Of a hundred operations: 40 reserve, 20 confirm, 20 release, 10 receive, 10 read. */
const UP_TO = { reserve: 40, confirm: 60, release: 80, receive: 90 } as const;
/** Among so many of the newest holds, so that several clients want the same. */
const HOT_HOLDS = 6;
const SHORT_SHARE = 0.2;

/** @param name of what is made, which nothing else has */
export function draw(
  random: Random,
  { holds }: Wanted,
  { name, shortLifeMs }: { name: string; shortLifeMs: number },
): Operation {
  const dice = random.next() * 100;
  const hold = holds.at(-random.between(1, Math.min(HOT_HOLDS, Math.max(1, holds.length))));
  if (dice < UP_TO.reserve || (hold === undefined && dice < UP_TO.release)) {
    const lifeMs = random.chance(SHORT_SHARE) ? shortLifeMs : null;
    return { kind: 'reserve', hold: name, quantity: random.between(1, 5), lifeMs };
  }
  if (dice < UP_TO.release && hold !== undefined) return { kind: dice < UP_TO.confirm ? 'confirm' : 'release', hold };
  return dice < UP_TO.receive ? { kind: 'receive', document: name, quantity: random.between(1, 3) } : { kind: 'read' };
}
