import { describe, expect, it } from 'vitest';
import { openArena } from './arena.ts';
import { raceForEndings } from './endings.ts';

describe('six calls that want one reservation at once', () => {
  it('end it once in 100 rounds, each time in an order that the specification allows, and every ending occurs', async () => {
    const arena = await openArena('documents');
    try {
      const { illegal, violations, endings, won, ok } = await raceForEndings(arena, 100);
      expect(illegal).toEqual([]);
      expect(violations).toEqual([]);
      expect(Object.keys(endings).toSorted()).toEqual(['expired', 'fulfilled', 'released']);
      expect(Object.keys(won).toSorted()).toEqual(['confirm', 'convert', 'deduct', 'extend', 'release', 'sweep']);
      expect(ok).toBe(true);
    } finally {
      await arena.close();
    }
  }, 90_000);
});
