/** A cart's holds become an order's: which, until when, and what a repeat is told. */
import { describe, expect, test } from 'vitest';
import type { Hold } from '../entities/reservation.ts';
import { after, COMMAND, draftWith, hold, type HoldFacts, moves, NOW, unsoundness } from '../testing/draft-fixture.ts';
import { type ConvertRequest, decideConverts } from './convert.ts';
import type { Draft } from './draft.ts';

const cart = { type: 'cart', businessId: 'C-1' } as const;
const order = { type: 'order', businessId: 'O-1' } as const;

function of(business: typeof cart | typeof order, reservationId: string, facts: Partial<HoldFacts> = {}): Hold {
  return hold({ ...business, reservationId, of: { a: 1 }, lineId: reservationId, ...facts });
}

function draftOf(...holds: Hold[]): Draft {
  return draftWith({ batches: [{ batchId: 'a', onHand: 20 }], holds });
}

function convert(draft: Draft, facts: Partial<ConvertRequest> = {}): string {
  const request = { commandId: COMMAND, from: cart, to: order, ttlSeconds: undefined, maxTtlSeconds: 3600, ...facts };
  const [outcome] = decideConverts(draft, [request]);
  expect(unsoundness(draft)).toEqual([]);
  return outcome?.ok === true ? outcome.answer.join(' ') : (outcome?.refusal.code ?? '');
}

const came = { originType: 'cart', originBusinessId: 'C-1' } as const;

describe('what is converted', () => {
  test.each<[string, Hold[], string]>([
    ['all that the cart holds', [of(cart, 'r1'), of(cart, 'r2')], 'r1 r2'],
    ['what is paid already', [of(cart, 'r1', { state: 'confirmed' })], 'r1'],
    ['what is held, not what was given back', [of(cart, 'r1'), of(cart, 'r2', { state: 'released' })], 'r1'],
    ['what is held, not what has left', [of(cart, 'r1'), of(cart, 'r2', { state: 'fulfilled' })], 'r1'],
    ['lines beside those that the order holds already', [of(cart, 'r1'), of(order, 'r2')], 'r1'],
    ['a line that the order held once', [of(cart, 'r1'), of(order, 'r2', { lineId: 'r1', state: 'released' })], 'r1'],
    ['nothing of an unknown cart', [of(order, 'r1')], 'INV_007'],
    ['nothing of a cart that was given back', [of(cart, 'r1', { state: 'released' })], 'INV_010'],
    ['nothing of a cart that has left', [of(cart, 'r1', { state: 'fulfilled' })], 'INV_010'],
    ['nothing once one line has expired', [of(cart, 'r1'), of(cart, 'r2', { state: 'expired' })], 'INV_003'],
    ['nothing once one line is overdue', [of(cart, 'r1'), of(cart, 'r2', { expiresAt: NOW })], 'INV_003'],
    [
      'nothing where the order holds one of the lines',
      [of(cart, 'r1'), of(cart, 'r2'), of(order, 'r3', { lineId: 'r2' })],
      'INV_008',
    ],
  ])('%s', (_what, holds, expected) => {
    const draft = draftOf(...holds);
    expect(convert(draft)).toBe(expected);
    const changed = holds.filter(
      (each) => draft.holds.get(each.reservationId)?.type === 'order' && each.type === 'cart',
    );
    expect(changed.map((each) => each.reservationId).join(' ')).toBe(expected.startsWith('r') ? expected : '');
  });

  test('keeps its id, its stock and where it came from, and writes no movement', () => {
    const draft = draftOf(of(cart, 'r1', { of: { a: 3 } }));
    convert(draft);
    expect(draft.holds.get('r1')).toMatchObject({
      ...order,
      ...came,
      state: 'active',
      version: 2,
      expiresAt: after(1800),
    });
    expect(draft.holds.get('r1')?.lines).toMatchObject([{ batchId: 'a', held: 3, dueAt: after(1800) }]);
    expect(moves(draft)).toEqual([]);
    expect(draft.facts.map((fact) => fact.type)).toEqual(['stock.reservation.converted']);
  });

  test('an overdue hold of the order is expired and not in the way', () => {
    const draft = draftOf(of(cart, 'r1'), of(order, 'r2', { lineId: 'r1', expiresAt: NOW }));
    expect(convert(draft)).toBe('r1');
    expect(draft.holds.get('r2')).toMatchObject({ state: 'expired' });
    expect(moves(draft)).toEqual(['expire a 0 -1']);
  });

  test('the next request sees what the one before has done', () => {
    const draft = draftOf(of(cart, 'r1'), of(cart, 'r2', { businessId: 'C-2', lineId: 'r1' }));
    const shared = { commandId: COMMAND, to: order, ttlSeconds: undefined, maxTtlSeconds: 3600 };
    const outcomes = decideConverts(draft, [
      { ...shared, from: cart },
      { ...shared, from: { type: 'cart', businessId: 'C-2' } },
    ]);
    expect(outcomes.map((outcome) => outcome.ok || outcome.refusal.code)).toEqual([true, 'INV_008']);
  });
});

describe('a new deadline', () => {
  // Made a minute ago; the longest life is an hour.
  test.for<[string, Partial<HoldFacts>, number, string, string | null]>([
    ['is counted from now', {}, 600, 'r1', after(600)],
    ['may reach to the end of the longest life', {}, 3540, 'r1', after(3540)],
    ['may not reach beyond it', {}, 3541, 'INV_005', after(1800)],
    ['is not given to what is paid', { state: 'confirmed' }, 600, 'r1', null],
    ['that none of them gets is not measured', { state: 'confirmed', createdAt: after(-9000) }, 600, 'r1', null],
  ])('%s', ([_what, facts, ttlSeconds, expected, deadline]) => {
    const draft = draftOf(of(cart, 'r1', facts));
    expect(convert(draft, { ttlSeconds })).toBe(expected);
    expect(draft.holds.get('r1')?.expiresAt).toBe(deadline);
    expect(draft.holds.get('r1')?.lines[0]?.dueAt).toBe(deadline);
  });

  test('too long for one line refuses all lines', () => {
    const draft = draftOf(of(cart, 'r1'), of(cart, 'r2', { createdAt: after(-3500) }));
    expect(convert(draft, { ttlSeconds: 600 })).toBe('INV_005');
    expect(draft.changedHolds.size).toBe(0);
  });
});

describe('a repeat', () => {
  test.each<[string, Hold[], string]>([
    ['answers what came from the cart', [of(order, 'r1', came), of(order, 'r2', came)], 'r1 r2'],
    ['and not what the order held of its own', [of(order, 'r1', came), of(order, 'r2')], 'r1'],
    ['also when it has been paid or shipped since', [of(order, 'r1', { ...came, state: 'fulfilled' })], 'r1'],
    [
      'also when older holds of the cart were given back',
      [of(cart, 'r0', { state: 'released' }), of(order, 'r1', came)],
      'r1',
    ],
    ['is none when it came from another cart', [of(order, 'r1', { ...came, originBusinessId: 'C-2' })], 'INV_007'],
    [
      'is none while the cart holds something, though a line of it has expired',
      [of(cart, 'r2'), of(cart, 'r3', { state: 'expired' }), of(order, 'r1', came)],
      'INV_003',
    ],
  ])('%s', (_what, holds, expected) => {
    const draft = draftOf(...holds);
    expect(convert(draft)).toBe(expected);
    expect(draft.changedHolds.size).toBe(0);
  });

  test('of a cart that was filled again converts the new lines', () => {
    const draft = draftOf(of(order, 'r1', came), of(cart, 'r2'));
    expect(convert(draft)).toBe('r2');
  });
});
