import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLanes, type LaneJob } from './lanes.ts';

function recorder() {
  const log: string[] = [];
  let running = 0;
  let most = 0;
  const stage =
    (name: string, ms = 1) =>
    async () => {
      running += 1;
      most = Math.max(most, running);
      log.push(`${name} begins`);
      await sleep(ms);
      log.push(`${name} ends`);
      running -= 1;
    };
  const order = (name: string, keys: string[], ms?: number): LaneJob => ({
    keys,
    stages: ['reserve', 'confirm', 'ship'].map((step) => stage(`${name} ${step}`, ms)),
  });
  const single = (name: string, keys: string[]): LaneJob => ({ keys, stages: [stage(name)] });
  const isBefore = (first: string, second: string) => log.includes(first) && log.indexOf(first) < log.indexOf(second);
  return { log, order, single, isBefore, most: () => most };
}

describe('lanes', () => {
  it('lets an order ship while the next one of its SKU is being reserved, each stage in order', async () => {
    const { order, isBefore, log } = recorder();
    const lanes = createLanes({ concurrency: 8 });
    await lanes.add(order('a', ['sku'], 10));
    await lanes.add(order('b', ['sku']));
    await lanes.finish();
    expect(isBefore('a reserve ends', 'b reserve begins')).toBe(true);
    expect(isBefore('b reserve begins', 'a ship ends')).toBe(true);
    expect(isBefore('a ship ends', 'b ship begins')).toBe(true);
    expect(log).toHaveLength(12);
  });

  it('runs a receipt after what came before it and before what comes after it', async () => {
    const { order, single, isBefore } = recorder();
    const lanes = createLanes({ concurrency: 8 });
    for (const job of [order('a', ['x', 'y']), single('receipt', ['y', 'z']), order('b', ['z'])]) await lanes.add(job);
    await lanes.finish();
    expect(isBefore('a ship ends', 'receipt begins')).toBe(true);
    expect(isBefore('receipt ends', 'b reserve begins')).toBe(true);
  });

  it('runs other SKUs side by side, never more stages at once than allowed', async () => {
    const { order, most } = recorder();
    const lanes = createLanes({ concurrency: 4, window: 100 });
    for (let index = 0; index < 20; index += 1) await lanes.add(order(`o${index}`, [`sku${index}`], 3));
    await lanes.finish();
    expect(most()).toBe(4);
  });

  it('stops at the first failure and tells it, whichever call is waiting', async () => {
    const { log, order } = recorder();
    const lanes = createLanes({ concurrency: 2, window: 3 });
    await lanes.add({ keys: ['k'], stages: [() => Promise.reject(new Error('line 7'))] });
    await expect(
      (async () => {
        for (let index = 0; index < 50; index += 1) await lanes.add(order(`o${index}`, ['k']));
      })(),
    ).rejects.toThrow('line 7');
    await expect(lanes.finish()).rejects.toThrow('line 7');
    expect(log).toEqual([]);
  });
});
