import { describe, expect, it } from 'vitest';
import { openArena } from './arena.ts';
import { meetOverdueHolds } from './overdue.ts';

describe('an overdue hold that no sweep has seen', () => {
  it('is expired once by whatever meets it first, eight callers at a time', async () => {
    const arena = await openArena('documents');
    try {
      const met = await meetOverdueHolds(arena);
      expect(met.length).toBeGreaterThan(12);
      expect(met.filter(({ ok }) => !ok)).toEqual([]);
    } finally {
      await arena.close();
    }
  }, 90_000);
});
