/** Receiving: which batch the goods go to, what it is worth then, and what does not fit. */
import { describe, expect, test } from 'vitest';
import type { Money } from '@granary/contracts/money';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { NEVER } from '../entities/batch.ts';
import {
  after,
  batch,
  COMMAND,
  type DraftFacts,
  draftWith,
  moves,
  NOW,
  unsoundness,
} from '../testing/draft-fixture.ts';
import type { Draft } from './draft.ts';
import type { Receipt } from './receipt.ts';
import { decideReceipts, overflow, receive, type ReceiveRequest } from './receive.ts';

const money = (micros: bigint) => micros as Money;

function receipt(facts: Partial<Receipt> = {}): Receipt {
  return {
    ...{ skuId: 'S', locationId: 'default', quantity: 5, batchNo: 'B', unitCost: money(2_000_000n) },
    ...{ qualityLevel: 'A', producedOn: null, expiresAt: NEVER, attributes: null },
    ...facts,
  };
}

function decide(draft: Draft, ...lines: Receipt[]) {
  const request: ReceiveRequest = {
    commandId: COMMAND,
    documentId: 'D',
    kind: 'receive',
    lines,
    occurredAt: after(-60),
    reason: null,
  };
  const [outcome] = decideReceipts(draft, [request]);
  expect(unsoundness(draft)).toEqual([]);
  return outcome;
}

const empty: DraftFacts = { levels: [{ locationId: 'default' }, { locationId: 'west' }], priorities: { west: 1 } };
const stored: DraftFacts = { ...empty, batches: [{ batchId: 'b', batchNo: 'B' }] };

describe('a receipt', () => {
  test.for<[string, DraftFacts, Receipt[], string[], string[]]>([
    ['opens a batch', empty, [receipt()], ['receive new-1 5 0'], ['new-1']],
    ['tops up the batch of its number', stored, [receipt()], ['receive b 5 0'], []],
    [
      'opens the same number at another place',
      stored,
      [receipt({ locationId: 'west' })],
      ['receive new-1 5 0'],
      ['new-1'],
    ],
    ['opens another number', stored, [receipt({ batchNo: 'b' })], ['receive new-1 5 0'], ['new-1']],
    [
      'of one number on two lines is one batch',
      empty,
      [receipt(), receipt({ quantity: 2 })],
      ['receive new-1 5 0', 'receive new-1 2 0'],
      ['new-1'],
    ],
    [
      'of one number at two places is two batches',
      empty,
      [receipt(), receipt({ locationId: 'west' })],
      ['receive new-1 5 0', 'receive new-2 5 0'],
      ['new-1', 'new-2'],
    ],
  ])('%s', ([_what, facts, lines, movements, opened]) => {
    const draft = draftWith(facts);
    expect(decide(draft, ...lines)).toMatchObject({ ok: true });
    expect(moves(draft)).toEqual(movements);
    expect(draft.facts.filter((fact) => fact.type === 'stock.batch.created').map((fact) => fact.id)).toEqual(opened);
    for (const id of opened) expect(draft.loaded.batches.has(id)).toBe(false);
  });

  test('of another SKU with the same number opens a batch of its own', () => {
    const draft = draftWith({ ...stored, levels: [{ locationId: 'default', skuId: 'T' }] });
    decide(draft, receipt({ skuId: 'T', qualityLevel: 'C' }));
    expect(moves(draft)).toEqual(['receive new-1 5 0']);
  });

  test('gives a new batch what the line says, and the day on which it happened', () => {
    const draft = draftWith(empty);
    const line = receipt({
      qualityLevel: 'B',
      producedOn: '2026-11-01',
      expiresAt: after(86_400),
      attributes: { colour: 'red' },
    });
    decide(draft, line);
    const { quantity, ...kept } = line;
    expect(draft.batches.get('new-1')).toEqual({
      ...kept,
      ...{ batchId: 'new-1', status: 'available', onHand: quantity, reserved: 0, locked: 0 },
      ...{ receivedAt: after(-60), frozenBy: null, mergedInto: null, splitFrom: null, revision: 1, version: 0 },
    });
  });

  test('keeps the day of the first receipt and the attributes of a batch that it tops up', () => {
    const draft = draftWith(stored);
    decide(draft, receipt({ attributes: { colour: 'red' } }));
    expect(draft.batches.get('b')).toMatchObject({ receivedAt: after(-3600), attributes: null, onHand: 15 });
  });

  test('writes one document line for each line that it was given, at its own cost', () => {
    const draft = draftWith(stored);
    const outcome = decide(draft, receipt({ unitCost: money(9n) }), receipt({ batchNo: 'C', locationId: 'west' }));
    expect(outcome).toMatchObject({
      answer: [
        {
          documentId: 'D',
          lineNo: 1,
          requestLine: 1,
          batchId: 'b',
          batchNo: 'B',
          quantity: 5,
          unitCost: 9n,
          reservationId: null,
        },
        { lineNo: 2, requestLine: 2, batchId: 'new-1', batchNo: 'C', locationId: 'west', unitCost: 2_000_000n },
      ],
    });
  });

  test('tells costing what came in at which cost', () => {
    const draft = draftWith(stored);
    decide(draft, receipt());
    const change = {
      kind: 'receive',
      onHandDelta: 5,
      unitCost: 2_000_000n,
      occurredAt: after(-60),
      documentId: 'D',
      version: 1,
    };
    expect(draft.onHandChanges).toMatchObject([{ ...change, batchId: 'b', reservationId: null }]);
  });

  test('of nothing opens a batch without a movement', () => {
    const draft = draftWith(empty);
    receive(draft, receipt({ quantity: 0 }), { commandId: COMMAND, kind: 'receive', occurredAt: NOW, reason: null });
    expect(draft.batches.get('new-1')).toMatchObject({ onHand: 0, unitCost: 2_000_000n });
    expect(draft.movements).toEqual([]);
    expect(draft.changedBatches).toEqual(new Set(['new-1']));
  });
});

