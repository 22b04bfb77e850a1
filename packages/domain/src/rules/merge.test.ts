/** Merging and splitting without a database: what becomes of sums, dates, cost, holds, and that every invariant stays. */
import { describe, expect, test } from 'vitest';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { NEVER } from '../entities/batch.ts';
import { after, type BatchFacts, COMMAND, draftWith, hold, NOW, unsoundness } from '../testing/draft-fixture.ts';
import { batchOf, type Draft } from './draft.ts';
import { decideMerge } from './merge.ts';
import { childNumbers, decideSplit } from './split.ts';

const about = { commandId: COMMAND, documentId: 'DOC', occurredAt: NOW, reason: null };
const merge = (draft: Draft, batchIds: readonly string[], targetBatchNo: string) =>
  decideMerge(draft, { ...about, batchIds, targetBatchNo, known: [] });
const money = (amount: number) => BigInt(Math.round(amount * 1_000_000)) as Money;

describe('the target', () => {
  test.each<[string, Partial<BatchFacts>, Partial<BatchFacts>, object]>([
    ['has the sum', { onHand: 3 }, { onHand: 4 }, { onHand: 7 }],
    ['has the earlier expiry', { expiresAt: after(9) }, { expiresAt: after(5) }, { expiresAt: after(5) }],
    ['is undated only when both are', { expiresAt: NEVER }, { expiresAt: NEVER }, { expiresAt: NEVER }],
    ['has a date when one has', { expiresAt: NEVER }, { expiresAt: after(5) }, { expiresAt: after(5) }],
    [
      'has the earlier production date',
      { producedOn: '2026-02-01' },
      { producedOn: '2026-01-31' },
      { producedOn: '2026-01-31' },
    ],
    [
      'has a production date when one has',
      { producedOn: null },
      { producedOn: '2026-01-31' },
      { producedOn: '2026-01-31' },
    ],
    [
      'was received when the first of them was',
      { receivedAt: after(-9) },
      { receivedAt: after(-5) },
      { receivedAt: after(-9) },
    ],
    [
      'costs the mean by quantity',
      { onHand: 1, unitCost: money(1) },
      { onHand: 3, unitCost: money(2) },
      { unitCost: money(1.75) },
    ],
    ['rounds half up', { onHand: 1, unitCost: 1n as Money }, { onHand: 1, unitCost: 2n as Money }, { unitCost: 2n }],
    [
      'costs what has goods',
      { onHand: 0, unitCost: money(9) },
      { onHand: 3, unitCost: money(2) },
      { unitCost: money(2) },
    ],
    [
      'costs the first of empty ones',
      { onHand: 0, unitCost: money(9) },
      { onHand: 0, unitCost: money(2) },
      { unitCost: money(9) },
    ],
    ['is available', { expiresAt: after(9) }, { expiresAt: after(5) }, { status: 'available' }],
    ['is expired when they are by their date', { expiresAt: NOW }, { expiresAt: after(-5) }, { status: 'expired' }],
    [
      'is expired when they were marked',
      { status: 'expired', expiresAt: after(-1) },
      { status: 'expired', expiresAt: after(-5) },
      { status: 'expired' },
    ],
    [
      'has the attributes that both have alike',
      { attributes: { a: 1, b: [1] } },
      { attributes: { a: 2, b: [1] } },
      { attributes: { b: [1] } },
    ],
    ['has none when one has none', { attributes: { a: 1 } }, { attributes: null }, { attributes: null }],
  ])('%s', (...[, one, other, expected]) => {
    const draft = draftWith({
      batches: [
        { batchId: 'a', ...one },
        { batchId: 'b', ...other },
      ],
    });
    const outcome = merge(draft, ['a', 'b'], 'T');
    if (!outcome.ok) throw outcome.refusal;
    expect(batchOf(draft, outcome.answer.targetId)).toMatchObject({ batchNo: 'T', ...expected });
    expect(unsoundness(draft)).toEqual([]);
  });

  test('keeps what is locked and reserved, and documents say what moved', () => {
    const batches = [{ batchId: 'a', locked: 2 }, { batchId: 'b' }, { batchId: 'c', onHand: 0 }];
    const draft = draftWith({ batches, holds: [hold({ reservationId: 'r', of: { a: 3, b: 4 } })] });
    const outcome = merge(draft, ['a', 'b', 'c'], 'b');
    if (!outcome.ok) throw outcome.refusal;
    expect(outcome.answer.lines.map(({ batchId, quantity }) => [batchId, quantity])).toEqual([
      ['a', -10],
      ['b', 10],
    ]);
    expect(batchOf(draft, 'b')).toMatchObject({ onHand: 20, reserved: 7, locked: 2 });
    expect(draft.holds.get('r')?.lines.map(({ batchId, held }) => [batchId, held])).toEqual([
      ['b', 3],
      ['b', 4],
    ]);
    expect(unsoundness(draft)).toEqual([]);
  });

  test('of a refused merge nothing is changed', () => {
    const draft = draftWith({ batches: [{ batchId: 'a' }, { batchId: 'b', qualityLevel: 'B' }] });
    expect(merge(draft, ['a', 'b'], 'T').ok).toBe(false);
    expect([draft.movements, draft.facts, [...draft.changedBatches]]).toEqual([[], [], []]);
  });
});

