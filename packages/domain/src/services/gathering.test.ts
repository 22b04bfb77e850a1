import { expect, test } from 'vitest';
import { createGathering } from './gathering.ts';

/** A load that answers when it is told to. */
function stage() {
  const loads: { readonly keys: readonly string[]; answer(): void; fail(): void }[] = [];
  const gathering = createGathering<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const answer = () => resolve(new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, `of ${key}`])));
        loads.push({ keys, answer, fail: () => reject(new Error('away')) });
      }),
  );
  return { loads, ask: gathering.ask };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('who asks alone is not kept waiting, and who asks meanwhile goes with the next one', async () => {
  const { loads, ask } = stage();
  const early = [ask(['A']), ask(['B'])];
  await settle();
  const late = [ask(['C']), ask(['D', 'A']), ask(['nobody'])];
  await settle();
  expect(loads.map(({ keys }) => keys)).toEqual([['A'], ['B']]);
  loads[0]?.answer();
  await settle();
  expect(loads.map(({ keys }) => keys)).toEqual([['A'], ['B'], ['C', 'D', 'A', 'nobody']]);
  for (const { answer } of loads) answer();
  expect((await early[0])?.get('A')).toBe('of A');
  expect((await late[1])?.get('D')).toBe('of D');
  expect((await late[2])?.has('nobody')).toBe(false);
});

test('a failure is told to those who went along, and to nobody else', async () => {
  const { loads, ask } = stage();
  const [first, second] = [ask(['A']), ask(['B'])];
  await settle();
  const third = ask(['C']);
  loads[0]?.fail();
  await expect(first).rejects.toThrow('away');
  await settle();
  loads[1]?.answer();
  loads[2]?.answer();
  expect((await second).size).toBe(1);
  expect((await third).size).toBe(1);
});

test('no query asks of more than five hundred', async () => {
  const { loads, ask } = stage();
  const busy = [ask(['A']), ask(['B'])];
  const many = (name: string) => Array.from({ length: 300 }, (_, at) => `${name}${at}`);
  const late = [ask(many('x')), ask(many('y'))];
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    for (const { answer } of loads) answer();
  }
  await Promise.all([...busy, ...late]);
  expect(loads.map(({ keys }) => keys.length)).toEqual([1, 1, 300, 300]);
});
