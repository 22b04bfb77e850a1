/**
 * A race that is run until either side has come first. The lead leans towards whoever lost, so it finds the moment at which
 * both may win by itself, on a machine of any speed and under any load, and most rounds are run close to that moment.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { race } from './duels.ts';

type Work = () => Promise<unknown>;

/** Begins all of them, with the present lead between the first one and the others; answers as `race` does, in their order. */
export type Start = (first: Work, ...others: readonly Work[]) => Promise<string[]>;

/** A side that has not come first with such a start never will. */
const LONGEST_LEAD_MS = 4_000;
const SHORTEST_STEP_MS = 1;

/** @param play one round on goods of its own; answers whether the first one came first */
export async function bothWays(rounds: number, play: (start: Start) => Promise<boolean>): Promise<void> {
  const ways = new Set<boolean>();
  let leadMs = 0;
  let stepMs = SHORTEST_STEP_MS;
  let before: boolean | undefined;
  for (let round = 0; round < rounds || ways.size < 2; round += 1) {
    const firstWon = await play(startWith(leadMs));
    ways.add(firstWon);
    stepMs = firstWon === before ? stepMs * 2 : SHORTEST_STEP_MS;
    leadMs += firstWon ? -stepMs : stepMs;
    before = firstWon;
    expect(Math.abs(leadMs), `the ${firstWon ? 'second' : 'first'} one must come first at times`).toBeLessThan(
      LONGEST_LEAD_MS,
    );
  }
}

const startWith =
  (leadMs: number): Start =>
  (first, ...others) => {
    const works = [first, ...others].map((work, place) => {
      const waitMs = place === 0 ? -leadMs : leadMs;
      return waitMs > 0 ? () => pause(waitMs).then(work) : work;
    });
    return race(...works);
  };
