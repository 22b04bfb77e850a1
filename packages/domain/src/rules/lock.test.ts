/** Locks as rules: what is taken, what refuses, what ends, and what each step tells. */
import { describe, expect, test } from 'vitest';
import type { Lock } from '../entities/lock.ts';
import { after, COMMAND, type DraftFacts, draftWith, moves, NOW, unsoundness } from '../testing/draft-fixture.ts';
import { type BusinessLockRequest, decideBusinessLock } from './business-lock.ts';
import type { Draft } from './draft.ts';
import { decideRelease, expireLock } from './end-lock.ts';
import { scopeOf } from './location-scope.ts';
import { type LockBook, openLockBook } from './lock-book.ts';
import { decideOperationLock } from './operation-lock.ts';

const shelf: DraftFacts['batches'] = [{ batchId: 'a' }, { batchId: 'b', reserved: 0, onHand: 5 }];
const business = (more: Partial<BusinessLockRequest> = {}): BusinessLockRequest => ({
  commandId: COMMAND,
  skuId: undefined,
  lines: [{ batchId: 'a', quantity: 4 }],
  type: 'promotion',
  businessId: 'P',
  reason: 'set aside',
  deadline: { ttlSeconds: 60 },
  contentHash: 'one',
  ...more,
});
const operation = (...batchIds: string[]) => ({
  ...{
    commandId: COMMAND,
    batchIds,
    type: 'inspection',
    operator: 'Ida',
    reason: 'why',
    ttlSeconds: 60,
    contentHash: 'one',
  },
});
const answerOf = (outcome: ReturnType<typeof decideBusinessLock>): Lock => {
  if (!outcome.ok) throw outcome.refusal;
  return outcome.answer;
};
const told = (draft: Draft) => draft.facts.map(({ type, from, to }) => `${type} ${from}-${to}`);
const make = (facts: DraftFacts = { batches: shelf }): { draft: Draft; book: LockBook } => ({
  draft: draftWith(facts),
  book: openLockBook(),
});

describe('a business lock', () => {
  test('moves free stock to locked and tells it once', () => {
    const { draft, book } = make();
    const lock = answerOf(decideBusinessLock(draft, book, business()));
    expect(lock).toMatchObject({ state: 'active', version: 1, expiresAt: after(60), createdAt: NOW });
    expect(moves(draft)).toEqual(['lock a 0 0']);
    expect(draft.batches.get('a')).toMatchObject({ onHand: 10, locked: 4 });
    expect(told(draft)).toEqual(['stock.locked 0-1']);
    expect(unsoundness(draft)).toEqual([]);
  });

  test.for<[string, Partial<BusinessLockRequest>, DraftFacts, string]>([
    ['more than is free', { lines: [{ batchId: 'a', quantity: 11 }] }, { batches: shelf }, 'INV_002'],
    ['an unknown batch', { lines: [{ batchId: 'x', quantity: 1 }] }, { batches: shelf }, 'INV_007'],
    ['an unknown SKU', { skuId: 'T' }, { batches: shelf }, 'INV_001'],
    [
      'a batch of another SKU',
      { skuId: 'T' },
      { batches: [{ batchId: 'a' }, { batchId: 't', skuId: 'T' }] },
      'INV_005',
    ],
    ['a deadline that has passed', { deadline: { at: NOW } }, { batches: shelf }, 'INV_005'],
    ['a frozen batch', {}, { batches: [{ batchId: 'a', status: 'frozen', frozenBy: 'L' }] }, 'INV_016'],
    ['a merged batch', {}, { batches: [{ batchId: 'a', status: 'merged', mergedInto: 'm', onHand: 0 }] }, 'INV_010'],
  ])('of %s is refused', ([_what, more, facts, code]) => {
    const { draft, book } = make(facts);
    expect(decideBusinessLock(draft, book, business(more))).toMatchObject({ ok: false, refusal: { code } });
    expect(draft.movements).toEqual([]);
    expect(book.changed.size).toBe(0);
  });

  test.each<[string, Partial<BusinessLockRequest>, string]>([
    ['the same content answers it', {}, 'same'],
    ['other content is refused', { contentHash: 'two' }, 'INV_008'],
    ['another business id makes one of its own', { businessId: 'Q' }, 'new'],
    ['another type makes one of its own', { type: 'quality' }, 'new'],
  ])('that stands: %s', (_what, more, expected) => {
    const { draft, book } = make();
    const first = answerOf(decideBusinessLock(draft, book, business()));
    const outcome = decideBusinessLock(draft, book, business(more));
    expect(outcome.ok ? (outcome.answer.lockId === first.lockId ? 'same' : 'new') : outcome.refusal.code).toBe(
      expected,
    );
  });

  test('that is overdue makes room for the next of its business', () => {
    const { draft, book } = make();
    const first = answerOf(decideBusinessLock(draft, book, business({ lines: [{ batchId: 'a', quantity: 10 }] })));
    book.locks.set(first.lockId, { ...first, expiresAt: NOW });
    const second = answerOf(decideBusinessLock(draft, book, business({ contentHash: 'two' })));
    expect(second.lockId).not.toBe(first.lockId);
    expect(draft.batches.get('a')).toMatchObject({ locked: 4 });
    expect(book.locks.get(first.lockId)).toMatchObject({ state: 'expired', version: 2 });
  });

  test('of which a part lies elsewhere is told of to nobody who may not see it', () => {
    const { draft, book } = make();
    const first = answerOf(decideBusinessLock(draft, book, business()));
    const outcome = decideBusinessLock({ ...draft, scope: scopeOf(['north']) }, book, business());
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INV_008', details: { id: 'P' } } });
    expect(JSON.stringify(outcome)).not.toContain(first.lockId);
  });
});

