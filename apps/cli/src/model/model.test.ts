/** The model in small: the engine agrees with the oracle, and an engine with one broken rule does not. */
import { COMMAND_NAMES } from '@granary/testkit/model/command-names';
import { runModel } from '@granary/testkit/model/run-model';
import type { Group } from '@granary/testkit/model/weights';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenOperations } from './broken-operations.ts';
import { brokenPieces } from './broken-pieces.ts';
import { brokenRules, withBrokenRule } from './broken-rules.ts';
import { openEmptyDatabase, type EmptyDatabase } from './empty-database.ts';
import { subjectsOn } from './model-subject.ts';
import { printReport } from './print-report.ts';

const strategies = ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'];

/** Which calls meet a broken rule soonest; a run without a word here meets it soon enough. */
const closely: Readonly<Record<string, readonly Group[]>> = {
  'an idempotency key is forgotten': ['inbound', 'replay'],
  'a place is ignored': ['reserve', 'inbound'],
  'shelf life is ignored': ['reserve', 'inbound'],
  'a quality is ignored': ['reserve', 'inbound'],
  'a merge gives the target another number': ['batch', 'inbound'],
  'a released lock stays': ['lock'],
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
  'a piece that is named is not the one that is sold': ['piece'],
  'a piece that is named is not the one that is deducted': ['piece', 'reserve'],
  'a split does not ask which pieces': ['piece'],
  'a piece forgets its first day': ['piece'],
  'what arrives was never expected': ['expected'],
  'what was called off is still expected': ['expected'],
  'nobody tells what comes next': ['expected', 'reserve'],
  'anybody may tell late what happened': ['inbound'],
  'a virtual SKU is cut off from what is held of it': ['assembly'],
};

/** Enough to meet every rule; the first disagreement ends it. */
const BROKEN = { allowNegative: false, runs: 80, commands: 60, seed: 1, shrinkMs: 0, inspectEvery: 100 };

let database: EmptyDatabase;
beforeAll(async () => {
  database = await openEmptyDatabase('model');
});
afterAll(() => database?.close());

describe('the model', () => {
  const answered = new Map<string, number>();

  it.each<[how: string, allowNegative: boolean, focus: readonly Group[]]>([
    ['refused', false, []],
    ['owed', true, []],
    ['looked at', false, ['reading', 'assembly', 'document']],
  ])(
    'finds no call on which engine and oracle disagree where what is short is %s',
    async (_how, allowNegative, focus) => {
      const open = subjectsOn(database, { allowNegative });
      const report = await runModel({
        open,
        allowNegative,
        strategies,
        focus,
        runs: 10,
        commands: 50,
        seed: 20_261_120,
      });
      expect(report.failure === undefined ? 'they agree' : printReport(report)).toBe('they agree');
      expect(report.calls).toBeGreaterThan(150);
      for (const [name, results] of Object.entries(report.tally.commands))
        for (const times of Object.values(results)) answered.set(name, (answered.get(name) ?? 0) + times);
    },
    120_000,
  );

  it('makes every call at least once', () => {
    expect(COMMAND_NAMES.filter((name) => (answered.get(name) ?? 0) === 0)).toEqual([]);
  });

  it.each(Object.entries({ ...brokenRules, ...brokenOperations, ...brokenPieces }))(
    'notices when %s',
    { timeout: 120_000 },
    async (name, breakRule) => {
      const open = withBrokenRule(subjectsOn(database, { allowNegative: false }), breakRule);
      const report = await runModel({ ...BROKEN, open, strategies, focus: closely[name] ?? [] });
      expect(report.failure?.message).toContain('Mismatch');
    },
  );

  it.each([
    ['a business document may hold any number of goods', { holdMaxPerBusiness: 0 }],
    ['a business document may hold all there is', { holdMaxSharePercent: 100 }],
    ['an actor may hold any number of goods', { holdMaxPerToken: 0 }],
  ])('notices when %s', { timeout: 120_000 }, async (_what, caps) => {
    const open = subjectsOn(database, { allowNegative: false, caps });
    const report = await runModel({ ...BROKEN, open, strategies, focus: ['reserve'] });
    expect(report.failure?.message).toContain('Mismatch');
  });

  it('notices when what is short is sold although nobody allowed it', { timeout: 120_000 }, async () => {
    const subjects = subjectsOn(database, { allowNegative: true });
    const open = async () => ({ ...(await subjects()), allowNegative: false });
    const report = await runModel({ ...BROKEN, open, strategies });
    expect(report.failure?.message).toContain('Mismatch');
  });
});
