/** Calls that begin at the same moment, and what became of each. */
import { setTimeout as pause } from 'node:timers/promises';
import { GranaryError } from '@granary/contracts/error';

/** Each answers `done`, or the code of its refusal; anything else fails the test. */
export async function race(...works: (() => Promise<unknown>)[]): Promise<string[]> {
  return await Promise.all(
    works.map((work) =>
      work().then(
        () => 'done',
        (error: unknown) => {
          if (error instanceof GranaryError) return error.code;
          throw error;
        },
      ),
    ),
  );
}

/** Both begin at once, the first one in turns. */
export async function duel(
  round: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<string[]> {
  return round % 2 === 0 ? await race(one, other) : (await race(other, one)).toReversed();
}

/** The first one reads more before it locks anything, so it gets a start that differs from round to round, and in late rounds a long one. */
export async function chase(
  round: number,
  slow: () => Promise<unknown>,
  quick: () => Promise<unknown>,
): Promise<string[]> {
  return await race(slow, () => pause((round % 10) * 3 * (1 + Math.floor(round / 20))).then(quick));
}
