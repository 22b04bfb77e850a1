/** Choosing stock for several lines at once: equal ones are summed, every short sum is named, and nothing is posted. */
import { describe, expect, test } from 'vitest';
import { costOptimized } from '../strategies/cost-optimized.ts';
import { fifo } from '../strategies/fifo.ts';
import { leastBatches } from '../strategies/least-batches.ts';
import { after, type DraftFacts, draftWith, hold, NOW } from '../testing/draft-fixture.ts';
import { chooseStock, type Demand, levelsInTheWay } from './shortage.ts';

function want(quantity: number, criteria: Demand['criteria'] = {}, facts: Partial<Demand> = {}): Demand {
  return { skuId: 'S', quantity, criteria, strategy: fifo, ...facts };
}

const twoPlaces: DraftFacts = {
  batches: [
    { batchId: 'a', onHand: 3, locationId: 'east' },
    { batchId: 'b', onHand: 3, locationId: 'west' },
  ],
  priorities: { west: 10, east: 20 },
};

describe('a shortage', () => {
  test.for<[string, DraftFacts, Demand[], unknown[]]>([
    [
      'of one line',
      { batches: [{ batchId: 'a' }] },
      [want(11)],
      [{ skuId: 'S', locationId: null, requested: 11, available: 10 }],
    ],
    [
      'of equal lines is one sum',
      { batches: [{ batchId: 'a' }] },
      [want(6), want(6)],
      [{ skuId: 'S', locationId: null, requested: 12, available: 10 }],
    ],
    [
      'at a place says where',
      twoPlaces,
      [want(4, { locationId: 'east' })],
      [{ skuId: 'S', locationId: 'east', requested: 4, available: 3 }],
    ],
    [
      'at two places is two',
      twoPlaces,
      [want(4, { locationId: 'east' }), want(5, { locationId: 'west' })],
      [
        { skuId: 'S', locationId: 'east', requested: 4, available: 3 },
        { skuId: 'S', locationId: 'west', requested: 5, available: 3 },
      ],
    ],
    [
      'of a SKU that never came in',
      { levels: [{ locationId: 'default' }] },
      [want(1)],
      [{ skuId: 'S', locationId: null, requested: 1, available: 0 }],
    ],
    [
      'names every short SKU and no other',
      { batches: [{ batchId: 'a' }, { batchId: 'b', skuId: 'T' }, { batchId: 'c', skuId: 'U' }] },
      [want(11), want(10, {}, { skuId: 'T' }), want(12, {}, { skuId: 'U' })],
      [
        { skuId: 'S', locationId: null, requested: 11, available: 10 },
        { skuId: 'U', locationId: null, requested: 12, available: 10 },
      ],
    ],
    [
      'counts no other quality',
      { batches: [{ batchId: 'a' }, { batchId: 'b', qualityLevel: 'B' }] },
      [want(11, { qualityLevel: 'B' })],
      [{ skuId: 'S', locationId: null, requested: 11, available: 10 }],
    ],
    [
      'sums one set of batches, however it is written',
      { batches: [{ batchId: 'a' }, { batchId: 'b' }] },
      [want(11, { batchIds: ['a', 'b'] }), want(10, { batchIds: ['b', 'a'] })],
      [{ skuId: 'S', locationId: null, requested: 21, available: 20 }],
    ],
    [
      'adds what the caller brings along',
      { batches: [{ batchId: 'a' }] },
      [want(12, {}, { own: 5 })],
      [{ skuId: 'S', locationId: null, requested: 17, available: 15 }],
    ],
    [
      'adds it once for each line that brings some, also for one that needs no more',
      { batches: [{ batchId: 'a' }] },
      [want(0, {}, { own: 4 }), want(12, {}, { own: 5 })],
      [{ skuId: 'S', locationId: null, requested: 21, available: 19 }],
    ],
  ])('%s', ([_what, facts, demands, short]) => {
    const draft = draftWith(facts);
    expect(chooseStock(draft, demands)).toEqual({ ok: false, short });
    expect(draft.movements).toEqual([]);
  });

  test('by lines that take it from each other names the one that found too little', () => {
    const demands = [want(5), want(3, { locationId: 'west' })];
    const short = [{ skuId: 'S', locationId: 'west', requested: 3, available: 0 }];
    expect(chooseStock(draftWith(twoPlaces), demands)).toEqual({ ok: false, short });
    const own = [want(5), want(3, { locationId: 'west' }, { own: 2 })];
    expect(chooseStock(draftWith(twoPlaces), own)).toEqual({
      ok: false,
      short: [{ ...short[0], requested: 5, available: 2 }],
    });
  });

  test('is none where the lines take from each other and enough is left', () => {
    const demands = [want(2), want(1, { locationId: 'west' }), want(3)];
    expect(chooseStock(draftWith(twoPlaces), demands)).toMatchObject({
      allocations: [[{ batchId: 'b', quantity: 2 }], [{ batchId: 'b', quantity: 1 }], [{ batchId: 'a', quantity: 3 }]],
    });
  });
});

describe('what is chosen', () => {
  test('is for each line by its own strategy, after what the lines before it take', () => {
    const batches = [
      { batchId: 'a', onHand: 2, receivedAt: after(-30), unitCost: 3n },
      { batchId: 'b', onHand: 2, receivedAt: after(-20), unitCost: 1n },
      { batchId: 'c', onHand: 9, receivedAt: after(-10), unitCost: 2n },
    ];
    const draft = draftWith({ batches: batches as DraftFacts['batches'] & object });
    const demands = [want(3), want(2, {}, { strategy: costOptimized }), want(5, {}, { strategy: leastBatches })];
    const choice = chooseStock(draft, demands);
    expect(
      choice.ok &&
        choice.allocations.map((lines) => lines.map(({ batchId, quantity }) => `${batchId}${quantity}`).join(' ')),
    ).toEqual(['a2 b1', 'b1 c1', 'c5']);
  });

  test('counts as free what a replaced hold gives back, and only where it may be taken', () => {
    const holds = [hold({ reservationId: 'r1', of: { a: 10, old: 5 } })];
    const batches = [{ batchId: 'a' }, { batchId: 'old', expiresAt: NOW }];
    const freed = new Map([
      ['a', 10],
      ['old', 5],
    ]);
    const draft = draftWith({ batches, holds });
    expect(chooseStock(draft, [want(10)], freed).ok).toBe(true);
    expect(chooseStock(draft, [want(11)], freed)).toMatchObject({ short: [{ requested: 11, available: 10 }] });
  });

  test('is nothing for a line that needs nothing', () => {
    const draft = draftWith({ batches: [{ batchId: 'a' }] });
    expect(chooseStock(draft, [want(0), want(2)])).toMatchObject({
      allocations: [[], [{ batchId: 'a', quantity: 2 }]],
    });
    expect(chooseStock(draft, [])).toEqual({ ok: true, allocations: [] });
  });
});

test('holds are in the way at the levels that a demand may take from', () => {
  const draft = draftWith({ ...twoPlaces, levels: [{ locationId: 'default', skuId: 'T' }] });
  const at = (...demands: Demand[]) =>
    levelsInTheWay(draft, demands).map((level) => `${level.skuId} ${level.locationId}`);
  expect(at(want(1))).toEqual(['S east', 'S west']);
  expect(at(want(1, { locationId: 'west' }))).toEqual(['S west']);
  expect(at(want(1, {}, { skuId: 'T' }))).toEqual(['T default']);
  expect(at()).toEqual([]);
});
