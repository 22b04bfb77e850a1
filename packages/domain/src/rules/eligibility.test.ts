/** Why a batch does not count: one reason each, the first that holds in a fixed order. */
import { describe, expect, test } from 'vitest';
import { after, batch, type BatchFacts, type DraftFacts, draftWith, NOW } from '../testing/draft-fixture.ts';
import { type Criteria, isPlaceOpen, passedOver } from './eligibility.ts';

const DAY = 86_400;

function reason(facts: Partial<BatchFacts>, criteria: Criteria, more: DraftFacts = {}): string {
  const one = { batchId: 'a', ...facts };
  const places = draftWith({ batches: [one], priorities: { west: 1 }, ...more });
  return passedOver(batch(one), criteria, { places, now: NOW }) ?? 'counts';
}

describe('a batch', () => {
  test.for<[string, Partial<BatchFacts>, Criteria, string, DraftFacts?]>([
    ['free, at an open place', {}, {}, 'counts'],
    ['at the place that was asked for', {}, { locationId: 'default' }, 'counts'],
    ['at another place', {}, { locationId: 'west' }, 'location'],
    ['at a place that is switched off', {}, {}, 'location', { inactive: ['default'] }],
    ['at a level that is switched off', {}, {}, 'location', { levels: [{ locationId: 'default', isActive: false }] }],
    ['at a place that nobody knows', { locationId: 'nowhere' }, {}, 'location'],
    ['named', {}, { batchIds: ['b', 'a'] }, 'counts'],
    ['not among those that were named', {}, { batchIds: ['b'] }, 'not needed'],
    ['frozen', { status: 'frozen' }, {}, 'frozen'],
    ['merged into another', { status: 'merged' }, {}, 'frozen'],
    ['declared expired', { status: 'expired' }, {}, 'expired'],
    ['expired at this very moment', { expiresAt: NOW }, {}, 'expired'],
    ['good for one more second', { expiresAt: after(1) }, {}, 'counts'],
    ['undated, whatever shelf life is asked', {}, { minRemainingDays: 36_500 }, 'counts'],
    ['good for exactly the days that are asked', { expiresAt: after(30 * DAY) }, { minRemainingDays: 30 }, 'counts'],
    ['good for a second less', { expiresAt: after(30 * DAY - 1) }, { minRemainingDays: 30 }, 'shelf life'],
    ['good for today when no day is asked', { expiresAt: after(1) }, { minRemainingDays: 0 }, 'counts'],
    ['of the quality that is asked', {}, { qualityLevel: 'A' }, 'counts'],
    ['of another quality', {}, { qualityLevel: 'B' }, 'quality'],
    ['of a quality that differs in letter case', {}, { qualityLevel: 'a' }, 'quality'],
    ['wholly held', { reserved: 10 }, {}, 'held'],
    ['wholly locked', { locked: 10 }, {}, 'held'],
    ['held and locked together', { reserved: 4, locked: 6 }, {}, 'held'],
    ['with one unit free', { reserved: 4, locked: 5 }, {}, 'counts'],
    ['empty', { onHand: 0 }, {}, 'held'],
  ])('%s', ([_what, facts, criteria, expected, more]) => {
    expect(reason(facts, criteria, more)).toBe(expected);
  });

  test('of which several things are wrong says the first in the order of the table', () => {
    const worst: Partial<BatchFacts> = { status: 'frozen', expiresAt: after(DAY), qualityLevel: 'B', reserved: 10 };
    const asked: Criteria = { locationId: 'west', batchIds: ['b'], minRemainingDays: 2, qualityLevel: 'A' };
    const steps: [Partial<BatchFacts>, Criteria][] = [
      [{}, {}],
      [{}, { locationId: 'default' }],
      [{}, { batchIds: ['a'] }],
      [{ status: 'expired' }, {}],
      [{ status: 'available' }, {}],
      [{}, { minRemainingDays: 1 }],
      [{ qualityLevel: 'A' }, {}],
      [{ reserved: 9 }, {}],
    ];
    let [facts, criteria] = [worst, asked];
    const told = steps.map(([better, looser]) => {
      [facts, criteria] = [
        { ...facts, ...better },
        { ...criteria, ...looser },
      ];
      return reason(facts, criteria);
    });
    expect(told).toEqual(['location', 'not needed', 'frozen', 'expired', 'shelf life', 'quality', 'held', 'counts']);
  });
});

test.each<[string, DraftFacts, boolean]>([
  ['an active level at an active location', { levels: [{ locationId: 'default' }] }, true],
  ['an inactive level', { levels: [{ locationId: 'default', isActive: false }] }, false],
  ['an inactive location', { levels: [{ locationId: 'default' }], inactive: ['default'] }, false],
  ['no level', {}, false],
])('%s', (_what, facts, isOpen) => {
  expect(isPlaceOpen({ skuId: 'S', locationId: 'default' }, draftWith(facts))).toBe(isOpen);
});