describe('the unit cost of a batch', () => {
  test.for<[string, number, bigint, number, bigint, bigint]>([
    ['is the mean over what is on hand', 10, 1_000_000n, 10, 2_000_000n, 1_500_000n],
    ['weighs by quantity', 30, 1_000_000n, 10, 2_000_000n, 1_250_000n],
    ['is that of the receipt when nothing is on hand', 0, 1_000_000n, 3, 7n, 7n],
    ['rounds half up at the sixth decimal', 1, 0n, 1, 1n, 1n],
    ['rounds down below half', 2, 0n, 1, 1n, 0n],
    ['rounds up above half', 1, 0n, 2, 1n, 1n],
    [
      'stays exact for the largest amounts',
      1,
      99_999_999_999_999_999_999n,
      1,
      99_999_999_999_999_999_997n,
      99_999_999_999_999_999_998n,
    ],
  ])('%s', ([_what, onHand, before, quantity, unitCost, expected]) => {
    const draft = draftWith({ batches: [{ batchId: 'b', batchNo: 'B', onHand, unitCost: money(before) }] });
    decide(draft, receipt({ quantity, unitCost: money(unitCost) }));
    expect(draft.batches.get('b')?.unitCost).toBe(expected);
  });

  test('of two lines of one number is the mean of both', () => {
    const draft = draftWith(empty);
    decide(draft, receipt({ quantity: 1, unitCost: money(1n) }), receipt({ quantity: 3, unitCost: money(5n) }));
    expect(draft.batches.get('new-1')?.unitCost).toBe(4n);
  });
});

describe('a number that the SKU has must mean the same goods', () => {
  test.each<[string, Partial<Receipt>, string[]]>([
    ['another quality', { qualityLevel: 'B' }, ['qualityLevel']],
    ['another day of production', { producedOn: '2026-11-01' }, ['producedOn']],
    ['another expiry', { expiresAt: after(86_400) }, ['expiresAt']],
    [
      'everything else',
      { qualityLevel: 'B', producedOn: '2026-11-01', expiresAt: after(1) },
      ['qualityLevel', 'producedOn', 'expiresAt'],
    ],
    ['another quality at another place', { qualityLevel: 'B', locationId: 'west' }, ['qualityLevel']],
  ])('%s is refused, and nothing is received', (_what, facts, differs) => {
    const draft = draftWith(stored);
    const outcome = decide(draft, receipt({ batchNo: 'C' }), receipt(facts));
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INV_009', details: { batchNo: 'B', differs } } });
    expect(draft.movements).toEqual([]);
    expect(draft.batches.size).toBe(1);
  });

  test('also within one document', () => {
    const draft = draftWith(empty);
    expect(decide(draft, receipt(), receipt({ qualityLevel: 'B' }))).toMatchObject({ refusal: { code: 'INV_009' } });
    expect(draft.batches.size).toBe(0);
  });

  test('also when the batch is empty by now', () => {
    const draft = draftWith({ batches: [{ batchId: 'b', batchNo: 'B', onHand: 0 }] });
    expect(decide(draft, receipt({ qualityLevel: 'B' }))).toMatchObject({ refusal: { code: 'INV_009' } });
  });
});

describe('a level holds no more than an INT', () => {
  const full = { batches: [batch({ batchId: 'b', batchNo: 'B', onHand: MAX_QUANTITY - 10 })] };

  test.each<[string, number[], boolean]>([
    ['up to the last unit', [10], true],
    ['one more', [11], false],
    ['one more in the sum of two lines', [5, 6], false],
    ['a thousand lines whose sum is far beyond', Array<number>(1000).fill(MAX_QUANTITY), false],
  ])('%s', (_what, quantities, fits) => {
    const draft = draftWith(full);
    const outcome = decide(draft, ...quantities.map((quantity, at) => receipt({ quantity, batchNo: `B${at}` })));
    expect(outcome?.ok === true || outcome?.refusal.code).toBe(fits ? true : 'INV_010');
    expect(draft.movements).toHaveLength(fits ? quantities.length : 0);
  });
});

test('a batch that is created by hand is measured against the level like a line of a document', () => {
  const draft = draftWith({ batches: [{ batchId: 'b', onHand: MAX_QUANTITY }] });
  const how = { commandId: COMMAND, kind: 'receive', occurredAt: NOW, reason: null } as const;
  expect(overflow(draft, [receipt({ quantity: 1 })])?.message).toMatch(/would pass 2147483647 units/);
  expect(overflow(draft, [receipt({ quantity: 0 })])).toBeUndefined();
  expect(receive(draft, receipt({ quantity: 0 }), how)).toMatchObject({ onHand: 0 });
});

test('documents are received in arrival order: the second one tops up what the first one opened', () => {
  const draft = draftWith(empty);
  const request = { commandId: COMMAND, kind: 'return', occurredAt: NOW, reason: 'too small' } as const;
  decideReceipts(draft, [
    { ...request, documentId: 'D1', lines: [receipt()] },
    { ...request, documentId: 'D2', lines: [receipt()] },
  ]);
  expect(moves(draft)).toEqual(['return new-1 5 0', 'return new-1 5 0']);
  expect(draft.movements.map((movement) => movement.documentId)).toEqual(['D1', 'D2']);
});
