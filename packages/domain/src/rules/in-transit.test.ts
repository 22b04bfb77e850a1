/** Expected receipts: what arrivals lower, what comes next for a short line, and what is overdue. */
import type { NextSupply } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import { describe, expect, it } from 'vitest';
import type { InTransit, InTransitLineRow } from '../entities/in-transit.ts';
import { lowered, overdueAt, revised } from './in-transit.ts';
import { nextOf } from './next-supply.ts';

const day = (number: number) => `2026-01-0${number}T00:00:00.000000Z` as Instant;
const line = (lineNo: number, facts: Partial<InTransitLineRow> = {}): InTransitLineRow => ({
  ...{
    inTransitId: 'E',
    lineNo,
    skuId: 'S',
    locationId: 'A',
    quantity: 5,
    received: 0,
    outstanding: 5,
    expectedAt: day(1),
  },
  ...facts,
});
const expected = (...lines: InTransitLineRow[]): InTransit => ({
  ...{ inTransitId: 'E', source: 'purchase', reference: 'R', supplier: null, status: 'expected', expectedAt: day(1) },
  ...{ contentHash: '', createdAt: day(1), endReason: null, version: 1, commandId: 'C', lines },
});
const arrived = (quantity: number, skuId = 'S', locationId = 'A') => ({ skuId, locationId, quantity });

describe('arrivals', () => {
  it.each([
    [
      'lower the first line of the SKU and place',
      [arrived(3)],
      [
        [3, 2],
        [0, 5],
      ],
      'partlyReceived',
    ],
    [
      'go on to the next line of it',
      [arrived(4), arrived(4)],
      [
        [5, 0],
        [3, 2],
      ],
      'partlyReceived',
    ],
    [
      'beyond what was expected lower nothing more',
      [arrived(99)],
      [
        [5, 0],
        [5, 0],
      ],
      'received',
    ],
    [
      'of another SKU or place lower nothing',
      [arrived(3, 'X'), arrived(3, 'S', 'B')],
      [
        [0, 5],
        [0, 5],
      ],
      'expected',
    ],
  ])('%s', (_what, ...[arrivals, left, status]) => {
    const after = lowered(expected(line(1), line(2)), arrivals, 'C2');
    expect(after.lines.map(({ received, outstanding }) => [received, outstanding])).toEqual(left);
    expect(after).toMatchObject({ status, version: 2, commandId: 'C2' });
  });

  it('are kept when the quantity changes', () => {
    const before = expected(line(1, { received: 3, outstanding: 2 }));
    const after = revised(before, { expectedAt: day(2), quantities: new Map([[1, 9]]), commandId: 'C2' });
    expect(after.lines).toMatchObject([{ quantity: 9, received: 3, outstanding: 6, expectedAt: day(2) }]);
  });
});

describe('next comes', () => {
  const rows = [
    { skuId: 'S', locationId: 'A', expectedAt: day(3), quantity: 1 },
    { skuId: 'S', locationId: 'A', expectedAt: null, quantity: 10 },
    { skuId: 'S', locationId: 'B', expectedAt: day(2), quantity: 4 },
    { skuId: 'S', locationId: 'C', expectedAt: day(2), quantity: 2 },
    { skuId: 'T', locationId: 'A', expectedAt: null, quantity: 7 },
  ];
  it.each<[string, string, string | null, NextSupply | undefined]>([
    ['the nearest, of all places together', 'S', null, { expectedAt: day(2), quantity: 6 }],
    ['the nearest of the place that was asked for', 'S', 'A', { expectedAt: day(3), quantity: 1 }],
    ['what has no time where nothing has one', 'T', null, { expectedAt: null, quantity: 7 }],
    ['nothing elsewhere', 'T', 'B', undefined],
    ['nothing of another SKU', 'U', null, undefined],
  ])('%s', (_what, ...[skuId, locationId, next]) => {
    expect(nextOf(rows, { skuId, locationId })).toEqual(next);
  });
});

it.each<[string, Instant | null, number, boolean]>([
  ['at its very moment', day(2), 1, true],
  ['not before', day(3), 1, false],
  ['not once everything came', day(1), 0, false],
  ['never without a time', null, 1, false],
])('overdue %s', (_what, ...[expectedAt, outstanding, overdue]) => {
  expect(overdueAt(day(2), { expectedAt, outstanding })).toBe(overdue);
});
