/** Which facts may be published: versions follow each other along every aggregate, whatever order their rows were committed in. */
import { describe, expect, test } from 'vitest';
import type { Fact } from '../entities/outbox.ts';
import { aggregateId, type Pointed, publishable } from './succession.ts';

/** `r1 0-1` is reservation r1 from version 0 to 1, in an outbox row of its own. */
function pointed(text: string, at: number): Pointed {
  const [id = '', versions = ''] = text.split(' ');
  const [from = 0, to = 0] = versions.split('-').map(Number);
  const fact: Fact = { type: 'stock.reserved', kind: 'reservation', id, from, to, commandId: 'c' };
  return { fact, outboxId: `row${at + 1}`, at: 0 };
}

function publish(facts: readonly string[], known: Readonly<Record<string, number>> = {}) {
  const cursors = new Map(Object.entries(known).map(([id, version]) => [`reservation:${id}`, version]));
  const { ready, done, cursors: moved } = publishable(facts.map(pointed), cursors);
  return {
    ready: ready.map(({ fact }) => `${String(fact.id)} ${fact.from}-${fact.to}`).join(', '),
    done: [...done].toSorted().join(' '),
    cursors: Object.fromEntries(moved),
  };
}

describe('what is published', () => {
  test.for<[string, string[], Record<string, number>, string, string, Record<string, number>]>([
    ['nothing of nothing', [], {}, '', '', {}],
    ['the first version of what is new', ['r1 0-1'], {}, 'r1 0-1', 'row1/0', { 'reservation:r1': 1 }],
    [
      'versions that follow each other',
      ['r1 0-1', 'r1 1-2', 'r1 2-5'],
      {},
      'r1 0-1, r1 1-2, r1 2-5',
      'row1/0 row2/0 row3/0',
      { 'reservation:r1': 5 },
    ],
    [
      'in the order of versions, not of rows',
      ['r1 2-3', 'r1 1-2', 'r1 0-1'],
      {},
      'r1 0-1, r1 1-2, r1 2-3',
      'row1/0 row2/0 row3/0',
      { 'reservation:r1': 3 },
    ],
    ['what follows the last that was published', ['r1 4-5'], { r1: 4 }, 'r1 4-5', 'row1/0', { 'reservation:r1': 5 }],
    ['nothing behind a gap: its row commits late', ['r1 1-2', 'r1 2-3'], {}, '', '', {}],
    [
      'what stands before a gap, and nothing behind it',
      ['r1 0-1', 'r1 2-3'],
      {},
      'r1 0-1',
      'row1/0',
      { 'reservation:r1': 1 },
    ],
    [
      'what waited, once the late row is there',
      ['r1 2-3', 'r1 1-2'],
      { r1: 1 },
      'r1 1-2, r1 2-3',
      'row1/0 row2/0',
      { 'reservation:r1': 3 },
    ],
    ['no repeat: its row is only cleared away', ['r1 0-1', 'r1 1-2'], { r1: 2 }, '', 'row1/0 row2/0', {}],
    [
      'no repeat, but what follows it',
      ['r1 0-1', 'r1 1-2', 'r1 2-3'],
      { r1: 2 },
      'r1 2-3',
      'row1/0 row2/0 row3/0',
      { 'reservation:r1': 3 },
    ],
    ['one of two copies of the same row', ['r1 0-1', 'r1 0-1'], {}, 'r1 0-1', 'row1/0 row2/0', { 'reservation:r1': 1 }],
    [
      'of each aggregate by itself: a gap in one does not hold up the other',
      ['r1 1-2', 'r2 0-1'],
      {},
      'r2 0-1',
      'row2/0',
      { 'reservation:r2': 1 },
    ],
    ['a change of several versions at once', ['r1 3-9'], { r1: 3 }, 'r1 3-9', 'row1/0', { 'reservation:r1': 9 }],
    ['nothing that reaches back behind what was published: that would be a bug', ['r1 1-4'], { r1: 2 }, '', '', {}],
  ])('%s', ([_what, facts, known, ready, done, cursors]) => {
    expect(publish(facts, known)).toEqual({ ready, done, cursors });
  });

  test('is the same whatever order the rows are read in, and every aggregate stays in its order', () => {
    const facts = ['r1 0-1', 'r2 0-2', 'r1 1-2', 'r2 2-3', 'r3 1-2', 'r1 2-3'];
    for (let turn = 0; turn < facts.length; turn += 1) {
      const { ready, cursors } = publish([...facts.slice(turn), ...facts.slice(0, turn)]);
      expect(cursors).toEqual({ 'reservation:r1': 3, 'reservation:r2': 3 });
      const order = ready.split(', ');
      expect(order.filter((each) => each.startsWith('r1'))).toEqual(['r1 0-1', 'r1 1-2', 'r1 2-3']);
      expect(order.filter((each) => each.startsWith('r2'))).toEqual(['r2 0-2', 'r2 2-3']);
    }
  });

  test('of one row may be a part: the row is done when each of its facts is', () => {
    const facts: Pointed[] = [
      { ...pointed('r1 0-1', 0), at: 0 },
      { ...pointed('r2 1-2', 0), at: 1 },
    ];
    expect([...publishable(facts, new Map()).done]).toEqual(['row1/0']);
    expect([...publishable(facts, new Map([['reservation:r2', 1]])).done]).toEqual(['row1/0', 'row1/1']);
  });

  test('round after round, with one row late, is everything exactly once', () => {
    const rows = ['r1 0-1', 'r1 2-3', 'r1 1-2', 'r1 3-4'];
    let cursors: ReadonlyMap<string, number> = new Map();
    const published: string[] = [];
    for (const arrived of [rows.slice(0, 2), rows.slice(0, 2), rows, rows]) {
      const plan = publishable(arrived.map(pointed), cursors);
      published.push(...plan.ready.map(({ fact }) => `${fact.from}-${fact.to}`));
      cursors = new Map([...cursors, ...plan.cursors]);
    }
    expect(published).toEqual(['0-1', '1-2', '2-3', '3-4']);
  });
});

describe('the name of an aggregate', () => {
  test('is its kind and its id, for a level both ids', () => {
    expect(aggregateId({ kind: 'reservation', id: 'r1' })).toBe('reservation:r1');
    expect(aggregateId({ kind: 'level', id: ['S', 'default'] })).toBe('level:S/default');
  });

  test('is another one for every level, though identifiers may hold any sign', () => {
    const pairs = [
      ['a', 'b/c'],
      ['a/b', 'c'],
      ['/a', 'b/c'],
      ['a/', 'b/c'],
      ['a', '/b/c'],
      ['/3/a', 'b'],
      ['/3', 'a/b'],
      ['a/b/c', 'd'],
      ['a%2Fb', 'c'],
    ] as const;
    const names = pairs.map((id) => aggregateId({ kind: 'level', id }));
    expect(new Set(names).size).toBe(pairs.length);
  });

  test('fits the column of the cursors', () => {
    for (const sign of ['x', '/', '%', '\\', '~']) {
      const id = [sign.repeat(64), sign.repeat(64)] as const;
      expect(aggregateId({ kind: 'levelSettings', id }).length).toBeLessThanOrEqual(160);
    }
  });
});
