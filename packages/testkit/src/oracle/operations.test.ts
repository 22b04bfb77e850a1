import type { Document } from '@granary/contracts/document';
import { plusSeconds } from '@granary/contracts/instant';
import type { Lock } from '@granary/contracts/lock';
import { describe, expect, it } from 'vitest';
import { judgeSplit, judgeBatchExpireDue } from './batch-life.ts';
import { answered, documentAnswer, exampleSettings, exampleWorld, hold, NOW, refused } from './example-world.ts';
import { settleDeficit, move } from './ledger.ts';
import { judgeLockBusiness, judgeLockOperation } from './lock.ts';
import { availableFor } from './making.ts';
import { judgeReverse } from './reversal.ts';
import { openDraft } from './stock-draft.ts';
import { judgeTaking } from './taking.ts';
import { Mismatch } from './verdict.ts';
import { batchOf, levelAt, type World } from './world.ts';

const damage = { documentNo: 'x', reason: 'broken', lines: [{ skuId: 'S', quantity: 2, batchId: 'a' }] };

function taken(batchId: string, quantity: number, changes: Partial<Document> = {}): Document {
  const line = { line: 1, skuId: 'S', locationId: 'default', batchId, batchNo: `no-${batchId}`, quantity };
  const lines = [{ ...line, unitCost: '1.00', reservationId: null }];
  return documentAnswer({ type: 'damage', documentNo: 'x', reason: 'broken', lines, ...changes });
}

function lockAnswer(world: World, changes: Partial<Lock>): Lock {
  const { batchNo, skuId, locationId } = batchOf(world, 'a');
  return {
    ...{
      id: 'L',
      kind: 'business',
      type: 'promotion',
      businessId: 'p',
      operator: null,
      reason: 'kept',
      state: 'active',
    },
    ...{ expiresAt: plusSeconds(NOW, 7200), createdAt: NOW, endedAt: null, endReason: null, version: 1 },
    lines: [{ skuId, locationId, batchId: 'a', batchNo, quantity: 2, held: 2 }],
    ...changes,
  };
}

const business = { batches: [{ batchId: 'a', quantity: 2 }], type: 'promotion', businessId: 'p', reason: 'kept' };
const operation = { batchIds: ['a'], operationType: 'inspection', operator: 'op', reason: 'looked at' };

function frozenWorld(): World {
  const world = exampleWorld({ id: 'a', onHand: 5 }, { id: 'b', onHand: 5 });
  const changes: Partial<Lock> = { kind: 'operation', type: 'inspection', businessId: null, operator: 'op' };
  const lines = [{ skuId: 'S', locationId: 'default', batchId: 'a', batchNo: 'no-a', quantity: null, held: null }];
  judgeLockOperation(
    world,
    operation,
    answered(lockAnswer(world, { ...changes, reason: 'looked at', expiresAt: null, lines })),
  );
  return world;
}

describe('a named batch', () => {
  it('is the only one that is taken from', () => {
    const shelf = () => exampleWorld({ id: 'a', onHand: 5 }, { id: 'b', onHand: 5 });
    expect(() => judgeTaking(shelf(), { type: 'damage', input: damage }, answered(taken('b', 2)))).toThrow(Mismatch);
    const world = shelf();
    judgeTaking(world, { type: 'damage', input: damage }, answered(taken('a', 2)));
    expect(batchOf(world, 'a').onHand).toBe(3);
  });

  it('that is frozen must be refused as a lock conflict', () => {
    expect(() => judgeTaking(frozenWorld(), { type: 'damage', input: damage }, answered(taken('a', 2)))).toThrow(
      'must be refused',
    );
    judgeTaking(frozenWorld(), { type: 'damage', input: damage }, refused('INV_016'));
  });
});

describe('locks', () => {
  it('take goods out of what is available, and freezing takes all of a batch', () => {
    const world = exampleWorld({ id: 'a', onHand: 5 });
    judgeLockBusiness(world, business, answered(lockAnswer(world, {})));
    expect(availableFor(world, openDraft(), { skuId: 'S' })).toBe(3);
    expect(availableFor(frozenWorld(), openDraft(), { skuId: 'S' })).toBe(5);
  });

  it('never take what is held', () => {
    const world = exampleWorld({ id: 'a', onHand: 2 });
    hold(world, 'r1', { takes: [{ batchId: 'a', quantity: 1 }] });
    expect(() => judgeLockBusiness(world, business, answered(lockAnswer(world, {})))).toThrow('must be refused');
  });
});

