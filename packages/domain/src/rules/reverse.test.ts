/** Reversing: opposites in the batches that stand now, refused when goods are gone, frozen, or were owed and are settled. */
import { describe, expect, test } from 'vitest';
import type { Money } from '@granary/contracts/money';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import {
  type BatchFacts,
  COMMAND,
  type DraftFacts,
  draftWith,
  moves,
  NOW,
  unsoundness,
} from '../testing/draft-fixture.ts';
import { decideReversal, type Reversal } from './reverse.ts';

const original = { documentId: 'D', type: 'sales', documentNo: 'O-1' } as DocumentRow;
const line = (lineNo: number, batchId: string, quantity: number): DocumentLineRow => ({
  ...{ documentId: 'D', lineNo, requestLine: lineNo, skuId: 'S', locationId: 'default', batchId, quantity },
  ...{ batchNo: batchId, unitCost: 3_000_000n as Money, price: null, reservationId: null },
  ...{ originalId: null, originalLine: null },
});

function reverse(facts: DraftFacts, how: Partial<Reversal> & Pick<Reversal, 'lines'>) {
  const draft = draftWith(facts);
  const outcome = decideReversal(draft, {
    ...{
      commandId: COMMAND,
      documentId: 'R',
      original,
      deficits: [],
      isOutbound: true,
      occurredAt: NOW,
      reason: 'why',
    },
    standing: (batchId) => batchId,
    ...how,
  });
  return { draft, outcome };
}

const standing = (batchId: string) => (batchId === 'old' ? 'target' : batchId);
const merged: readonly BatchFacts[] = [
  { batchId: 'old', onHand: 0, status: 'merged', mergedInto: 'target' },
  { batchId: 'target', onHand: 10, unitCost: 1_000_000n as Money },
];

describe('goods of a merged batch', () => {
  test('come back into the batch that took it over', () => {
    const { draft, outcome } = reverse({ batches: merged }, { lines: [line(1, 'old', 10)], standing });
    expect(moves(draft)).toEqual(['reverse target 10 0']);
    expect(outcome.ok && outcome.answer).toMatchObject([
      { batchId: 'target', quantity: 10, originalId: 'D', originalLine: 1, unitCost: 3_000_000n },
    ]);
    expect(draft.batches.get('target')?.unitCost).toBe(2_000_000n);
    expect(unsoundness(draft)).toEqual([]);
  });

  test('leave it again, summed with what else leaves it', () => {
    const lines = [line(1, 'old', 6), line(2, 'target', 4)];
    const { draft } = reverse({ batches: merged }, { lines, standing, isOutbound: false });
    expect(moves(draft)).toEqual(['reverse target -6 0', 'reverse target -4 0']);
    expect(unsoundness(draft)).toEqual([]);
    const more = reverse({ batches: merged }, { lines: [...lines, line(3, 'old', 1)], standing, isOutbound: false });
    expect(!more.outcome.ok && more.outcome.refusal.details).toMatchObject({ state: 'goods gone' });
    expect(moves(more.draft)).toEqual([]);
  });
});

describe('refused is', () => {
  const frozen = { batchId: 'b', status: 'frozen', frozenBy: 'L' } as const;
  test.each([
    { what: 'what is frozen', batch: frozen, isOutbound: true, kind: 'lockConflict' },
    { what: 'what is frozen, leaving', batch: frozen, isOutbound: false, kind: 'lockConflict' },
    { what: 'what is held', batch: { batchId: 'b', locked: 9 }, isOutbound: false, kind: 'invalidState' },
    {
      what: 'more than counts',
      batch: { batchId: 'b', onHand: 2_147_483_647 },
      isOutbound: true,
      kind: 'invalidState',
    },
  ])('$what', ({ batch, isOutbound, kind }) => {
    const { draft, outcome } = reverse({ batches: [batch] }, { lines: [line(1, 'b', 2)], isOutbound });
    expect(!outcome.ok && outcome.refusal.kind).toBe(kind);
    expect(moves(draft)).toEqual([]);
  });
});

describe('what was sold short', () => {
  const deficits = [{ skuId: 'S', locationId: 'default', quantity: 2 }];
  const level = (deficit: number) => ({ batches: [{ batchId: 'b' }], levels: [{ locationId: 'default', deficit }] });

  test('is owed no more, and what came back pays for what others owe', () => {
    const { draft } = reverse(level(3), { lines: [line(1, 'b', 4)], deficits });
    expect(draft.movements.map(({ kind, onHandDelta, deficitDelta }) => [kind, onHandDelta, deficitDelta])).toEqual([
      ['reverse', 0, -2],
      ['reverse', 4, 0],
      ['settle', -1, -1],
    ]);
  });

  test('cannot be taken back once it is settled', () => {
    const { draft, outcome } = reverse(level(1), { lines: [line(1, 'b', 4)], deficits });
    expect(!outcome.ok && outcome.refusal.details).toMatchObject({ state: 'settled' });
    expect(moves(draft)).toEqual([]);
  });
});
