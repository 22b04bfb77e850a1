/** The short form of `npm run -s races`: a hundred callers whatever becomes of the locks, and a thousand in the default mode. */
import { describe, expect, it } from 'vitest';
import { type LockMode, lockModes, openArena } from './arena.ts';
import { type Door, overlapOf, preparePlenty, raceForStock } from './oversell.ts';

const TIMEOUT_MS = 90_000;

async function race(mode: LockMode, callers: number, crowds: readonly { stock: number; door: Door }[]) {
  const arena = await openArena(mode);
  try {
    await preparePlenty(arena);
    const results = [];
    for (const { stock, door } of crowds) results.push(await raceForStock(arena, { stock, door, callers }));
    return { results, overlap: await overlapOf(arena) };
  } finally {
    await arena.close();
  }
}

describe('a crowd over four api processes', () => {
  it.each(lockModes)(
    'of 100 gets exactly what is there, and every invariant holds, with locks: %s',
    async (mode) => {
      const { results, overlap } = await race(mode, 100, [
        { stock: 1, door: 'client' },
        { stock: 50, door: 'service' },
      ]);
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
      expect(results.map(({ accepted }) => accepted)).toEqual([1, 50]);
      expect(overlap).toMatchObject({ ok: true });
    },
    TIMEOUT_MS,
  );

  it(
    'of 1,000 gets exactly what is there in the default mode',
    async () => {
      const { results, overlap } = await race('documents', 1000, [
        { stock: 1, door: 'service' },
        { stock: 50, door: 'client' },
      ]);
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
      expect(results.map(({ accepted }) => accepted)).toEqual([1, 50]);
      expect(overlap).toMatchObject({ ok: true });
    },
    TIMEOUT_MS,
  );
});
