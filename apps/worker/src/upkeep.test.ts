/** The daily work: asked for now and then, told when it began, and never started by two workers at once (the engine sees to that). */
import { expect, test } from 'vitest';
import { createUpkeep } from './upkeep.ts';

test('a round asks whether it is time, says what began, and rests', async () => {
  const answers = [null, { id: 'JOB', isNew: true }];
  const callers: unknown[] = [];
  const lines: unknown[] = [];
  const upkeep = createUpkeep({
    domain: {
      maintenance: {
        startDue: (call) => {
          callers.push(call.caller);
          return Promise.resolve(answers.shift() ?? null);
        },
        resealSecrets: () => Promise.resolve({ resealed: 2, left: 1 }),
      },
    },
    log: (level, message, facts) => void lines.push([level, message, facts]),
    intervalMs: 1234,
  });
  expect([await upkeep.round(), await upkeep.round()]).toEqual([1234, 1234]);
  expect(callers).toMatchObject([{ actor: 'local', address: null, agent: 'granary-worker' }, { actor: 'local' }]);
  expect(lines).toEqual([
    // Only in the second round: a rolling restart is over by then.
    ['info', 'secrets of webhooks were sealed anew with the first key', { resealed: 2 }],
    ['warn', 'ENCRYPTION_KEYS lacks a key that sealed secrets of webhooks', { left: 1 }],
    ['info', 'the daily prune has been started', { jobId: 'JOB' }],
  ]);
});
