/** Holding stock: what the business key holds already, what may replace it, and what a refusal leaves behind. */
import { describe, expect, test } from 'vitest';
import type { Hold } from '../entities/reservation.ts';
import type { Outcome } from '../refusal.ts';
import { fifo } from '../strategies/fifo.ts';
import {
  after,
  COMMAND,
  draftWith,
  hold,
  type HoldFacts,
  moves,
  NOW,
  sha256,
  unsoundness,
} from '../testing/draft-fixture.ts';
import type { Draft } from './draft.ts';
import { decideReserve, type ReserveLine } from './reserve.ts';

function line(facts: Partial<ReserveLine> = {}): ReserveLine {
  return {
    ...{ skuId: 'S', quantity: 4, criteria: {}, strategy: fifo, type: 'order', businessId: 'O-1', lineId: '' },
    ...{ expiresAt: after(600), contentHash: sha256('other content'), replace: false },
    ...facts,
  };
}

function decide(draft: Draft, ...lines: ReserveLine[]): Outcome<readonly string[]> {
  const [outcome] = decideReserve(draft, [{ commandId: COMMAND, lines }]);
  if (outcome === undefined) throw new Error('answered nothing');
  expect(unsoundness(draft)).toEqual([]);
  return outcome;
}

const brief = (outcome: Outcome<readonly string[]>) => (outcome.ok ? outcome.answer.join(' ') : outcome.refusal.code);
const held = (facts: Partial<HoldFacts> = {}): Hold => hold({ reservationId: 'r1', of: { a: 3 }, ...facts });
const same = sha256('content');

describe('a business key that holds something already', () => {
  test.for<[string, Hold, Partial<ReserveLine>, string, string[]]>([
    ['the same content: the existing one', held(), { contentHash: same }, 'r1', []],
    ['the same content, though it may be replaced', held(), { contentHash: same, replace: true }, 'r1', []],
    ['the same content, confirmed meanwhile', held({ state: 'confirmed' }), { contentHash: same }, 'r1', []],
    ['the same content, shipped in part', held({ fulfilled: 2 }), { contentHash: same }, 'r1', []],
    ['other content', held(), {}, 'INV_008', []],
    ['other content for one that is confirmed', held({ state: 'confirmed' }), { replace: true }, 'INV_008', []],
    ['other content for one that is shipped in part', held({ fulfilled: 2 }), { replace: true }, 'INV_010', []],
    ['other content in place of it', held(), { replace: true }, 'r1', ['release a 0 -3', 'reserve a 0 4']],
    [
      'overdue, the same content: held anew',
      held({ expiresAt: NOW }),
      { contentHash: same },
      'new-1',
      ['expire a 0 -3', 'reserve a 0 4'],
    ],
    ['overdue, other content: held anew', held({ expiresAt: NOW }), {}, 'new-1', ['expire a 0 -3', 'reserve a 0 4']],
    [
      'overdue, to be replaced: held anew',
      held({ expiresAt: NOW }),
      { replace: true },
      'new-1',
      ['expire a 0 -3', 'reserve a 0 4'],
    ],
    ['given back: held anew', held({ state: 'released' }), {}, 'new-1', ['reserve a 0 4']],
    ['another line of the order', held(), { lineId: '2' }, 'new-1', ['reserve a 0 4']],
    ['another kind of document with the same number', held(), { type: 'cart' }, 'new-1', ['reserve a 0 4']],
  ])('%s', ([_what, standing, facts, expected, movements]) => {
    const draft = draftWith({ batches: [{ batchId: 'a' }], holds: [standing] });
    expect(brief(decide(draft, line(facts)))).toBe(expected);
    expect(moves(draft)).toEqual(movements);
  });

  test('is replaced in one step: the id and the birthday stay, the deadline and the version are new', () => {
    const draft = draftWith({ batches: [{ batchId: 'a' }], holds: [held()] });
    decide(draft, line({ replace: true }));
    const shape = { version: 2, createdAt: after(-60), expiresAt: after(600), quantity: 4, state: 'active' };
    expect(draft.holds.get('r1')).toMatchObject({ ...shape, contentHash: sha256('other content') });
    expect(draft.holds.get('r1')?.lines).toMatchObject([{ lineNo: 1, batchId: 'a', held: 4, dueAt: after(600) }]);
    expect(draft.facts.map((fact) => fact.type)).toEqual(['stock.reservation.replaced']);
  });

  test('never blocks its own shopper: what it holds counts as free for what replaces it', () => {
    const draft = draftWith({ batches: [{ batchId: 'a', onHand: 5 }], holds: [held({ of: { a: 5 } })] });
    expect(brief(decide(draft, line({ quantity: 5, replace: true })))).toBe('r1');
  });

  test('stays as it was when what should replace it is short', () => {
    const draft = draftWith({ batches: [{ batchId: 'a', onHand: 5 }], holds: [held({ of: { a: 5 } })] });
    const refused = decide(draft, line({ quantity: 6, replace: true }));
    expect(refused).toMatchObject({ refusal: { details: { lines: [{ requested: 6, available: 5 }] } } });
    expect(draft.holds.get('r1')).toMatchObject({ version: 1, state: 'active' });
    expect(draft.movements).toEqual([]);
  });
});

