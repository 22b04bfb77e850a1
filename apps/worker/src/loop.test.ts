import { expect, it } from 'vitest';
import { startLoop } from './loop.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function logged() {
  const lines: string[] = [];
  return { lines, log: (level: string, message: string) => void lines.push(`${level}: ${message}`) };
}

it('goes on at once while there is work, and rests when there is none', async () => {
  const { log } = logged();
  const at: number[] = [];
  const loop = startLoop({
    name: 'test',
    log,
    round: () => {
      at.push(performance.now());
      return Promise.resolve(at.length < 5 ? 0 : 10_000);
    },
  });
  await expect.poll(() => loop.rounds(), { timeout: 5_000 }).toBe(5);
  await pause(50);
  expect(loop.rounds()).toBe(5);
  await loop.stop();
});

it('survives failing rounds, waits longer after each, and tells when it works again', async () => {
  const { log, lines } = logged();
  const at: number[] = [];
  const loop = startLoop({
    name: 'test',
    log,
    firstBackoffMs: 20,
    longestBackoffMs: 80,
    round: () => {
      at.push(performance.now());
      return at.length <= 5 ? Promise.reject(new Error('away')) : Promise.resolve(10_000);
    },
  });
  await expect.poll(() => at.length, { timeout: 5_000 }).toBe(6);
  await loop.stop();
  const pauses = at.slice(1).map((moment, index) => moment - (at[index] ?? 0));
  // Doubling from 20 to 80, each a quarter shorter or longer at most.
  expect(pauses.map((ms, index) => ms >= Math.min(20 * 2 ** index, 80) * 0.7)).toEqual([true, true, true, true, true]);
  expect(loop.failures()).toBe(5);
  expect(lines.at(-1)).toBe('info: test works again');
});

it('does not end before the round under way has ended, and starts no other', async () => {
  const { log } = logged();
  let ended = 0;
  const loop = startLoop({
    name: 'test',
    log,
    round: async () => {
      await pause(100);
      ended += 1;
      return 0;
    },
  });
  await pause(20);
  await loop.stop();
  expect(ended).toBe(1);
  await pause(120);
  expect(ended).toBe(1);
});

it('is woken from its rest by the stop', async () => {
  const { log } = logged();
  const loop = startLoop({ name: 'test', log, round: () => Promise.resolve(60_000) });
  await pause(20);
  const start = performance.now();
  await loop.stop();
  expect(performance.now() - start).toBeLessThan(1_000);
});
