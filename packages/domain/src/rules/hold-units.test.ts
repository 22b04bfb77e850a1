/** Holds in their own units: what bundles hold, what of them can leave, and from which lines. */
import { describe, expect, test } from 'vitest';
import { type Hold, heldOf } from '../entities/reservation.ts';
import { hold } from '../testing/draft-fixture.ts';
import { compositionOf, heldAt, isPutTogether, spread, unitsIn } from './hold-units.ts';

/** Lines as `SKU@place held/quantity`. */
function holding(skuId: string, quantity: number, ...lines: string[]): Hold {
  const plain = hold({ reservationId: 'r', skuId, quantity });
  return {
    ...plain,
    lines: lines.map((text, at) => {
      const [, part = '', locationId = '', held = '', total = ''] = /^(\w+)@(\w+) (\d+)\/(\d+)$/.exec(text) ?? [];
      const where = { reservationId: 'r', lineNo: at + 1, skuId: part, locationId, batchId: `b${at + 1}`, dueAt: null };
      return { ...where, held: Number(held), deducted: 0, quantity: Number(total) };
    }),
  };
}

const set = holding('SET', 3, 'A@n 2/2', 'B@n 3/3', 'A@d 2/4', 'B@d 3/6');
const crate = holding('CASE', 2, 'A@n 17/17', 'A@d 7/7');
const plain = holding('A', 9, 'A@n 2/4', 'A@d 5/5');

interface Units {
  readonly of: Hold;
  readonly composition: Record<string, number>;
  readonly held: number;
  readonly atD: number;
  readonly isBound: boolean;
}

describe('a hold', () => {
  test.each<[what: string, units: Units]>([
    ['of a bundle counts bundles', { of: set, composition: { A: 2, B: 3 }, held: 2, atD: 1, isBound: true }],
    [
      'of a virtual SKU counts its units, of which a place may hold a part',
      { of: crate, composition: { A: 12 }, held: 2, atD: 0, isBound: false },
    ],
    [
      'of plain stock counts pieces, whatever has left of it',
      { of: plain, composition: { A: 1 }, held: 7, atD: 5, isBound: false },
    ],
  ])('%s', (_what, { of, composition, held, atD, isBound }) => {
    expect(Object.fromEntries(compositionOf(of))).toEqual(composition);
    expect([heldOf(of), heldAt(of, undefined), heldAt(of, 'd')]).toEqual([held, held, atD]);
    expect(isPutTogether(of)).toBe(isBound);
    expect(heldAt({ ...of, state: 'released' }, undefined)).toBe(0);
  });

  test('without lines holds nothing', () => {
    expect([heldOf(holding('S', 1)), heldAt(holding('S', 1), undefined)]).toEqual([0, 0]);
  });
});

interface Spread {
  readonly of: Hold;
  readonly units: number;
  /** Line number and how much of it. */
  readonly leaving: readonly (readonly [lineNo: number, quantity: number])[];
}

describe('what leaves', () => {
  test.each<[what: string, spread: Spread]>([
    [
      'is whole bundles, place by place',
      {
        of: set,
        units: 2,
        leaving: [
          [1, 2],
          [2, 3],
          [3, 2],
          [4, 3],
        ],
      },
    ],
    [
      'is of the first place first',
      {
        of: set,
        units: 1,
        leaving: [
          [1, 2],
          [2, 3],
        ],
      },
    ],
    [
      'is gathered from all lines of a virtual SKU',
      {
        of: crate,
        units: 2,
        leaving: [
          [1, 17],
          [2, 7],
        ],
      },
    ],
    ['is in the order of lines', { of: crate, units: 1, leaving: [[1, 12]] }],
    [
      'is by the piece of plain stock',
      {
        of: plain,
        units: 4,
        leaving: [
          [1, 2],
          [2, 2],
        ],
      },
    ],
  ])('%s', (_what, { of, units, leaving }) => {
    expect([...spread(of, { lines: of.lines, units })]).toEqual(leaving);
  });

  test('is never more than there is, nor a bundle of two places', () => {
    expect(() => spread(set, { lines: set.lines, units: 3 })).toThrow('fewer than were taken');
    const apart = set.lines.filter((line) => line.lineNo === 1 || line.lineNo === 4);
    expect(unitsIn(set, apart)).toBe(0);
    expect(() => spread(set, { lines: apart, units: 1 })).toThrow('fewer than were taken');
  });
});
