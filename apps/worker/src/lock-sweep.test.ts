/** The sweep of locks: at once again while something is due, and a rest when nothing is. */
import { expect, test } from 'vitest';
import { createLockSweep } from './lock-sweep.ts';

test('goes on at once until nothing is due, in bounded rounds, and tells who sweeps', async () => {
  let due = 45;
  const seen: unknown[] = [];
  const locks = {
    expireDue: ({ limit }: { limit: number }, { caller }: { caller: { agent: string | null } }) => {
      const expired = Math.min(limit, due);
      due -= expired;
      seen.push([limit, expired, caller.agent]);
      return Promise.resolve({ expired, lockIds: [] });
    },
  };
  const domain = { locks } as unknown as Parameters<typeof createLockSweep>[0]['domain'];
  const { round } = createLockSweep({ domain, log: () => undefined, intervalMs: 1000 });
  expect([await round(), await round(), await round(), await round()]).toEqual([0, 0, 0, 1000]);
  expect(seen).toEqual([20, 20, 5, 0].map((expired) => [20, expired, 'granary-worker']));
});
