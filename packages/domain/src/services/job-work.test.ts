/** Chunks: run through at once or step by step over a saved row, the same work with the same report. */
import { describe, expect, test } from 'vitest';
import { MAX_FINDINGS } from '../rules/job-state.ts';
import { type LongWork, runThrough, type Saved, stepperOf } from './job-work.ts';

interface Report {
  readonly until: number;
  readonly found: readonly number[];
}

/** Counts to `last`, and finds `each` numbers a chunk. */
function counting(last: number, each: number): LongWork<{ at: number }, number, Report> {
  return {
    start: { at: 0 },
    total: () => Promise.resolve(last),
    chunk: ({ at }) =>
      Promise.resolve({
        next: { at: at + 1 },
        isLast: at + 1 === last,
        findings: Array.from({ length: each }, (_, index) => at * each + index),
      }),
    progress: ({ at }) => ({ done: at, rows: at * 2 }),
    report: ({ at }, found) => ({ until: at, found }),
    findings: ({ found }) => found,
  };
}

async function steppedThrough(work: LongWork<{ at: number }, number, Report>) {
  const steps = [];
  let saved: Saved = { cursor: null, report: null };
  for (;;) {
    // A new one for each chunk, as after a takeover.
    const step = await stepperOf(work).step(saved);
    steps.push(step);
    saved = { cursor: step.cursor, report: step.report ?? saved.report };
    if (step.isLast) return { steps, report: JSON.parse(saved.report ?? 'null') as Report };
  }
}

describe('long work', () => {
  test('run through and step by step says the same', async () => {
    const { steps, report } = await steppedThrough(counting(5, 3));
    expect(report).toEqual(await runThrough(counting(5, 3), {}));
    expect(report.found).toEqual(Array.from({ length: 15 }, (_, each) => each));
    expect(steps.map(({ done, rows }) => [done, rows])).toEqual([1, 2, 3, 4, 5].map((at) => [at, at * 2]));
  });

  test('writes a report only when it says more, and at the end', async () => {
    const { steps } = await steppedThrough(counting(3, 0));
    expect(steps.map(({ report }) => report === undefined)).toEqual([true, true, false]);
  });

  test('keeps at most so many findings, the first ones', async () => {
    const { report, steps } = await steppedThrough(counting(4, 400));
    expect(report.found).toEqual(Array.from({ length: MAX_FINDINGS }, (_, each) => each));
    expect(steps.map((step) => step.report?.length !== undefined)).toEqual([true, true, true, true]);
  });

  test('tells of every chunk and stops where it is told to', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const onChunk = ({ at }: { at: number }) => {
      seen.push(at);
      if (at === 2) stop.abort();
    };
    await expect(runThrough(counting(5, 1), { onChunk, signal: stop.signal })).rejects.toThrow('aborted');
    expect(seen).toEqual([1, 2]);
  });
});
