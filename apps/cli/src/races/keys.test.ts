import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arena, openArena } from './arena.ts';
import { firsts, raceForKey } from './keys.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena('documents');
});
afterAll(() => arena?.close());

describe('one idempotency key, fifty calls at once', () => {
  it.each(firsts)('has one effect and one answer when the first one %s', async (first) => {
    expect(await raceForKey(arena, first)).toMatchObject({
      callers: 50,
      answers: 1,
      effects: first === 'fails' ? 0 : 1,
      killed: first === 'is killed after COMMIT' ? 'SIGKILL' : null,
      violations: [],
      problem: null,
      ok: true,
    });
  });
});
