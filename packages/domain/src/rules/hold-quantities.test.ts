/** Parts and deadlines: how much may be deducted, and how long a reservation may be made to last. */
import { describe, expect, test } from 'vitest';
import { after, COMMAND, draftWith, hold, type HoldFacts, moves, NOW, unsoundness } from '../testing/draft-fixture.ts';
import type { Instant } from '@granary/contracts/instant';
import { decideHoldCalls, type HoldCall } from './hold-calls.ts';

function decide(facts: Partial<HoldFacts>, call: HoldCall) {
  const draft = draftWith({
    batches: [{ batchId: 'a' }, { batchId: 'b' }],
    holds: [hold({ reservationId: 'r1', of: { a: 2, b: 3 }, ...facts })],
  });
  const [outcome] = decideHoldCalls(draft, [{ commandId: COMMAND, target: { id: 'r1' }, call }]);
  expect(unsoundness(draft)).toEqual([]);
  return { draft, outcome, left: draft.holds.get('r1') };
}

function deduct(quantity: number | undefined, occurredAt?: Instant): HoldCall {
  return { verb: 'deduct', quantity, occurredAt };
}

describe('deducting a part', () => {
  test.for<[string, number | undefined, string, number, string[]]>([
    ['everything when no quantity is named', undefined, 'fulfilled', 5, ['deduct a -2 -2', 'deduct b -3 -3']],
    ['everything by number', 5, 'fulfilled', 5, ['deduct a -2 -2', 'deduct b -3 -3']],
    ['one unit: the rest stays held as it was', 1, 'active', 1, ['deduct a -1 -1']],
    ['a whole batch', 2, 'active', 2, ['deduct a -2 -2']],
    ['across two batches, in the order of the lines', 4, 'active', 4, ['deduct a -2 -2', 'deduct b -2 -2']],
  ])('%s', ([_what, quantity, state, fulfilled, expected]) => {
    const { draft, left } = decide({}, deduct(quantity));
    expect(left).toMatchObject({ state, fulfilled, quantity: 5, version: 2 });
    expect(left?.expiresAt).toBe(state === 'active' ? after(1800) : null);
    expect(left?.endedAt).toBe(state === 'active' ? null : NOW);
    expect(moves(draft)).toEqual(expected);
  });

  test('more than is held is refused, and nothing leaves', () => {
    const { draft, outcome } = decide({}, deduct(6));
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INV_010' } });
    expect(draft.movements).toEqual([]);
  });

  test.each<[string, number | undefined, boolean]>([
    ['without a quantity', undefined, true],
    ['with the quantity of the reservation', 5, true],
    ['with another quantity', 2, false],
  ])('of one that has left, %s', (_what, quantity, isRepeat) => {
    const { draft, outcome } = decide({ state: 'fulfilled' }, deduct(quantity));
    expect(outcome?.ok === true ? 'same' : outcome?.refusal.code).toBe(isRepeat ? 'same' : 'INV_010');
    expect(draft.changedHolds.size).toBe(0);
  });

  test('tells when the goods left, and when it was written', () => {
    const { draft } = decide({}, deduct(1, after(-600)));
    expect(draft.movements).toMatchObject([{ occurredAt: after(-600), recordedAt: NOW, reservationId: 'r1' }]);
    expect(draft.onHandChanges).toMatchObject([
      { kind: 'deduct', onHandDelta: -1, unitCost: null, reservationId: 'r1' },
    ]);
  });

  test('of a confirmed one leaves it confirmed', () => {
    expect(decide({ state: 'confirmed' }, deduct(1)).left).toMatchObject({ state: 'confirmed', expiresAt: null });
  });

  test('what is left of a part can still be released', () => {
    const { draft } = decide({}, deduct(4));
    decideHoldCalls(draft, [{ commandId: COMMAND, target: { id: 'r1' }, call: { verb: 'release', reason: null } }]);
    expect(draft.holds.get('r1')).toMatchObject({ state: 'released', fulfilled: 4, endedAt: NOW });
    expect(moves(draft).at(-1)).toBe('release b 0 -1');
    expect(unsoundness(draft)).toEqual([]);
  });
});

describe('extending', () => {
  const extend = (seconds: number): HoldCall => ({
    verb: 'extend',
    field: 'expiresAt',
    expiresAt: () => after(seconds),
    maxTtlSeconds: 3600,
  });

  // Made a minute ago and to last at most an hour; its deadline is in half an hour.
  test.each<[string, number, string]>([
    ['to a later time', 2000, 'acts'],
    ['to the same time', 1800, 'acts'],
    ['to the end of the longest life', 3540, 'acts'],
    ['to a second beyond it', 3541, 'INV_005'],
    ['to an earlier time that is still to come', 1799, 'INV_010'],
    ['to this very moment', 0, 'INV_005'],
    ['to a time that has passed', -1, 'INV_005'],
  ])('%s', (_what, seconds, expected) => {
    const { draft, outcome, left } = decide({}, extend(seconds));
    expect(outcome?.ok === true ? 'acts' : outcome?.refusal.code).toBe(expected);
    expect(left?.expiresAt).toBe(after(expected === 'acts' ? seconds : 1800));
    expect(left?.lines.map((line) => line.dueAt)).toEqual(Array(2).fill(left?.expiresAt));
    expect(draft.movements).toEqual([]);
  });

  test('all lines of a business document or none', () => {
    const draft = draftWith({
      batches: [{ batchId: 'a' }],
      holds: [
        hold({ reservationId: 'r1', of: { a: 1 }, lineId: '1' }),
        hold({ reservationId: 'r2', of: { a: 1 }, lineId: '2', expiresAt: after(2500) }),
      ],
    });
    const target = { type: 'order', businessId: 'O-1' } as const;
    const [refused] = decideHoldCalls(draft, [{ commandId: COMMAND, target, call: extend(2000) }]);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'INV_010' } });
    expect(draft.changedHolds.size).toBe(0);
  });
});

test('releasing keeps the reason and gives back every line', () => {
  const { draft, left } = decide({}, { verb: 'release', reason: 'changed mind' });
  expect(left).toMatchObject({ state: 'released', reason: 'changed mind', endedAt: NOW, expiresAt: null });
  expect(left?.lines).toMatchObject([
    { held: 0, quantity: 2 },
    { held: 0, quantity: 3 },
  ]);
  expect(moves(draft)).toEqual(['release a 0 -2', 'release b 0 -3']);
});
