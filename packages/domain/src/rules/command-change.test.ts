/** What a command records: explicit old and new, else its facts where no ledger tells; and every SKU that it touched or named. */
import type { Instant } from '@granary/contracts/instant';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../entities/outbox.ts';
import { changeOf, skusOf } from './command-change.ts';
import { openDraft } from './draft.ts';

const now = '2026-11-20T10:00:00.000000Z' as Instant;
const draft = () => openDraft({ now, ids: () => 'id', sha256: (text) => text } as Parameters<typeof openDraft>[0]);
const fact: Fact = {
  ...{ type: 'stock.sku.updated', kind: 'sku', id: 'A', from: 1, to: 2, commandId: 'C' },
  ...{ before: { name: 'old' }, after: { name: 'new' } },
};

describe('old and new', () => {
  test('what the decision says is recorded as it is', () => {
    const told = { before: 1, after: 2 };
    expect(changeOf({ ...draft(), facts: [fact] }, told)).toBe(told);
  });

  test('where it says only what it made, what it changed on the way is taken from the facts', () => {
    const made: Fact = { ...fact, kind: 'batch', id: 'B', from: 0, to: 1, before: null };
    expect(changeOf({ ...draft(), facts: [made] }, { after: 2 })).toEqual({ after: 2 });
    expect(changeOf({ ...draft(), facts: [made, fact] }, { after: 2 })).toEqual({
      before: [{ kind: 'sku', id: 'A', value: { name: 'old' } }],
      after: 2,
    });
  });

  test('where it says nothing and nothing moved, the facts are kept: the outbox forgets them', () => {
    expect(changeOf({ ...draft(), facts: [fact] }, {})).toEqual({
      before: [{ kind: 'sku', id: 'A', value: { name: 'old' } }],
      after: [{ kind: 'sku', id: 'A', value: { name: 'new' } }],
    });
  });

  test('where something moved the ledger tells, and nothing is written twice', () => {
    expect(changeOf({ movements: [{} as never], facts: [fact] }, {})).toEqual({});
  });
});

describe('SKUs', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['none', { id: 'x' }, []],
    ['one by name', { skuId: 'B' }, ['B']],
    [
      'those of the lines, each once and in order',
      { lines: [{ skuId: 'C' }, { skuId: 'A' }, { skuId: 'C' }] },
      ['A', 'C'],
    ],
    ['nothing in what is no object', 'skuId', []],
    ['nothing that is no text', { skuId: 7, lines: 'all' }, []],
  ])('the input names %s', (_what, input, skuIds) => {
    expect(skusOf(undefined, input)).toEqual(skuIds);
  });

  test('the draft adds what it moved, changed, held or told of', () => {
    const touched = draft();
    touched.movements.push({ skuId: 'MOVED' } as never);
    touched.batches.set('b', { skuId: 'BATCH' } as never);
    touched.changedBatches.add('b');
    touched.holds.set('h', { skuId: 'BUNDLE', lines: [{ skuId: 'PART' }] } as never);
    touched.changedHolds.add('h');
    touched.documentLines.push({ skuId: 'LINE' } as never);
    touched.facts.push(
      fact,
      { ...fact, kind: 'levelSettings', id: ['SET', 'default'] },
      { ...fact, kind: 'token', id: 'T' },
    );
    expect(skusOf(touched, { skuId: 'ASKED' })).toEqual([
      ...['A', 'ASKED', 'BATCH', 'BUNDLE', 'LINE', 'MOVED', 'PART', 'SET'],
    ]);
  });

  test('what was only looked at is not named', () => {
    const looked = draft();
    looked.skus.set('SEEN', { skuId: 'SEEN' } as never);
    looked.batches.set('b', { skuId: 'SEEN' } as never);
    expect(skusOf(looked, {})).toEqual([]);
  });
});
