import { describe, expect, it } from 'vitest';
import { exampleWorld, hold, NOW, refused } from './example-world.ts';
import { judge } from './judge.ts';
import { Mismatch, type Outcome } from './verdict.ts';
import type { World } from './world.ts';

const call = (
  world: World,
  input: { type: 'order'; businessId: string; idempotencyKey?: string },
  outcome: Outcome<never>,
) => judge(world, { procedure: 'reservation.confirm', input, outcome, now: NOW });

describe('an idempotency key', () => {
  const nobody = { type: 'order', businessId: 'nobody', idempotencyKey: 'k' } as const;

  it('keeps a refusal: it is told again although the call would succeed by now', () => {
    const world = exampleWorld({ id: 'a', onHand: 1 });
    call(world, nobody, refused('INV_007'));
    hold(world, 'r1', { line: { businessId: 'nobody' }, takes: [{ batchId: 'a', quantity: 1 }] });
    call(world, nobody, refused('INV_007'));
    expect(() => call(world, nobody, refused('INV_003'))).toThrow(Mismatch);
  });

  it('refuses another request under the same key', () => {
    const world = exampleWorld();
    call(world, nobody, refused('INV_007'));
    call(world, { ...nobody, businessId: 'somebody' }, refused('INV_011'));
    expect(() => call(world, { ...nobody, businessId: 'somebody' }, refused('INV_007'))).toThrow(Mismatch);
  });

  it('does not keep what was invalid', () => {
    const world = exampleWorld();
    const extend = (outcome: Outcome<never>) =>
      judge(world, {
        procedure: 'reservation.extend',
        input: { id: 'r', ttlSeconds: 86_401, idempotencyKey: 'k' },
        outcome,
        now: NOW,
      });
    extend(refused('INV_005'));
    expect(world.keys.size).toBe(0);
    extend(refused('INV_007'));
  });
});
