/** The round of checkpoints: at once again while there is more to seal, and each one told. */
import { expect, test } from 'vitest';
import { createCheckpointing } from './checkpointing.ts';

test('goes on at once while there is more, copies each round, and tells what was made', async () => {
  const made = [{ no: 1, isWhole: false }, { no: 2, isWhole: true }, null];
  const asked: unknown[] = [];
  const told: unknown[] = [];
  const checkpoints = {
    sealDue: async (round: unknown) => {
      asked.push(round);
      return made.shift() ?? null;
    },
    archive: async () => void asked.push('archive'),
  };
  const domain = { checkpoints } as unknown as Parameters<typeof createCheckpointing>[0]['domain'];
  const log = (level: string, _message: string, facts?: object) => void told.push([level, facts]);
  const { round } = createCheckpointing({ domain, log, holder: 'w', everySeconds: 3600 });
  expect([await round(), await round(), await round()]).toEqual([0, 20_000, 20_000]);
  expect(asked.filter((each) => each === 'archive').length).toBe(3);
  expect(asked[0]).toEqual({ holder: 'w', leaseMs: 60_000, everySeconds: 3600 });
  expect(told).toEqual([
    ['info', { no: 1, isWhole: false }],
    ['info', { no: 2, isWhole: true }],
  ]);
});
