/** What arrives pays what is owed: no more than arrived, no more than is owed, and only of the batch that arrived. */
import { expect, test } from 'vitest';
import { COMMAND, draftWith, moves, unsoundness } from '../testing/draft-fixture.ts';
import { levelOf } from './draft.ts';
import { settleDeficit } from './settle-deficit.ts';

const at = { skuId: 'S', locationId: 'default' };

const cases: readonly (readonly [string, { deficit: number; quantity: number; locked?: number }, number])[] = [
  ['nothing owed', { deficit: 0, quantity: 5 }, 0],
  ['less owed than arrived', { deficit: 2, quantity: 5 }, 2],
  ['more owed than arrived', { deficit: 9, quantity: 5 }, 5],
  ['more owed than is free of the batch', { deficit: 9, quantity: 5, locked: 7 }, 3],
];

test.each(cases)('%s', (_what, { deficit, quantity, locked = 0 }, expected) => {
  const draft = draftWith({
    levels: [{ locationId: 'default', deficit }],
    batches: [{ batchId: 'b', onHand: 10, locked }],
  });
  const why = { commandId: COMMAND, documentId: 'D', batchId: 'b', quantity };
  expect(settleDeficit(draft, why)).toBe(expected);
  expect(levelOf(draft, at)).toMatchObject({ deficit: deficit - expected, onHand: 10 - expected });
  expect(moves(draft)).toEqual(expected === 0 ? [] : [`settle b ${-expected} 0`]);
  expect(draft.onHandChanges.map(({ onHandDelta, deficitDelta }) => [onHandDelta, deficitDelta])).toEqual(
    expected === 0 ? [] : [[-expected, -expected]],
  );
  expect(unsoundness(draft)).toEqual([]);
});
