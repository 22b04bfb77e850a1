/** The corrections of costs: one part follows the other at once, and whoever was overtaken rests. */
import { expect, test } from 'vitest';
import { createRecosting } from './recosting.ts';

const part = { skuId: 'A', corrections: 1000, isOver: false, isOvertaken: false, gaveUp: null };

test('goes on at once while parts are left, rests when overtaken or done, and tells what was given up', async () => {
  const steps = [
    part,
    { ...part, isOver: true },
    { ...part, isOvertaken: true },
    { ...part, isOver: true, gaveUp: 'it was not there' },
    undefined,
  ];
  const agents: unknown[] = [];
  const cost: Parameters<typeof createRecosting>[0]['cost'] = {
    recosting: () => (call) => {
      agents.push(call.caller.agent);
      return Promise.resolve(steps.shift());
    },
  };
  const logged: unknown[] = [];
  const { round } = createRecosting({ cost, log: (level) => void logged.push(level), intervalMs: 1000 });
  expect([await round(), await round(), await round(), await round(), await round()]).toEqual([0, 0, 1000, 0, 1000]);
  expect(logged).toEqual(['info', 'warn']);
  expect(new Set(agents)).toEqual(new Set(['granary-worker']));
});