describe('a deficit', () => {
  const sale = { orderNo: 'o', lines: [{ skuId: 'S', quantity: 7 }] };
  const owing = () => {
    const world = exampleWorld({ id: 'a', onHand: 5 });
    return { ...world, settings: { ...exampleSettings, allowNegative: true } };
  };
  const sold = (deficit: number) =>
    taken('a', 5, {
      ...{ type: 'sales', documentNo: 'o', orderNo: 'o', reason: null },
      deficits: [{ skuId: 'S', locationId: 'default', quantity: deficit }],
    });

  it('is what is missing, and paid by what comes next', () => {
    const world = owing();
    judgeTaking(world, { type: 'sales', input: sale }, answered(sold(2)));
    expect(levelAt(world, 'S', 'default')).toMatchObject({ onHand: 0, deficit: 2 });
    move(world, batchOf(world, 'a'), { onHand: 3 });
    expect(settleDeficit(world, batchOf(world, 'a'), 3)).toBe(2);
    expect(levelAt(world, 'S', 'default')).toMatchObject({ onHand: 1, deficit: 0 });
  });

  it('of another size, or where it is not allowed, is wrong', () => {
    expect(() => judgeTaking(owing(), { type: 'sales', input: sale }, answered(sold(1)))).toThrow('what is owed');
    const strict = exampleWorld({ id: 'a', onHand: 5 });
    expect(() => judgeTaking(strict, { type: 'sales', input: sale }, answered(sold(2)))).toThrow('must be refused');
  });
});

describe('a reversal', () => {
  const input = { documentId: 'doc-x', operator: 'op', reason: 'a mistake' };
  const undone = (): Document => ({
    ...taken('a', 2, { type: 'reversal', documentNo: 'REV-doc-x', operator: 'op', reason: 'a mistake' }),
    ...{ id: 'doc-r', reverses: 'doc-x' },
    lines: taken('a', 2).lines.map((line) => ({ ...line, original: { documentId: 'doc-x', line: 1 } })),
  });

  it('brings the goods back, once', () => {
    const world = exampleWorld({ id: 'a', onHand: 5 });
    judgeTaking(world, { type: 'damage', input: damage }, answered(taken('a', 2)));
    judgeReverse(world, { door: 'outbound', input }, answered(undone()));
    expect(batchOf(world, 'a').onHand).toBe(5);
    const again = { ...input, documentNo: 'another' };
    expect(() => judgeReverse(world, { door: 'outbound', input: again }, answered(undone()))).toThrow(
      'must be refused',
    );
  });
});

describe('bundles and virtual SKUs', () => {
  const part = (skuId: string, perUnit: number) => ({ skuId, perUnit, batchId: null });

  it('a bundle is put together at one place', () => {
    const world = exampleWorld(
      { id: 'a', onHand: 4 },
      { id: 'b', onHand: 3, skuId: 'T' },
      { id: 'c', onHand: 9, skuId: 'T', locationId: 'east' },
    );
    const parts = [part('S', 2), part('T', 1)];
    world.assemblies.set('K', { skuId: 'K', kind: 'bundle', state: 'active', parts, cap: null, version: 1 });
    expect(availableFor(world, openDraft(), { skuId: 'K' })).toBe(2);
  });

  it('a virtual unit is gathered from anywhere, as far as its cap goes', () => {
    const world = exampleWorld({ id: 'a', onHand: 3 }, { id: 'b', onHand: 5, locationId: 'east' });
    const virtual = { skuId: 'V', kind: 'virtual', state: 'active', parts: [part('S', 4)], version: 1 } as const;
    world.assemblies.set('V', { ...virtual, cap: null });
    expect(availableFor(world, openDraft(), { skuId: 'V' })).toBe(2);
    world.assemblies.set('V', { ...virtual, cap: 1 });
    expect(availableFor(world, openDraft(), { skuId: 'V' })).toBe(1);
  });
});

describe('the life of batches', () => {
  it('only what is free is split', () => {
    const world = exampleWorld({ id: 'a', onHand: 2 });
    hold(world, 'r1', { takes: [{ batchId: 'a', quantity: 1 }] });
    const lines = [{ skuId: 'S', locationId: 'default', batchId: 'a', requested: 2, available: 1 }];
    judgeSplit(world, { batchId: 'a', quantities: [2] }, refused('INV_002', { lines }));
    expect(() => judgeSplit(world, { batchId: 'a', quantities: [1] }, refused('INV_002', { lines }))).toThrow(Mismatch);
  });

  it('the sweep marks what is past its date and has goods, and nothing else', () => {
    const world = exampleWorld(
      { id: 'a', onHand: 2, expiresAt: plusSeconds(NOW, -1) },
      { id: 'b', onHand: 2, expiresAt: plusSeconds(NOW, 1) },
      { id: 'c', onHand: 0, expiresAt: plusSeconds(NOW, -1) },
    );
    const sweep = (batchIds: string[]) =>
      judgeBatchExpireDue(world, { limit: 9 }, answered({ expired: batchIds.length, batchIds }));
    expect(() => sweep(['b'])).toThrow('not due');
    sweep(['a']);
    expect(batchOf(world, 'a').isMarked).toBe(true);
  });
});
