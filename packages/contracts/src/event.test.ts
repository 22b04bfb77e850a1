/** The table of events: closed, and every event ordered along an aggregate that is known. */
import { expect, test } from 'vitest';
import { aggregateKinds, eventTable } from './event.ts';

test.each(Object.entries(eventTable))('%s is ordered along a known aggregate (%s)', (type, kind) => {
  expect(aggregateKinds).toContain(kind);
  expect(type).toMatch(/^(stock|cost)(\.[a-z]+)+$/);
});

test('no kind of aggregate is listed that no event is ordered along', () => {
  expect([...new Set(Object.values(eventTable))].toSorted()).toEqual([...aggregateKinds].toSorted());
});

test('the names that the seed gave are kept', () => {
  const types = Object.keys(eventTable);
  for (const name of ['stock.batch.created', 'stock.reserved', 'stock.inbound', 'stock.outbound'])
    expect(types).toContain(name);
});

test('a reservation can tell of each of its ends', () => {
  const ends = ['fulfilled', 'released', 'expired'].map((state) => `stock.reservation.${state}`);
  expect(Object.keys(eventTable)).toEqual(expect.arrayContaining(ends));
});
