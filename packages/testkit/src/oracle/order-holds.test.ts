import { describe, expect, it } from 'vitest';
import { answered, documentAnswer, exampleWorld, hold, refused } from './example-world.ts';
import { movePieces } from './piece.ts';
import { judgeTaking } from './taking.ts';
import type { TakingLine } from './taking-line.ts';
import { batchOf, type World } from './world.ts';

/** An order holds two pieces of each of two batches, which lie at two places. */
function phones({ frozen }: { frozen?: 'a' | 'b' } = {}): World {
  const world = exampleWorld({ id: 'a', onHand: 2 }, { id: 'b', onHand: 3, locationId: 'east' });
  const sku = world.skus.get('S');
  if (sku !== undefined) world.skus.set('S', { ...sku, serialTracked: true });
  const pieces = { a: ['a1', 'a2'], b: ['b1', 'b2', 'b3'] };
  for (const [id, serials] of Object.entries(pieces))
    movePieces(world, serials, { state: 'inStock', batch: batchOf(world, id), documentId: undefined });
  hold(world, 'r', {
    takes: [
      { batchId: 'a', quantity: 2 },
      { batchId: 'b', quantity: 2 },
    ],
  });
  if (frozen !== undefined) batchOf(world, frozen).frozenBy = 'L';
  return world;
}

type Left = readonly [line: number, batchId: string, serials: readonly string[], reservationId?: null];

function sell(world: World, lines: readonly TakingLine[], outcome: readonly Left[] | string): void {
  const left = (told: readonly Left[]) =>
    told.map(([line, batchId, serials, reservationId]) => ({
      ...{ line, skuId: 'S', locationId: batchOf(world, batchId).locationId, batchId, batchNo: `no-${batchId}` },
      ...{ quantity: serials.length, unitCost: '1.00', serials: [...serials] },
      reservationId: reservationId === null ? null : 'r',
    }));
  const answer = (told: readonly Left[]) =>
    answered(documentAnswer({ type: 'sales', documentNo: 'o', orderNo: 'o', lines: left(told) }));
  const input = { orderNo: 'o', lines };
  judgeTaking(world, { type: 'sales', input }, typeof outcome === 'string' ? refused(outcome) : answer(outcome));
}

const line = (quantity: number, serials?: string[]): TakingLine => ({ skuId: 'S', quantity, serials });

describe('pieces of what an order holds', () => {
  it('leave from several batches by one line', () => {
    const world = phones();
    sell(
      world,
      [line(3, ['b1', 'b2', 'a1'])],
      [
        [1, 'b', ['b1', 'b2']],
        [1, 'a', ['a1']],
      ],
    );
    expect(world.reservations.get('r')?.lines.map((each) => each.held)).toEqual([1, 0]);
  });

  it('leave though others of the hold are frozen', () => {
    sell(phones({ frozen: 'a' }), [line(2, ['b1', 'b3'])], [[1, 'b', ['b1', 'b3']]]);
  });

  it.each([
    ['which lie frozen', [line(2, ['a1', 'b1'])]],
    ['and more than is left of what is not frozen', [line(2, ['b1', 'b2']), line(1)]],
  ])('do not leave %s', (_what, lines) => {
    sell(phones({ frozen: 'a' }), lines, 'INV_016');
    expect(() => sell(phones({ frozen: 'a' }), lines, [])).toThrow('must be refused');
  });
});
