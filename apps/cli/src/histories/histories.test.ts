/** The short form of `npm run -s histories`: what is told over two api processes, while things break, fits one order of the calls. */
import { expect, it } from 'vitest';
import { runHistories } from './run-histories.ts';
import { told } from './told.ts';

it('ten histories under faults are each explained by one order', { timeout: 240_000 }, async () => {
  const report = await runHistories({
    ...{ count: 10, operations: 100, clients: 8, seed: 20_261, plants: 10, signal: new AbortController().signal },
    ...{ troubles: ['none', 'answers to COMMIT cut', 'database killed', 'redis killed'], onProgress: () => undefined },
  });
  expect(report.violations.length === 0 ? '' : told(report)).toBe('');
  expect(report).toMatchObject({ histories: 10, operations: 1000, undecided: 0 });
  const happened = Object.fromEntries(report.rounds.map((round) => [round.trouble, round.happened]));
  expect(happened['answers to COMMIT cut']).toBeGreaterThan(0);
  for (const { planted, caught } of Object.values(report.planted)) expect(caught).toBe(planted);
  expect(report.planted['double confirm'].planted).toBeGreaterThan(5);
});
