import { plusSeconds } from '@granary/contracts/instant';
import { describe, expect, it } from 'vitest';
import { takeFromShelves, type Criteria, type Want } from './allocation.ts';
import { exampleWorld, NOW } from './example-world.ts';
import { availableFor } from './making.ts';
import { openDraft, type Take } from './stock-draft.ts';
import { Mismatch } from './verdict.ts';
import type { World } from './world.ts';

const early = plusSeconds(NOW, -100);
const late = plusSeconds(NOW, -10);
const soon = plusSeconds(NOW, 3600);
const inTenDays = plusSeconds(NOW, 864_000);

/** a: oldest, dear; b: newest, soonest to expire; c: in between, cheapest. */
const threeBatches = () =>
  exampleWorld(
    { id: 'a', onHand: 2, receivedAt: early, unitCost: 3n },
    { id: 'b', onHand: 2, receivedAt: NOW, expiresAt: soon, unitCost: 2n },
    { id: 'c', onHand: 2, receivedAt: late, expiresAt: inTenDays, unitCost: 1n },
  );

/** Undefined where there is too little. */
function allocate(world: World, want: Want): readonly Take[] | undefined {
  const { takes, missing } = takeFromShelves(world, openDraft(), want);
  return missing === 0 ? takes : undefined;
}

const plan = (takes: ReturnType<typeof allocate>) => takes?.map((take) => `${take.batchId}${take.quantity}`).join(' ');

describe('the order in which batches are taken', () => {
  it.each([
    ['fifo', 'a2 c2 b1', 'oldest receipt first'],
    ['lifo', 'b2 c2 a1', 'newest receipt first'],
    ['fefo', 'b2 c2 a1', 'earliest expiry first, undated last'],
    ['cost_optimized', 'c2 b2 a1', 'cheapest first'],
  ])('%s takes %s: %s', (strategy, expected) => {
    expect(plan(allocate(threeBatches(), { criteria: { skuId: 'S' }, strategy, quantity: 5 }))).toBe(expected);
  });

  it.each([
    ['fifo', 'a1'],
    ['lifo', 'b1'],
  ])('breaks ties by id in the direction of %s', (strategy, expected) => {
    const world = exampleWorld({ id: 'b', onHand: 1 }, { id: 'a', onHand: 1 });
    expect(plan(allocate(world, { criteria: { skuId: 'S' }, strategy, quantity: 1 }))).toBe(expected);
  });

  it('asks locations by priority before it looks at batches', () => {
    const world = exampleWorld(
      { id: 'far', onHand: 3, locationId: 'east', receivedAt: early },
      { id: 'near', onHand: 1 },
    );
    expect(plan(allocate(world, { criteria: { skuId: 'S' }, strategy: 'fifo', quantity: 2 }))).toBe('near1 far1');
  });
});

describe('which batches count', () => {
  it.each<[string, Partial<Criteria>, number]>([
    ['all that are open, dated or not', {}, 6],
    ['those of the quality asked for', { qualityLevel: 'B' }, 0],
    ['those with enough days left, and undated ones', { minRemainingDays: 5 }, 4],
    ['those named', { batchIds: ['a', 'b'] }, 4],
    ['those at the place named', { locationId: 'east' }, 0],
  ])('%s', (_name, criteria, expected) => {
    expect(availableFor(threeBatches(), openDraft(), { skuId: 'S', ...criteria })).toBe(expected);
  });

  it('none that expires at this very moment, none at a place that is switched off', () => {
    const world = exampleWorld({ id: 'a', onHand: 1, expiresAt: NOW }, { id: 'b', onHand: 1, locationId: 'shut' });
    expect(availableFor(world, openDraft(), { skuId: 'S' })).toBe(0);
  });

  it('answers nothing rather than a part when it is short', () => {
    expect(allocate(threeBatches(), { criteria: { skuId: 'S' }, strategy: 'fifo', quantity: 7 })).toBeUndefined();
  });
});

describe('least_batches', () => {
  const world = () => exampleWorld({ id: 'a', onHand: 5 }, { id: 'b', onHand: 3 }, { id: 'c', onHand: 9 });
  const attempt = (quantity: number, observed: { batchId: string; quantity: number }[]) =>
    allocate(world(), { criteria: { skuId: 'S' }, strategy: 'least_batches', quantity, observed });

  it.each([
    ['one batch that covers exactly', 5, [{ batchId: 'a', quantity: 5 }]],
    [
      'the pair that leaves least',
      12,
      [
        { batchId: 'b', quantity: 3 },
        { batchId: 'c', quantity: 9 },
      ],
    ],
  ])('accepts %s', (_name, quantity, observed) => {
    expect(attempt(quantity, observed)).toEqual(observed);
  });

  it.each([
    [
      'two batches where one covers',
      5,
      [
        { batchId: 'a', quantity: 2 },
        { batchId: 'b', quantity: 3 },
      ],
    ],
    ['a batch that leaves more than another', 5, [{ batchId: 'c', quantity: 5 }]],
    ['another quantity', 5, [{ batchId: 'a', quantity: 4 }]],
    ['more than is free', 5, [{ batchId: 'b', quantity: 5 }]],
  ])('refuses %s', (_name, quantity, observed) => {
    expect(() => attempt(quantity, observed)).toThrow(Mismatch);
  });
});
