/** The sweep of batches: at once again while something is due, and a rest when nothing is. */
import { expect, test } from 'vitest';
import { createBatchSweep } from './batch-sweep.ts';

test('goes on at once until nothing is due, in bounded rounds, and tells who sweeps', async () => {
  let due = 245;
  const seen: unknown[] = [];
  const batches = {
    expireDue: ({ limit }: { limit: number }, { caller }: { caller: { agent: string | null } }) => {
      const expired = Math.min(limit, due);
      due -= expired;
      seen.push([limit, expired, caller.agent]);
      return Promise.resolve({ expired, batchIds: [] });
    },
  };
  const domain = { batches } as unknown as Parameters<typeof createBatchSweep>[0]['domain'];
  const { round } = createBatchSweep({ domain, log: () => undefined, intervalMs: 1000 });
  expect([await round(), await round(), await round(), await round()]).toEqual([0, 0, 0, 1000]);
  expect(seen).toEqual([100, 100, 45, 0].map((expired) => [100, expired, 'granary-worker']));
});
