/** Every bench in its shortest form: that it runs, counts right, and finds the sums exact. How fast anything is, is not asked here. */
import { needsShared } from '@granary/testkit/shared-folder';
import { describe, expect, it } from 'vitest';
import type { BenchContext, BenchResult } from './bench.ts';
import { isMet } from './bench.ts';
import { benches } from './registry.ts';

const shortly: BenchContext = {
  say: () => undefined,
  progress: () => ({ at: () => undefined, end: () => undefined }),
  signal: new AbortController().signal,
  rounds: 1,
  seconds: 0.05,
  callers: [4],
  sized: (whole) => Math.max(1, Math.round(whole / 1000)),
};

/** Goals that nothing may miss, however slow: lost units, broken invariants, failed calls. */
function wrong({ goals }: BenchResult): readonly string[] {
  return goals.filter((goal) => goal.limit === 0 && !isMet(goal)).map(({ name, measured }) => `${name}: ${measured}`);
}

async function run(name: string): Promise<BenchResult> {
  const bench = benches.find((each) => each.name === name);
  if (bench === undefined) throw new Error(`no bench ${name}`);
  return await bench.run(shortly);
}

const itWithShared = needsShared(it);

describe('in its shortest form', () => {
  it.each(['reserve', 'many', 'processes', 'allocate', 'sweep', 'http', 'read', 'redlock', 'growth'])(
    'bench %s runs, loses nothing and gives nothing twice',
    async (name) => {
      const result = await run(name);
      expect(wrong(result)).toEqual([]);
      expect(result.goals.every(({ measured }) => Number.isFinite(measured))).toBe(true);
    },
  );

  itWithShared('bench mixed runs, and the stock is that of the file', mixesExactly);
});

async function mixesExactly(): Promise<void> {
  expect(wrong(await run('mixed'))).toEqual([]);
}
