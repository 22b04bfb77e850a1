/** SPEC I8 over random histories in the core: value in is value held, consumed and written off, to the last digit. */
import { expect, inject, test } from 'vitest';
import { lossIn } from '../rehearsal/random-history.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many random histories are costed (vitest.config.ts). */
    readonly costRuns: number;
  }
}

const RUNS = inject('costRuns');

test(
  `${RUNS} random histories keep every millionth, whatever happens`,
  () => {
    expect(lossIn({ runs: RUNS, seed: Date.now() % 2_147_483_647 })).toBeUndefined();
  },
  // A hundredth of a second each, with room.
  Math.max(60_000, RUNS * 60),
);
