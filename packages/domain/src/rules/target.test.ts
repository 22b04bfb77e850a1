/** Which reservations a call means: the newest of every line, held before ended, and never another document's. */
import { describe, expect, test } from 'vitest';
import type { Hold } from '../entities/reservation.ts';
import { after, COMMAND, draftWith, hold, type HoldFacts, NOW } from '../testing/draft-fixture.ts';
import { aim, newestOf, type Target, type TargetRules } from './target.ts';

const order: Target = { type: 'order', businessId: 'O-1' };

function draftOf(...facts: HoldFacts[]) {
  return draftWith({
    batches: [{ batchId: 'a', onHand: 50 }],
    holds: facts.map((each): Hold => hold({ of: { a: 1 }, ...each })),
  });
}

describe('the newest', () => {
  test.each<[string, HoldFacts[], string]>([
    [
      'of one line is the one made last',
      [
        { reservationId: 'r1', state: 'released' },
        { reservationId: 'r2', state: 'expired' },
      ],
      'r2',
    ],
    [
      'is the held one, whatever was made after it',
      [{ reservationId: 'r1' }, { reservationId: 'r2', state: 'released' }],
      'r1',
    ],
    [
      'does not depend on the order in which they were loaded',
      [
        { reservationId: 'r2', state: 'released' },
        { reservationId: 'r1', state: 'expired' },
      ],
      'r2',
    ],
    [
      'is one for each line',
      [
        { reservationId: 'r1', lineId: '1' },
        { reservationId: 'r2', lineId: '2' },
      ],
      'r1 r2',
    ],
    [
      'is one for each SKU',
      [
        { reservationId: 'r1', skuId: 'S' },
        { reservationId: 'r2', skuId: 'T' },
      ],
      'r1 r2',
    ],
    [
      'is in the order of ids',
      [
        { reservationId: 'r2', lineId: '2' },
        { reservationId: 'r1', lineId: '1' },
      ],
      'r1 r2',
    ],
    [
      'is not of another document',
      [
        { reservationId: 'r1', businessId: 'O-2' },
        { reservationId: 'r2', type: 'cart' },
      ],
      '',
    ],
    [
      'tells a line `1` of SKU `S` from another pair that reads alike',
      [
        { reservationId: 'r1', skuId: 'S1', lineId: '' },
        { reservationId: 'r2', skuId: 'S', lineId: '1' },
      ],
      'r1 r2',
    ],
  ])('%s', (_what, facts, expected) => {
    expect(
      newestOf(draftOf(...facts), order)
        .map((each) => each.reservationId)
        .join(' '),
    ).toBe(expected);
  });

  test('by id is that one or none, however old', () => {
    const draft = draftOf({ reservationId: 'r1', state: 'released' }, { reservationId: 'r2' });
    expect(newestOf(draft, { id: 'r1' })).toHaveLength(1);
    expect(newestOf(draft, { id: 'r3' })).toEqual([]);
  });
});

describe('aiming', () => {
  const rules: TargetRules = {
    byId: { active: 'act', confirmed: 'same', fulfilled: 'refuse', released: 'ignore' },
    byBusiness: { active: 'act', confirmed: 'same', fulfilled: 'refuse', released: 'ignore' },
    expiredRefuses: true,
    verb: 'moved',
  };
  const at = { target: order, commandId: COMMAND };

  test('sorts what it finds into what is changed and what is answered as it is', () => {
    const facts = [
      { reservationId: 'r1', lineId: '1' },
      { reservationId: 'r2', lineId: '2', state: 'confirmed' as const },
    ];
    const found = aim(draftOf(...facts), at, rules);
    expect(found).toMatchObject({
      ok: true,
      answer: { act: [{ reservationId: 'r1' }], same: [{ reservationId: 'r2' }] },
    });
  });

  test('names every reservation that has expired, and expires those that are overdue first', () => {
    const draft = draftOf(
      { reservationId: 'r1', lineId: '1', expiresAt: NOW },
      { reservationId: 'r2', lineId: '2', state: 'expired' },
      { reservationId: 'r3', lineId: '3', expiresAt: after(1) },
    );
    expect(aim(draft, at, rules)).toMatchObject({ ok: false, refusal: { details: { reservationIds: ['r1', 'r2'] } } });
    expect(draft.changedHolds).toEqual(new Set(['r1']));
  });

  test('looks past expired ones when others are held, where the call says so', () => {
    const facts = [
      { reservationId: 'r1', lineId: '1', state: 'expired' as const },
      { reservationId: 'r2', lineId: '2' },
    ];
    const found = aim(draftOf(...facts), at, { ...rules, expiredRefuses: false });
    expect(found).toMatchObject({ ok: true, answer: { act: [{ reservationId: 'r2' }], same: [] } });
  });

  test('refuses when every one is to be ignored, since nothing would happen', () => {
    const found = aim(draftOf({ reservationId: 'r1', state: 'released' }), at, rules);
    expect(found).toMatchObject({ ok: false, refusal: { code: 'INV_010', details: { id: 'r1', state: 'released' } } });
  });

  test('tells what was not found: a reservation, or a kind of business document', () => {
    const draft = draftOf();
    expect(aim(draft, { ...at, target: { id: 'r9' } }, rules)).toMatchObject({
      refusal: { details: { noun: 'reservation', id: 'r9' } },
    });
    expect(aim(draft, at, rules)).toMatchObject({ refusal: { details: { noun: 'order reservation', id: 'O-1' } } });
  });
});
