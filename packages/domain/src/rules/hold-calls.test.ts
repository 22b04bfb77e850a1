/** What confirm, release, deduct and extend do to a reservation in each state, by its id and by its business document. */
import type { Instant } from '@granary/contracts/instant';
import { describe, expect, test } from 'vitest';
import type { Hold } from '../entities/reservation.ts';
import type { Outcome } from '../refusal.ts';
import { after, COMMAND, draftWith, hold, type HoldFacts, moves, NOW, unsoundness } from '../testing/draft-fixture.ts';
import type { Draft } from './draft.ts';
import { decideHoldCalls, type HoldCall } from './hold-calls.ts';
import type { Target } from './target.ts';

const LIFE = 7200;
const calls: Readonly<Record<HoldCall['verb'], HoldCall>> = {
  confirm: { verb: 'confirm' },
  release: { verb: 'release', reason: 'changed mind' },
  deduct: { verb: 'deduct', quantity: undefined, occurredAt: undefined },
  extend: { verb: 'extend', field: 'expiresAt', expiresAt: () => after(3600), maxTtlSeconds: LIFE },
};
const business: Target = { type: 'order', businessId: 'O-1' };

/** `overdue` is active with a deadline that has passed. */
type State = Hold['state'] | 'overdue';

function held(reservationId: string, state: State, facts: Partial<HoldFacts> = {}): Hold {
  const overdue = state === 'overdue';
  const shape = { reservationId, of: { a: 3 }, lineId: reservationId, ...facts };
  return hold(overdue ? { ...shape, expiresAt: NOW } : { ...shape, state });
}

function draftOf(...holds: Hold[]): Draft {
  return draftWith({ batches: [{ batchId: 'a', onHand: 20 }], holds });
}

function decide(draft: Draft, target: Target, call: HoldCall): Outcome<readonly string[]> {
  const [outcome] = decideHoldCalls(draft, [{ commandId: COMMAND, target, call }]);
  if (outcome === undefined) throw new Error('answered nothing');
  expect(unsoundness(draft)).toEqual([]);
  return outcome;
}

/** `acts`, `same`, or the code of the refusal. */
function effect(draft: Draft, outcome: Outcome<readonly string[]>): string {
  if (!outcome.ok) return outcome.refusal.code;
  return draft.changedHolds.size > 0 ? 'acts' : 'same';
}

describe.each<[HoldCall['verb'], string, Readonly<Record<State, string>>]>([
  [
    'confirm',
    'payment and shipment come in either order',
    {
      active: 'acts',
      confirmed: 'same',
      fulfilled: 'same',
      released: 'INV_010',
      expired: 'INV_003',
      overdue: 'INV_003',
    },
  ],
  [
    'release',
    'what has left cannot be given back',
    {
      active: 'acts',
      confirmed: 'acts',
      fulfilled: 'INV_010',
      released: 'same',
      expired: 'INV_003',
      overdue: 'INV_003',
    },
  ],
  [
    'deduct',
    'a repeat of the shipment answers the same',
    {
      active: 'acts',
      confirmed: 'acts',
      fulfilled: 'same',
      released: 'INV_010',
      expired: 'INV_003',
      overdue: 'INV_003',
    },
  ],
  [
    'extend',
    'only what still has a deadline can get a later one',
    {
      active: 'acts',
      confirmed: 'INV_010',
      fulfilled: 'INV_010',
      released: 'INV_010',
      expired: 'INV_003',
      overdue: 'INV_003',
    },
  ],
])('%s: %s', (verb, _why, expected) => {
  const states: State[] = ['active', 'confirmed', 'fulfilled', 'released', 'expired', 'overdue'];

  test.each(states)('by id, of one that is %s', (state) => {
    const draft = draftOf(held('r1', state));
    expect(effect(draft, decide(draft, { id: 'r1' }, calls[verb]))).toBe(expected[state]);
  });

  test.each(states)('by business document, of one that is %s', (state) => {
    const draft = draftOf(held('r1', state));
    expect(effect(draft, decide(draft, business, calls[verb]))).toBe(expected[state]);
  });

  test('of one that nobody knows', () => {
    const draft = draftOf(held('r1', 'active'));
    for (const target of [
      { id: 'r2' },
      { type: 'cart', businessId: 'O-1' },
      { type: 'order', businessId: 'o-1' },
    ] as const)
      expect(effect(draft, decide(draft, target, calls[verb]))).toBe('INV_007');
    expect(draft.changedHolds.size).toBe(0);
  });
});

