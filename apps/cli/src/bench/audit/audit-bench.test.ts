/** The short form of `npm run -s bench -- audit`: fifty thousand rows; a million take minutes. */
import { expect, test } from 'vitest';
import { isMet } from '../bench.ts';
import { auditBench } from './audit-bench.ts';

test(
  'verifying an audit of 50,000 rows costs no more than the stated multiple of reading them',
  { timeout: 180_000 },
  async () => {
    const { goals, figures } = await auditBench.run({
      say: () => undefined,
      progress: () => ({ at: () => undefined, end: () => undefined }),
      signal: new AbortController().signal,
      rounds: 1,
      sized: (whole) => Math.max(1, Math.round(whole / 20)),
    });
    // The servers of a test run need not flush; what is compared here is reading.
    const missed = goals.filter((goal) => !goal.name.startsWith('each COMMIT is flushed') && !isMet(goal));
    expect(missed.map(({ name, measured, limit }) => `${name}: ${measured}, not ${limit}`)).toEqual([]);
    expect(figures).toMatchObject({ skus: 50 });
    expect(Number(figures['commands']) + Number(figures['movements'])).toBeGreaterThanOrEqual(50_000);
  },
);