describe('a new reservation', () => {
  test('is active, with its deadline on every line', () => {
    const draft = draftWith({ batches: [{ batchId: 'a', onHand: 3 }, { batchId: 'b' }] });
    expect(brief(decide(draft, line()))).toBe('new-1');
    const header = {
      state: 'active',
      quantity: 4,
      fulfilled: 0,
      version: 1,
      createdAt: NOW,
      expiresAt: after(600),
      endedAt: null,
    };
    expect(draft.holds.get('new-1')).toMatchObject({ ...header, commandId: COMMAND, originType: null });
    expect(draft.holds.get('new-1')?.lines).toMatchObject([
      { lineNo: 1, batchId: 'a', quantity: 3, held: 3, dueAt: after(600) },
      { lineNo: 2, batchId: 'b', quantity: 1, held: 1, dueAt: after(600) },
    ]);
    expect(draft.facts).toMatchObject([{ type: 'stock.reserved', from: 0, to: 1, before: null }]);
    expect(draft.onHandChanges).toEqual([]);
  });

  test('makes a ledger that follows: versions, balances and hashes', () => {
    const draft = draftWith({ batches: [{ batchId: 'a', onHand: 3 }, { batchId: 'b' }] });
    decide(draft, line());
    expect(draft.movements.map(({ version, onHand, reserved }) => [version, onHand, reserved])).toEqual([
      [1, 13, 3],
      [2, 13, 4],
    ]);
    const level = [...draft.levels.values()][0];
    expect(level).toMatchObject({ version: 2, onHandVersion: 0, headHash: draft.movements[1]?.hash, recordedAt: NOW });
  });
});

describe('several lines', () => {
  test('are answered in their order, those that stand and those that are new', () => {
    const draft = draftWith({ batches: [{ batchId: 'a' }], holds: [held({ lineId: '2' })] });
    const lines = [
      line({ lineId: '1', quantity: 1 }),
      line({ lineId: '2', contentHash: same }),
      line({ lineId: '3', quantity: 1 }),
    ];
    expect(brief(decide(draft, ...lines))).toBe('new-1 r1 new-2');
  });

  test('are all held or none, and what was overdue among them stays expired', () => {
    const draft = draftWith({ batches: [{ batchId: 'a' }], holds: [held({ lineId: '1', expiresAt: NOW })] });
    const refused = decide(draft, line({ lineId: '1', quantity: 1 }), line({ lineId: '2', quantity: 10 }));
    expect(brief(refused)).toBe('INV_002');
    expect(draft.holds.get('r1')).toMatchObject({ state: 'expired', commandId: COMMAND });
    expect([...draft.holds.keys()]).toEqual(['r1']);
    expect(moves(draft)).toEqual(['expire a 0 -3']);
  });

  test('may replace each other’s place: what one frees, another may take', () => {
    const holds = [held({ lineId: '1', of: { a: 6 } }), held({ reservationId: 'r2', lineId: '2', of: { a: 4 } })];
    const draft = draftWith({ batches: [{ batchId: 'a' }], holds });
    const lines = [
      line({ lineId: '1', quantity: 4, replace: true }),
      line({ lineId: '2', quantity: 6, replace: true }),
    ];
    expect(brief(decide(draft, ...lines))).toBe('r1 r2');
  });
});

test('a list of requests is decided in arrival order: the last unit goes to the first who asked', () => {
  const draft = draftWith({ batches: [{ batchId: 'a', onHand: 1 }] });
  const requests = ['O-1', 'O-2', 'O-3'].map((businessId, at) => ({
    commandId: `c${at + 1}`,
    lines: [line({ businessId, quantity: 1 })],
  }));
  const outcomes = decideReserve(draft, requests);
  expect(outcomes.map(brief)).toEqual(['new-1', 'INV_002', 'INV_002']);
  expect(unsoundness(draft)).toEqual([]);
});

test('the same request twice in one list is one reservation', () => {
  const draft = draftWith({ batches: [{ batchId: 'a' }] });
  const outcomes = decideReserve(draft, [
    { commandId: 'c1', lines: [line()] },
    { commandId: 'c2', lines: [line()] },
  ]);
  expect(outcomes.map(brief)).toEqual(['new-1', 'new-1']);
  expect(moves(draft)).toEqual(['reserve a 0 4']);
});
