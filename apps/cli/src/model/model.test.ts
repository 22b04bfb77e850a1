/** The model in small: the engine agrees with the oracle, and an engine with one broken rule does not. */
import { runModel } from '@granary/testkit/model/run-model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRules, withBrokenRule } from './broken-rules.ts';
import { openEmptyDatabase, type EmptyDatabase } from './empty-database.ts';
import { subjectsOn } from './model-subject.ts';
import { printReport } from './print-report.ts';

const strategies = ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'];

let database: EmptyDatabase;
beforeAll(async () => {
  database = await openEmptyDatabase('model');
});
afterAll(() => database?.close());

describe('the model', () => {
  it('finds no call on which engine and oracle disagree', { timeout: 120_000 }, async () => {
    const report = await runModel({ open: subjectsOn(database), strategies, runs: 12, commands: 60, seed: 20_261_120 });
    expect(report.failure === undefined ? 'they agree' : printReport(report)).toBe('they agree');
    expect(report.calls).toBeGreaterThan(300);
  });

  it.each(Object.entries(brokenRules))('notices when %s', { timeout: 120_000 }, async (_name, breakRule) => {
    const open = withBrokenRule(subjectsOn(database), breakRule);
    const report = await runModel({ open, strategies, runs: 60, commands: 60, seed: 1, shrinkMs: 0 });
    expect(report.failure?.message).toContain('Mismatch');
  });
});