describe('a business document of several lines', () => {
  test.for<[string, HoldCall['verb'], readonly State[], string, string]>([
    ['all active', 'confirm', ['active', 'active'], 'r1 r2', 'confirmed confirmed'],
    ['one is confirmed already', 'confirm', ['confirmed', 'active'], 'r1 r2', 'confirmed confirmed'],
    ['one has left already', 'confirm', ['fulfilled', 'active'], 'r1 r2', 'fulfilled confirmed'],
    ['one was given back: it is not asked', 'confirm', ['released', 'active'], 'r2', 'released confirmed'],
    ['one is expired: nothing happens to the others', 'confirm', ['active', 'expired'], 'INV_003', 'active expired'],
    ['one is overdue: it alone ends', 'confirm', ['active', 'overdue'], 'INV_003', 'active expired'],
    ['nothing but what was given back', 'confirm', ['released', 'released'], 'INV_010', 'released released'],
    ['all held', 'release', ['active', 'confirmed'], 'r1 r2', 'released released'],
    [
      'some ended: the held ones go',
      'release',
      ['active', 'expired', 'fulfilled', 'released'],
      'r1',
      'released expired fulfilled released',
    ],
    ['one overdue: it ends by its deadline', 'release', ['overdue', 'active'], 'r2', 'expired released'],
    ['all overdue', 'release', ['overdue', 'overdue'], 'INV_003', 'expired expired'],
    ['a repeat', 'release', ['released', 'released'], 'r1 r2', 'released released'],
    [
      'none held, one expired',
      'release',
      ['fulfilled', 'expired', 'released'],
      'INV_003',
      'fulfilled expired released',
    ],
    ['none held, one has left', 'release', ['fulfilled', 'released'], 'INV_010', 'fulfilled released'],
    ['all held', 'deduct', ['active', 'confirmed'], 'r1 r2', 'fulfilled fulfilled'],
    ['one has left already', 'deduct', ['fulfilled', 'active'], 'r1 r2', 'fulfilled fulfilled'],
    ['one was given back', 'deduct', ['released', 'active'], 'r2', 'released fulfilled'],
    ['one is expired', 'deduct', ['active', 'expired'], 'INV_003', 'active expired'],
    ['nothing but what was given back', 'deduct', ['released'], 'INV_010', 'released'],
    ['all active', 'extend', ['active', 'active'], 'r1 r2', 'active active'],
    ['one is confirmed: all or none', 'extend', ['active', 'confirmed'], 'INV_010', 'active confirmed'],
    ['ended ones are not asked', 'extend', ['active', 'fulfilled', 'released'], 'r1', 'active fulfilled released'],
    ['one is expired', 'extend', ['active', 'expired'], 'INV_003', 'active expired'],
    ['none is active', 'extend', ['fulfilled', 'released'], 'INV_010', 'fulfilled released'],
  ])('%s: %s of %j answers %s and leaves %s', ([_why, verb, states, answer, left]) => {
    const draft = draftOf(...states.map((state, at) => held(`r${at + 1}`, state)));
    const outcome = decide(draft, business, calls[verb]);
    expect(outcome.ok ? outcome.answer.join(' ') : outcome.refusal.code).toBe(answer);
    expect([...draft.holds.values()].map((each) => each.state).join(' ')).toBe(left);
  });

  test('is what its newest reservation of each line is: older ones are history', () => {
    const line = { lineId: 'same' };
    const draft = draftOf(held('r1', 'expired', line), held('r2', 'released', line), held('r3', 'active', line));
    expect(effect(draft, decide(draft, business, calls.confirm))).toBe('acts');
    expect(draft.changedHolds).toEqual(new Set(['r3']));
  });
});

describe('confirming', () => {
  test('takes the deadline away, writes no movement and raises the version', () => {
    const draft = draftOf(held('r1', 'active'));
    decide(draft, { id: 'r1' }, calls.confirm);
    expect(draft.holds.get('r1')).toMatchObject({
      state: 'confirmed',
      expiresAt: null,
      version: 2,
      commandId: COMMAND,
    });
    expect(draft.holds.get('r1')?.lines).toMatchObject([{ held: 3, dueAt: null }]);
    expect(draft.movements).toEqual([]);
    expect(draft.facts).toMatchObject([{ type: 'stock.reservation.confirmed', from: 1, to: 2 }]);
  });

  test('past the deadline is refused even before the sweep, and frees the stock', () => {
    const draft = draftOf(held('r1', 'overdue'));
    decide(draft, { id: 'r1' }, calls.confirm);
    expect(draft.holds.get('r1')).toMatchObject({ state: 'expired', reason: 'deadline passed', endedAt: NOW });
    expect(moves(draft)).toEqual(['expire a 0 -3']);
  });

  test('a microsecond before the deadline is in time', () => {
    const soon = '2026-11-20T10:00:00.000001Z' as Instant;
    const draft = draftOf(held('r1', 'active', { expiresAt: soon }));
    expect(effect(draft, decide(draft, { id: 'r1' }, calls.confirm))).toBe('acts');
  });
});

test('a refusal names the state and what brought it about', () => {
  const draft = draftOf(held('r1', 'released', { commandId: 'who-released-it' }));
  expect(decide(draft, { id: 'r1' }, calls.confirm)).toMatchObject({
    refusal: { details: { noun: 'reservation', id: 'r1', state: 'released', cause: 'who-released-it' } },
  });
});

test('of a business document, too: the one that stands in the way, not one that was given back before', () => {
  const draft = draftOf(held('r1', 'released'), held('r2', 'fulfilled', { commandId: 'who-shipped-it' }));
  expect(decide(draft, business, calls.release)).toMatchObject({
    refusal: { details: { id: 'r2', state: 'fulfilled', cause: 'who-shipped-it' } },
  });
});

test('requests are decided in the order in which they came, each against what the ones before it left', () => {
  const draft = draftOf(held('r1', 'active'));
  const target = { id: 'r1' };
  const outcomes = decideHoldCalls(draft, [
    { commandId: 'c1', target, call: calls.release },
    { commandId: 'c2', target, call: calls.confirm },
    { commandId: 'c3', target, call: calls.release },
  ]);
  expect(outcomes.map((outcome) => outcome.ok || outcome.refusal.code)).toEqual([true, 'INV_010', true]);
  expect(moves(draft)).toEqual(['release a 0 -3']);
});
