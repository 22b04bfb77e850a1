import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arena, openArena } from './arena.ts';
import { keyRaces, raceForKey } from './keys.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena('documents');
});
afterAll(() => arena?.close());

describe('fifty calls that mean one', () => {
  it.each(keyRaces)('have one effect and one answer: %s', async (race) => {
    expect(await raceForKey(arena, race)).toMatchObject({
      callers: 50,
      answers: 1,
      effects: race === 'the first one fails' ? 0 : 1,
      killed: race.includes('killed') ? 'SIGKILL' : null,
      problems: [],
      ok: true,
    });
  });
});
