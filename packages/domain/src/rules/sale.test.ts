/** Selling: first what the order holds, then free stock; all lines or none. */
import { describe, expect, test } from 'vitest';
import type { Hold } from '../entities/reservation.ts';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import {
  after,
  COMMAND,
  type DraftFacts,
  draftWith,
  hold,
  type HoldFacts,
  moves,
  NOW,
} from '../testing/draft-fixture.ts';
import { lines, sell, want } from '../testing/selling.ts';
import { decideSales } from './sale.ts';
import type { Demand } from './shortage.ts';

const a: DraftFacts['batches'] = [{ batchId: 'a' }];
const held = (reservationId: string, facts: Partial<HoldFacts> = {}): Hold =>
  hold({ reservationId, of: { a: 3 }, lineId: reservationId, ...facts });

describe('a sale takes', () => {
  test.for<[string, Hold[], Demand[], string[], string[]]>([
    ['free stock when the order holds nothing', [], [want(2)], ['1 a 2 free'], ['ship a -2 0']],
    ['what the order holds', [held('r1')], [want(3)], ['1 a 3 r1'], ['deduct a -3 -3']],
    [
      'the rest from free stock',
      [held('r1')],
      [want(5)],
      ['1 a 3 r1', '1 a 2 free'],
      ['deduct a -3 -3', 'ship a -2 0'],
    ],
    ['a part of what the order holds', [held('r1')], [want(1)], ['1 a 1 r1'], ['deduct a -1 -1']],
    [
      'what is confirmed before what is not',
      [held('r1'), held('r2', { state: 'confirmed' })],
      [want(4)],
      ['1 a 3 r2', '1 a 1 r1'],
      ['deduct a -3 -3', 'deduct a -1 -1'],
    ],
    [
      'the oldest first among equals',
      [held('r2'), held('r1')],
      [want(4)],
      ['1 a 3 r1', '1 a 1 r2'],
      ['deduct a -3 -3', 'deduct a -1 -1'],
    ],
    [
      'nothing that another order holds',
      [held('r1', { businessId: 'O-2' })],
      [want(2)],
      ['1 a 2 free'],
      ['ship a -2 0'],
    ],
    [
      'nothing that a cart of the same number holds',
      [held('r1', { type: 'cart' })],
      [want(2)],
      ['1 a 2 free'],
      ['ship a -2 0'],
    ],
    ['nothing that has ended', [held('r1', { state: 'released' })], [want(2)], ['1 a 2 free'], ['ship a -2 0']],
    [
      'nothing that is overdue, which is free by now',
      [held('r1', { expiresAt: NOW })],
      [want(10)],
      ['1 a 10 free'],
      ['expire a 0 -3', 'ship a -10 0'],
    ],
    [
      'for each line what the lines before it left',
      [held('r1')],
      [want(2), want(4)],
      ['1 a 2 r1', '2 a 1 r1', '2 a 3 free'],
      ['deduct a -2 -2', 'deduct a -1 -1', 'ship a -3 0'],
    ],
  ])('%s', ([_what, holds, demands, expected, movements]) => {
    const draft = draftWith({ batches: a, holds });
    expect(lines(sell(draft, ...demands))).toEqual(expected);
    expect(moves(draft)).toEqual(movements);
  });

  test('at a place only what is held there', () => {
    const batches = [
      { batchId: 'e', locationId: 'east' },
      { batchId: 'w', locationId: 'west' },
    ];
    const holds = [held('r1', { of: { e: 3 }, locationId: 'east' }), held('r2', { of: { w: 3 }, locationId: 'west' })];
    const draft = draftWith({ batches, holds, priorities: { west: 10, east: 20 } });
    expect(lines(sell(draft, want(4, { criteria: { locationId: 'east' } })))).toEqual(['1 e 3 r1', '1 e 1 free']);
    expect(draft.holds.get('r2')).toMatchObject({ state: 'active', version: 1 });
  });

  test('of one hold at several places what the line names', () => {
    const batches = [
      { batchId: 'e', locationId: 'east' },
      { batchId: 'w', locationId: 'west' },
    ];
    const one = held('r1', { of: { e: 3, w: 4 } });
    const spread: Hold = {
      ...one,
      lines: one.lines.map((line) => ({ ...line, locationId: line.batchId === 'e' ? 'east' : 'west' })),
    };
    const draft = draftWith({ batches, holds: [spread], priorities: { west: 10, east: 20 } });
    const sold = sell(draft, want(2, { criteria: { locationId: 'west' } }), want(4));
    expect(lines(sold)).toEqual(['1 w 2 r1', '2 e 3 r1', '2 w 1 r1']);
    expect(draft.holds.get('r1')).toMatchObject({ state: 'active', fulfilled: 6 });
  });

  test('held goods of another SKU never', () => {
    const batches = [...(a ?? []), { batchId: 't', skuId: 'T' }];
    const draft = draftWith({ batches, holds: [held('r1', { skuId: 'T', of: { t: 3 } })] });
    expect(lines(sell(draft, want(2), want(1, { skuId: 'T' })))).toEqual(['1 a 2 free', '2 t 1 r1']);
  });
});