describe('an operation lock', () => {
  test('freezes without a movement, and tells which batches', () => {
    const { draft, book } = make();
    answerOf(decideOperationLock(draft, book, operation('a', 'b')));
    expect(draft.movements).toEqual([]);
    expect([...draft.batches.values()].map(({ status }) => status)).toEqual(['frozen', 'frozen']);
    expect(told(draft)).toEqual(['stock.locked 0-1', 'stock.batch.frozen 1-2']);
    expect(draft.facts[1]).toMatchObject({
      before: {
        batches: [
          { batchId: 'a', status: 'available' },
          { batchId: 'b', status: 'available' },
        ],
      },
      after: {
        batches: [
          { batchId: 'a', status: 'frozen' },
          { batchId: 'b', status: 'frozen' },
        ],
      },
    });
  });

  test.each<[string, string, string]>([
    ['was available and is', after(60), 'available'],
    ['was expired and is', after(-60), 'expired'],
    ['was expired and has got a later date', after(3600), 'available'],
  ])('thaws what %s to what it is: %s, %s', (what, expiresAt, expected) => {
    const status = what.startsWith('was expired') ? 'expired' : 'available';
    const { draft, book } = make({ batches: [{ batchId: 'a', status }] });
    const lock = answerOf(decideOperationLock(draft, book, operation('a')));
    const batch = draft.batches.get('a');
    if (batch !== undefined) draft.batches.set('a', { ...batch, expiresAt: expiresAt as typeof NOW });
    answerOf(decideRelease(draft, book, { lock, reason: 'well', commandId: COMMAND }));
    expect(draft.batches.get('a')).toMatchObject({ status: expected, frozenBy: null });
    expect(told(draft).slice(2)).toEqual(['stock.batch.unfrozen 2-3', 'stock.lock.released 3-4']);
  });
});

describe('ending', () => {
  test('gives back what is held and keeps what was locked in its lines', () => {
    const { draft, book } = make();
    const lock = answerOf(decideBusinessLock(draft, book, business()));
    const ended = expireLock(draft, book, { lock, commandId: COMMAND });
    expect(ended).toMatchObject({ state: 'expired', endedAt: NOW, lines: [{ quantity: 4, held: 0 }] });
    expect(moves(draft)).toEqual(['lock a 0 0', 'unlock a 0 0']);
    expect(draft.batches.get('a')).toMatchObject({ locked: 0 });
    expect(unsoundness(draft)).toEqual([]);
  });

  test.each<[string, Partial<Lock>, string]>([
    ['an open one', {}, 'released'],
    ['a released one is a repeat', { state: 'released' }, 'released'],
    ['an expired one is refused', { state: 'expired' }, 'INV_010'],
    ['an overdue one expires and is refused', { expiresAt: NOW }, 'INV_010'],
  ])('by hand: %s', (_what, more, expected) => {
    const { draft, book } = make();
    const made = answerOf(decideBusinessLock(draft, book, business()));
    const lock = { ...made, ...more };
    const outcome = decideRelease(draft, book, { lock, reason: 'over', commandId: COMMAND });
    expect(outcome.ok ? outcome.answer.state : outcome.refusal.code).toBe(expected);
    expect(draft.batches.get('a')?.locked).toBe(more.state === undefined ? 0 : 4);
  });
});
