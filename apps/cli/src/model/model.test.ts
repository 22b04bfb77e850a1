/** The model in small: the engine agrees with the oracle, and an engine with one broken rule does not. */
import { runModel } from '@granary/testkit/model/run-model';
import type { Group } from '@granary/testkit/model/weights';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenOperations } from './broken-operations.ts';
import { brokenRules, withBrokenRule } from './broken-rules.ts';
import { openEmptyDatabase, type EmptyDatabase } from './empty-database.ts';
import { subjectsOn } from './model-subject.ts';
import { printReport } from './print-report.ts';

const strategies = ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'];

/** Which calls meet a broken rule soonest; a run without a word here meets it soon enough. */
const closely: Readonly<Record<string, readonly Group[]>> = {
  'a strategy is ignored': ['reserve', 'inbound'],
  'the sweep does nothing': ['reserve', 'sweep', 'clock'],
  'a confirmation forgets to confirm': ['reserve', 'hold'],
  'a document is taken back by another number': ['document', 'sell'],
  'a lock holds one unit of each batch': ['lock', 'inbound'],
  'the sweep of locks does nothing': ['lock', 'sweep', 'clock'],
  'a corrected date is forgotten': ['batch'],
  'the sweep of batches does nothing': ['inbound', 'sweep', 'clock'],
  'a recall ends as soon as it has begun': ['batch'],
  'a bundle has one of each part': ['assembly'],
  'a cap is forgotten': ['assembly'],
  'a named batch is not the one that is damaged': ['document'],
  'an operation freezes one batch alone': ['lock'],
  'an adjustment is one unit off': ['adjustment'],
  'a count of yesterday is accepted': ['adjustment'],
  'goods go back to a supplier without their purchase': ['document'],
  'a return forgets what it comes back from': ['document', 'sell'],
  'a split makes one child': ['batch'],
  'a receipt of a part takes in everything': ['transfer'],
  'what a cancelled transfer carried is lost': ['transfer'],
};

/** Enough to meet every rule; the first disagreement ends it. */
const BROKEN = { allowNegative: false, runs: 80, commands: 60, seed: 1, shrinkMs: 0, inspectEvery: 100 };

let database: EmptyDatabase;
beforeAll(async () => {
  database = await openEmptyDatabase('model');
});
afterAll(() => database?.close());

describe('the model', () => {
  it.each([
    ['refused', false],
    ['owed', true],
  ])(
    'finds no call on which engine and oracle disagree where what is short is %s',
    async (_how, allowNegative) => {
      const open = subjectsOn(database, { allowNegative });
      const report = await runModel({ open, allowNegative, strategies, runs: 6, commands: 50, seed: 20_261_120 });
      expect(report.failure === undefined ? 'they agree' : printReport(report)).toBe('they agree');
      expect(report.calls).toBeGreaterThan(150);
    },
    120_000,
  );

  it.each(Object.entries({ ...brokenRules, ...brokenOperations }))(
    'notices when %s',
    { timeout: 120_000 },
    async (name, breakRule) => {
      const open = withBrokenRule(subjectsOn(database, { allowNegative: false }), breakRule);
      const report = await runModel({ ...BROKEN, open, strategies, focus: closely[name] ?? [] });
      expect(report.failure?.message).toContain('Mismatch');
    },
  );

  it('notices when what is short is sold although nobody allowed it', { timeout: 120_000 }, async () => {
    const subjects = subjectsOn(database, { allowNegative: true });
    const open = async () => ({ ...(await subjects()), allowNegative: false });
    const report = await runModel({ ...BROKEN, open, strategies });
    expect(report.failure?.message).toContain('Mismatch');
  });
});