test('every batch that was merged is told once, and the versions of its events follow each other', () => {
  const draft = draftWith({
    batches: [
      { batchId: 'a', revision: 4, version: 9 },
      { batchId: 'b', revision: 2, version: 7 },
    ],
  });
  merge(draft, ['a', 'b'], 'b');
  expect(draft.facts.map(({ type, id, from, to }) => [type, id, from, to])).toEqual([
    ['stock.batch.merged', 'a', 4, 5],
    ['stock.batch.updated', 'b', 2, 3],
  ]);
});

describe('a split', () => {
  test.each<[string, number, readonly string[], readonly string[]]>([
    ['begins at one', 2, [], ['L-1', 'L-2']],
    ['passes over what is taken', 2, ['L-1', 'L-3'], ['L-2', 'L-4']],
    ['is not disturbed by other numbers', 1, ['L-01', 'L-1-1', 'L-10'], ['L-1']],
  ])('of L %s', (...[, count, taken, expected]) => {
    expect(childNumbers('L', count, new Set(taken))).toEqual(expected);
  });

  test.each<[string, Partial<BatchFacts>, readonly number[], string | undefined]>([
    ['all that is free', { onHand: 10, locked: 2 }, [3, 5], undefined],
    ['more than is free', { onHand: 10, locked: 2 }, [4, 5], 'insufficientStock'],
    [
      'of what is marked expired',
      { status: 'expired', expiresAt: '2020-01-01T00:00:00.000000Z' as Instant },
      [10],
      undefined,
    ],
    ['of what is frozen', { status: 'frozen', frozenBy: 'LOCK' }, [1], 'lockConflict'],
    ['of what was merged', { status: 'merged', mergedInto: 'z', onHand: 0 }, [1], 'invalidState'],
    ['of a number with just enough room', { batchNo: 'x'.repeat(108) }, [1], undefined],
    ['of a number without room', { batchNo: 'x'.repeat(109) }, [1], 'invalidState'],
    ['of a long number of characters that take two places in a string', { batchNo: '𝒳'.repeat(108) }, [1], undefined],
  ])('%s', (...[, facts, quantities, kind]) => {
    const draft = draftWith({ batches: [{ batchId: 'a', ...facts }] });
    const before = batchOf(draft, 'a');
    const outcome = decideSplit(draft, { ...about, batchId: 'a', quantities, taken: new Set() });
    expect(outcome.ok ? undefined : outcome.refusal.kind).toBe(kind);
    expect(unsoundness(draft)).toEqual([]);
    const sum = [...draft.batches.values()].reduce((total, { onHand }) => total + onHand, 0);
    expect(sum).toBe(before.onHand);
  });
});
