import type { StockEvent } from '@granary/client';
import { describe, expect, test } from 'vitest';
import { createInbox, type Hearing } from './inbox.ts';
import { createShelf, tableOf } from './shelf.ts';

const event = (fromVersion: number, toVersion: number, skuId = 'MUG'): StockEvent => ({
  id: `level:${skuId}/default:${toVersion}`,
  type: 'stock.level.changed',
  schemaVersion: 1,
  aggregate: { kind: 'level', id: `${skuId}/default` },
  fromVersion,
  toVersion,
  cause: { commandId: 'C', procedure: 'inbound.purchase', actor: 'local' },
  recordedAt: '2026-05-01T12:00:00.000000Z',
  before: null,
  after: { skuId, locationId: 'default', onHand: toVersion * 10, reserved: 1, locked: 0, version: toVersion },
});

type Span = readonly [from: number, to: number];

/** Hears the spans of versions one after the other. */
const heard = (spans: readonly Span[]) => {
  const inbox = createInbox();
  return spans.map(([from, to]) => inbox.hear(event(from, to)));
};

describe('the inbox', () => {
  test.each<[string, readonly Span[], readonly Hearing[]]>([
    [
      'in order',
      [
        [0, 1],
        [1, 3],
        [3, 4],
      ],
      ['next', 'next', 'next'],
    ],
    [
      'begins anywhere',
      [
        [7, 9],
        [9, 10],
      ],
      ['next', 'next'],
    ],
    [
      'a repeat of the last',
      [
        [0, 1],
        [0, 1],
      ],
      ['next', 'repeat'],
    ],
    [
      'a repeat of an older one',
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 1],
      ],
      ['next', 'next', 'next', 'repeat'],
    ],
    [
      'a hole, filled later',
      [
        [0, 1],
        [2, 3],
        [1, 2],
        [3, 4],
      ],
      ['next', 'ahead', 'late', 'next'],
    ],
    [
      'a filled hole is filled once',
      [
        [0, 1],
        [2, 3],
        [1, 2],
        [1, 2],
        [2, 3],
      ],
      ['next', 'ahead', 'late', 'repeat', 'repeat'],
    ],
    [
      'a hole filled in parts',
      [
        [0, 1],
        [5, 6],
        [2, 3],
        [2, 3],
        [1, 2],
        [3, 5],
        [3, 5],
      ],
      ['next', 'ahead', 'late', 'repeat', 'late', 'late', 'repeat'],
    ],
    [
      'what was before the first',
      [
        [7, 9],
        [5, 7],
      ],
      ['next', 'repeat'],
    ],
  ])('hears %s', (_what, spans, hearings) => {
    expect(heard(spans)).toEqual(hearings);
  });

  test('keeps aggregates apart', () => {
    const inbox = createInbox();
    expect([event(0, 1), event(0, 1, 'CUP'), event(1, 2, 'CUP'), event(1, 2)].map((one) => inbox.hear(one))).toEqual([
      'next',
      'next',
      'next',
      'next',
    ]);
    expect(inbox.counts()).toEqual({ next: 4, ahead: 0, late: 0, repeat: 0 });
  });
});

test('the shelf shows what was told last, whatever comes late or twice', () => {
  const inbox = createInbox();
  const shelf = createShelf();
  for (const one of [event(0, 1), event(2, 3), event(1, 2), event(2, 3), event(0, 1, 'CUP')])
    shelf.take(one, inbox.hear(one));
  shelf.take({ ...event(0, 1), type: 'stock.webhook.tested', after: {} }, 'next');
  expect(tableOf(shelf.rows())).toBe(
    [
      'skuId  locationId  onHand  reserved  version  heard',
      'CUP    default         10         1        1      1',
      'MUG    default         30         1        3      3',
    ].join('\n'),
  );
});
