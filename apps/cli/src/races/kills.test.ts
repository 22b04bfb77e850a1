import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arena, openArena } from './arena.ts';
import { killAmidWork } from './kills.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena('documents');
});
afterAll(() => arena?.close());

describe('four processes, killed amid their work', () => {
  it('lose nothing that was acknowledged: once anywhere, once between a COMMIT and its answers', async () => {
    const result = await killAmidWork(arena, { kills: 2, seed: 7 });
    expect(result).toMatchObject({ kills: 2, lost: [], problems: [], ok: true });
    expect(result.acknowledged).toBeGreaterThan(50);
    expect(result.unknown).toBeGreaterThan(0);
  }, 120_000);
});