describe('what is left', () => {
  test('of a hold stays held until its deadline', () => {
    const draft = draftWith({ batches: a, holds: [held('r1')] });
    sell(draft, want(1));
    expect(draft.holds.get('r1')).toMatchObject({ state: 'active', fulfilled: 1, quantity: 3, expiresAt: after(1800) });
    expect(draft.facts.map((fact) => fact.type)).toEqual(['stock.reservation.deducted']);
  });

  test('of a hold when all of it is sold is nothing: it is fulfilled', () => {
    const draft = draftWith({ batches: a, holds: [held('r1', { state: 'confirmed' })] });
    sell(draft, want(3));
    expect(draft.holds.get('r1')).toMatchObject({ state: 'fulfilled', fulfilled: 3, endedAt: NOW });
    expect(draft.facts.map((fact) => fact.type)).toEqual(['stock.reservation.fulfilled']);
  });
});

describe('a short sale', () => {
  test.for<[string, Hold[], Demand[], number, number]>([
    ['counts what is free', [], [want(11)], 11, 10],
    ['counts what the order holds and what is free', [held('r1')], [want(11)], 11, 10],
    ['does not count what others hold', [held('r1', { businessId: 'O-2' })], [want(8)], 8, 7],
    [
      'is one sum over equal lines, also over one that the holds could serve alone',
      [held('r1')],
      [want(3), want(8)],
      11,
      10,
    ],
    ['sums beyond what a level can hold', [], [want(MAX_QUANTITY), want(MAX_QUANTITY)], 2 * MAX_QUANTITY, 10],
  ])('%s', ([_what, holds, demands, requested, available]) => {
    const draft = draftWith({ batches: a, holds });
    const outcome = sell(draft, ...demands);
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INV_002' } });
    expect(outcome).toMatchObject({
      refusal: { details: { lines: [{ skuId: 'S', locationId: null, requested, available }] } },
    });
    expect(draft.movements).toEqual([]);
    expect(draft.changedHolds.size).toBe(0);
  });

  test('keeps expired what was overdue, and nothing else happens', () => {
    const draft = draftWith({ batches: a, holds: [held('r1', { expiresAt: NOW }), held('r2')] });
    sell(draft, want(12));
    expect(moves(draft)).toEqual(['expire a 0 -3']);
    expect([...draft.changedHolds]).toEqual(['r1']);
  });
});

test('a movement of a sale names the document, when it happened and why; costing hears of it', () => {
  const draft = draftWith({ batches: a, holds: [held('r1')] });
  sell(draft, want(4));
  const shared = { documentId: 'D', commandId: COMMAND, occurredAt: after(-60), recordedAt: NOW };
  expect(draft.movements).toMatchObject([
    { ...shared, kind: 'deduct', reservationId: 'r1' },
    { ...shared, kind: 'ship', reservationId: null, reason: 'sold' },
  ]);
  expect(draft.onHandChanges).toMatchObject([
    { kind: 'deduct', onHandDelta: -3, reservationId: 'r1', documentId: 'D', version: 1 },
    { kind: 'ship', onHandDelta: -1, reservationId: null, documentId: 'D', version: 2 },
  ]);
});

test('a document has one line for each batch that it touched, numbered through', () => {
  const draft = draftWith({
    batches: [
      { batchId: 'a', onHand: 2 },
      { batchId: 'b', onHand: 2, unitCost: 7n as never },
    ],
  });
  const sold = sell(draft, want(3), want(1));
  expect(sold).toMatchObject({
    answer: [
      { documentId: 'D', lineNo: 1, requestLine: 1, batchNo: 'a', quantity: 2, unitCost: 1_000_000n },
      { documentId: 'D', lineNo: 2, requestLine: 1, batchNo: 'b', quantity: 1, unitCost: 7n },
      { documentId: 'D', lineNo: 3, requestLine: 2, batchNo: 'b', quantity: 1, unitCost: 7n },
    ],
  });
});

test('sales are decided in arrival order, each against what the ones before it left', () => {
  const draft = draftWith({ batches: [{ batchId: 'a', onHand: 5 }] });
  const outcomes = decideSales(
    draft,
    [3, 3, 2].map((quantity, at) => ({
      ...{ commandId: `c${at}`, documentId: `D${at}`, orderNo: `O-${at}`, lines: [want(quantity)] },
      ...{ occurredAt: NOW, reason: null },
    })),
  );
  expect(outcomes.map((outcome) => outcome.ok || outcome.refusal.code)).toEqual([true, 'INV_002', true]);
});
