/** Posting: the one way in which stock moves, and the last wall before the database. */
import { describe, expect, test } from 'vitest';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { GENESIS_HASH, type LevelRow } from '../entities/level.ts';
import { after, COMMAND, type DraftFacts, draftWith, NOW, sha256, unsoundness } from '../testing/draft-fixture.ts';
import type { Draft } from './draft.ts';
import { hashedText } from './hash-chain.ts';
import { post } from './post.ts';

function move(draft: Draft, onHandDelta: number, reservedDelta: number): void {
  post(draft, { kind: 'ship', batchId: 'a', onHandDelta, reservedDelta, commandId: COMMAND, documentId: 'D' });
}

function levelOf(draft: Draft): LevelRow {
  const [level] = draft.levels.values();
  if (level === undefined) throw new Error('no level');
  return level;
}

const ten: DraftFacts = { batches: [{ batchId: 'a' }] };

describe('a posting', () => {
  test('moves the batch and its level alike, and writes both balances down', () => {
    const draft = draftWith({ batches: [{ batchId: 'a' }, { batchId: 'b', onHand: 5 }] });
    move(draft, -2, 0);
    expect(draft.batches.get('a')).toMatchObject({ onHand: 8, reserved: 0 });
    expect(draft.batches.get('b')).toMatchObject({ onHand: 5 });
    expect(levelOf(draft)).toMatchObject({ onHand: 13, version: 1, onHandVersion: 1, recordedAt: NOW });
    expect(draft.movements).toMatchObject([{ version: 1, onHand: 13, onHandDelta: -2, batchId: 'a', documentId: 'D' }]);
    expect(draft.changedBatches).toEqual(new Set(['a']));
  });

  test('links its hash to the one before it', () => {
    const draft = draftWith(ten);
    move(draft, -1, 0);
    move(draft, -1, 0);
    const hashes = draft.movements.map(({ hash, ...movement }, at) => {
      const previous = at === 0 ? GENESIS_HASH : (draft.movements[at - 1]?.hash ?? '');
      return [hash, sha256(hashedText(previous, movement))];
    });
    for (const [stored, computed] of hashes) expect(stored).toBe(computed);
    expect(levelOf(draft).headHash).toBe(draft.movements[1]?.hash);
  });

  test('that only holds does not count as a change of what is on hand', () => {
    const draft = draftWith({ ...ten, levels: [{ locationId: 'default', version: 6, onHandVersion: 4 }] });
    post(draft, { kind: 'reserve', batchId: 'a', onHandDelta: 0, reservedDelta: 3, commandId: COMMAND });
    expect(levelOf(draft)).toMatchObject({ version: 7, onHandVersion: 4, reserved: 3 });
    expect(draft.onHandChanges).toEqual([]);
  });

  test('is never recorded before the one it follows, though clocks may be set back', () => {
    const draft = draftWith({ ...ten, levels: [{ locationId: 'default', recordedAt: after(30) }] });
    move(draft, -1, 0);
    expect(draft.movements).toMatchObject([{ recordedAt: after(30), occurredAt: NOW }]);
    expect(levelOf(draft).recordedAt).toBe(after(30));
  });

  test('of a batch that was not loaded is a bug', () => {
    expect(() =>
      post(draftWith(ten), { kind: 'ship', batchId: 'x', onHandDelta: -1, reservedDelta: 0, commandId: COMMAND }),
    ).toThrow(/batch x was not loaded/);
  });
});

describe('a balance out of bounds is stopped', () => {
  test.for<[string, DraftFacts, number, number, RegExp]>([
    ['below nothing on hand', ten, -11, 0, /onHand at -1/],
    ['beyond what a level holds', { batches: [{ batchId: 'a', onHand: MAX_QUANTITY }] }, 1, 0, /onHand at 2147483648/],
    ['below nothing held', ten, 0, -1, /reserved at -1/],
    ['more held than on hand', ten, 0, 11, /hold more than is on hand/],
    [
      'held goods shipped as if they were free',
      { batches: [{ batchId: 'a', reserved: 8 }] },
      -3,
      0,
      /hold more than is on hand/,
    ],
    ['locked goods held', { batches: [{ batchId: 'a', locked: 8 }] }, 0, 3, /hold more than is on hand/],
    [
      'one batch overdrawn at a level that has enough',
      { batches: [{ batchId: 'a', onHand: 1 }, { batchId: 'b' }] },
      -2,
      0,
      /onHand at -1/,
    ],
  ])('%s', ([_what, facts, onHandDelta, reservedDelta, message]) => {
    expect(() => move(draftWith(facts), onHandDelta, reservedDelta)).toThrow(message);
  });

  test('and up to the bound nothing is', () => {
    const draft = draftWith(ten);
    post(draft, { kind: 'reserve', batchId: 'a', onHandDelta: 0, reservedDelta: 10, commandId: COMMAND });
    expect(levelOf(draft)).toMatchObject({ onHand: 10, reserved: 10 });
    post(draft, { kind: 'deduct', batchId: 'a', onHandDelta: -10, reservedDelta: -10, commandId: COMMAND });
    expect(levelOf(draft)).toMatchObject({ onHand: 0, reserved: 0 });
    expect(unsoundness(draft)).toEqual([]);
  });
});
