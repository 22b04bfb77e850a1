/** The short form of `npm run -s races`: a hundred callers whatever becomes of the locks, and a thousand in the default mode. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arena, lockModes, openArena } from './arena.ts';
import { type Door, overlapOf, preparePlenty, raceForStock } from './oversell.ts';

const TIMEOUT_MS = 90_000;

interface Crowd {
  readonly callers: number;
  readonly crowds: readonly { readonly stock: number; readonly door: Door }[];
}

const few: Crowd = {
  callers: 100,
  crowds: [
    { stock: 1, door: 'client' },
    { stock: 50, door: 'service' },
  ],
};
const many: Crowd = {
  callers: 1000,
  crowds: [
    { stock: 1, door: 'service' },
    { stock: 50, door: 'client' },
  ],
};

describe.each(lockModes)('a crowd over four api processes, with locks: %s', (mode) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await openArena(mode);
    await preparePlenty(arena);
  });
  afterAll(() => arena?.close());

  it.each(mode === 'documents' ? [few, many] : [few])(
    'of $callers gets exactly what is there, and every invariant holds',
    async ({ callers, crowds }) => {
      const results = [];
      for (const { stock, door } of crowds) results.push(await raceForStock(arena, { stock, door, callers }));
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
      expect(results.map(({ accepted }) => accepted)).toEqual([1, 50]);
      expect(await overlapOf(arena)).toMatchObject({ ok: true });
    },
    TIMEOUT_MS,
  );
});
