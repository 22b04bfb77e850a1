/** The share of the fault harness that every test run makes; `npm run -s faults` makes all of it. */
import { describe, expect, it } from 'vitest';
import { catalogue, voided } from './catalogue.ts';
import { runFaults } from './run-faults.ts';

const number = (id: string) => Number(id.slice(1));
const fast = catalogue.filter(({ isFast }) => isFast === true);

describe('the catalogue of faults', () => {
  it('has every row of reliability.md section 5 once, run or void', () => {
    const ids = [...catalogue, ...voided].map(({ id }) => number(id)).toSorted((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 64 }, (_, each) => each + 1));
  });
});

it(`${fast.length} faults happen, and after each everything holds`, async () => {
  const signal = AbortSignal.timeout(240_000);
  const { ran, notRun } = await runFaults({ faults: fast, signal, onRan: () => undefined });
  expect(ran.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`))).toEqual([]);
  expect(ran.every(({ happened }) => happened > 0)).toBe(true);
  expect([...ran, ...notRun].length).toBe(fast.length);
  expect(fast.length).toBeGreaterThanOrEqual(12);
}, 300_000);
