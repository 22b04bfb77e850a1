/** The model in small: the engine agrees with the oracle, and an engine with one broken rule does not. */
import { COMMAND_NAMES } from '@granary/testkit/model/command-names';
import { playScene } from '@granary/testkit/model/play-scenes';
import { runModel } from '@granary/testkit/model/run-model';
import { OTHERS, type SceneName, SHORTAGES } from '@granary/testkit/model/scenes';
import type { OpenSubject } from '@granary/testkit/model/subject';
import { createTally, type Tally } from '@granary/testkit/model/tally';
import type { Group } from '@granary/testkit/model/weights';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenOperations } from './broken-operations.ts';
import { brokenPieces } from './broken-pieces.ts';
import { brokenRules, withBrokenRule } from './broken-rules.ts';
import { openEmptyDatabase, type EmptyDatabase } from './empty-database.ts';
import { type HoldCaps, subjectsOn } from './model-subject.ts';
import { printReport } from './print-report.ts';

const strategies = ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'];

/** The scenes that notice a broken rule. */
const noticedBy: Readonly<Record<string, readonly SceneName[]>> = {
  'an idempotency key is forgotten': ['a deduct of a part'],
  'a strategy is ignored': ['a strategy decides'],
  'a place is ignored': ['a place decides'],
  'shelf life is ignored': ['a shelf life decides'],
  'a quality is ignored': ['a quality decides'],
  'a deadline is ignored': ['a deadline is kept'],
  'the sweep does nothing': ['more due than the sweep may take'],
  'a release ships the goods': ['a hold ends by hand, or lives on'],
  'a confirmation forgets to confirm': ['a sale that leaves some of its confirmed and active holds'],
  'a list loses its last row': ['holds are listed to the last'],
  'a return forgets what it comes back from': ['goods come back from what they left by'],
  'goods go back to a supplier without their purchase': ['goods leave for other reasons'],
  'a named batch is not the one that is damaged': ['goods leave for other reasons'],
  'a document is taken back by another number': ['a document taken back'],
  'a lock holds one unit of each batch': ['a lock is answered as it is'],
  'an operation freezes one batch alone': ['an operation holds several batches still'],
  'a released lock stays': ['held goods are frozen'],
  'the sweep of locks does nothing': ['locks end at their deadline'],
  'a merge gives the target another number': ['held goods are merged'],
  'a split makes one child': ['a batch of which goods are held is split'],
  'a corrected date is forgotten': ['a corrected date brings goods back'],
  'the sweep of batches does nothing': ['a corrected date brings goods back'],
  'a recall ends as soon as it has begun': ['a recalled hold finds nothing'],
  'an adjustment is one unit off': ['stock is corrected'],
  'a count of yesterday is accepted': ['a count that changes nothing'],
  'a bundle has one of each part': ['what is made of others is defined and removed'],
  'a cap is forgotten': ['what is made of others is defined and removed'],
  'a receipt of a part takes in everything': ['a part of a transfer arrives'],
  'what a cancelled transfer carried is lost': ['a transfer on its way comes back'],
  'a piece that is named is not the one that is sold': ['pieces are named that shall leave'],
  'a piece that is named is not the one that is deducted': ['pieces leave a hold by name'],
  'a split does not ask which pieces': ['pieces are split off by name'],
  'a piece forgets its first day': ['a piece tells what it has been'],
  'what arrives was never expected': ['a part of what was expected arrives'],
  'what was called off is still expected': ['what is expected changes and is called off'],
  'nobody tells what comes next': ['what is short is told of what comes next'],
  'anybody may tell late what happened': ['somebody tells late what happened'],
  'a virtual SKU is cut off from what is held of it': ['a definition changes while units of it are held'],
};

let database: EmptyDatabase;
beforeAll(async () => {
  database = await openEmptyDatabase('model');
});
afterAll(() => database?.close());

/** Plays scenes, and says by name what is wrong with which. */
async function wrongIn(names: readonly SceneName[], open: OpenSubject, tally: Tally = createTally([], false)) {
  const wrong: Record<string, string> = {};
  for (const name of names) {
    const told = await playScene(name, { open, strategies, tally });
    if (told !== undefined) wrong[name] = told;
  }
  return wrong;
}

describe('the model', () => {
  it.each<[how: string, allowNegative: boolean, focus: readonly Group[]]>([
    ['refused', false, []],
    ['owed', true, []],
    ['looked at', false, ['reading', 'assembly', 'document']],
  ])(
    'finds no call on which engine and oracle disagree where what is short is %s',
    async (_how, allowNegative, focus) => {
      const open = subjectsOn(database, { allowNegative });
      const drawn = { runs: 6, commands: 50, seed: 20_261_120 };
      const report = await runModel({ open, allowNegative, strategies, focus, ...drawn });
      const said = { deficits: allowNegative, engine: undefined, inspectEvery: 10, ...drawn };
      expect(report.failure === undefined ? 'they agree' : printReport(report, said)).toBe('they agree');
      expect(report.calls).toBeGreaterThan(150);
    },
    120_000,
  );

  it('makes every call, is told every refusal and meets every rare situation in its scenes', async () => {
    const tally = createTally(COMMAND_NAMES, true);
    expect(await wrongIn(OTHERS, subjectsOn(database, { allowNegative: false }), tally)).toEqual({});
    expect(await wrongIn(SHORTAGES, subjectsOn(database, { allowNegative: true }), tally)).toEqual({});
    expect(tally.missing()).toEqual([]);
  }, 120_000);

  it.each(Object.entries({ ...brokenRules, ...brokenOperations, ...brokenPieces }))(
    'notices when %s',
    async (name, breakRule) => {
      const open = withBrokenRule(subjectsOn(database, { allowNegative: false }), breakRule);
      const scenes = noticedBy[name] ?? [];
      const wrong = await wrongIn(scenes, open);
      expect(Object.keys(wrong)).toEqual(scenes);
      for (const told of Object.values(wrong)) expect(told).toContain('Mismatch');
    },
  );

  it.each<[what: string, caps: Partial<HoldCaps>, scene: SceneName]>([
    ['may hold any number of goods', { holdMaxPerBusiness: 0 }, 'a business document holds too many'],
    ['may hold all there is', { holdMaxSharePercent: 100 }, 'a business document holds too large a share'],
    ['may gather all there is', { holdMaxSharePercent: 100 }, 'a conversion gathers too large a share'],
    ['may hold any number of goods for many', { holdMaxPerToken: 0 }, 'an actor holds too many'],
  ])('notices when somebody %s', async (_what, caps, scene) => {
    const wrong = await wrongIn([scene], subjectsOn(database, { allowNegative: false, caps }));
    expect(wrong[scene]).toContain('Mismatch');
  });

  it('notices when what is short is sold although nobody allowed it', async () => {
    const subjects = subjectsOn(database, { allowNegative: true });
    const scene = 'overdue holds in the way of a call that is short even so';
    const wrong = await wrongIn([scene], async () => ({ ...(await subjects()), allowNegative: false }));
    expect(wrong[scene]).toContain('Mismatch');
  });
});
