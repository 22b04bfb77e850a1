/** Held still: who is told of which lock, and what of a hold may leave all the same. */
import { describe, expect, test } from 'vitest';
import type { Draft } from './draft.ts';
import { COMMAND, draftWith, hold, moves, unsoundness } from '../testing/draft-fixture.ts';
import { firstFrozenConflict, frozenConflict } from './frozen.ts';
import { heldConflict } from './frozen-hold.ts';
import { decideHoldCalls } from './hold-calls.ts';

const frozen = { status: 'frozen', frozenBy: 'LOCK' } as const;
const holding = (of: Record<string, number>): Draft =>
  draftWith({ batches: [{ batchId: 'a', ...frozen }, { batchId: 'b' }], holds: [hold({ reservationId: 'r', of })] });

test.each(['available', 'expired', 'merged'] as const)('what is %s is held still by nobody', (status) => {
  expect(frozenConflict({ batchId: 'a', batchNo: 'A', status, frozenBy: null })).toBeUndefined();
});

test('a frozen batch names its lock, and a frozen one without a lock is a bug', () => {
  const conflict = frozenConflict({ batchId: 'a', batchNo: 'A', ...frozen });
  expect(conflict).toMatchObject({ code: 'INV_016', details: { lockId: 'LOCK' } });
  expect(() => frozenConflict({ batchId: 'a', batchNo: 'A', status: 'frozen', frozenBy: null })).toThrow(
    'names no lock',
  );
});

test('of several batches the first frozen one is told', () => {
  const batches = [holding({}).batches.get('b'), holding({}).batches.get('a')].flatMap((batch) => batch ?? []);
  expect(firstFrozenConflict(batches)).toMatchObject({ details: { lockId: 'LOCK' } });
});

describe('of a hold on a frozen and on a free batch', () => {
  test.each([
    [1, undefined],
    [3, undefined],
    [4, 'lockConflict'],
    [7, 'lockConflict'],
  ])('%i to leave meets %s', (quantity, kind) => {
    const draft = holding({ a: 4, b: 3 });
    const [held] = draft.holds.values();
    expect(held && heldConflict(draft, held, { quantity })?.kind).toBe(kind);
  });

  test('what leaves is not the frozen part, though its line comes first', () => {
    const draft = holding({ a: 4, b: 3 });
    const call = { verb: 'deduct', quantity: 2, occurredAt: undefined } as const;
    const [outcome] = decideHoldCalls(draft, [{ commandId: COMMAND, target: { id: 'r' }, call }]);
    expect(outcome?.ok).toBe(true);
    expect(moves(draft)).toEqual(['deduct b -2 -2']);
    expect(unsoundness(draft)).toEqual([]);
  });

  test('a release gives back all of it', () => {
    const draft = holding({ a: 4, b: 3 });
    decideHoldCalls(draft, [{ commandId: COMMAND, target: { id: 'r' }, call: { verb: 'release', reason: null } }]);
    expect(moves(draft)).toEqual(['release a 0 -4', 'release b 0 -3']);
    expect(draft.batches.get('a')).toMatchObject({ status: 'frozen', reserved: 0 });
  });
});
