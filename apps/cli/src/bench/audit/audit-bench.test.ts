/** The short form of `npm run -s bench -- audit`: fifty thousand rows; a million take minutes. */
import { expect, test } from 'vitest';
import { isMet } from '../bench.ts';
import { auditBench } from './audit-bench.ts';

test(
  'an audit of 50,000 rows is verified, and what that costs is told beside the reading of the same rows',
  { timeout: 180_000 },
  async () => {
    const { goals, figures } = await auditBench.run({
      say: () => undefined,
      progress: () => ({ at: () => undefined, end: () => undefined }),
      signal: new AbortController().signal,
      rounds: 1,
      sized: (whole) => Math.max(1, Math.round(whole / 20)),
    });
    // How long it takes beside other tests says nothing: that is for the command to judge.
    expect(goals.filter((goal) => goal.limit === 0 && !isMet(goal))).toEqual([]);
    expect(goals.every(({ measured }) => Number.isFinite(measured))).toBe(true);
    expect(figures).toMatchObject({ skus: 50 });
    expect(Number(figures['commands']) + Number(figures['movements'])).toBeGreaterThanOrEqual(50_000);
  },
);
