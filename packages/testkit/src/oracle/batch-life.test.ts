import type { Batch } from '@granary/contracts/batch';
import type { Instant } from '@granary/contracts/instant';
import { plusSeconds } from '@granary/contracts/instant';
import { describe, expect, it } from 'vitest';
import { judgeBatchUpdate } from './batch-life.ts';
import { answered, exampleWorld, hold, NOW, refused } from './example-world.ts';
import { batchOf, type World } from './world.ts';

/** Two units of a number are held where it lies at another place. */
function heldElsewhere({ now = NOW }: { now?: Instant } = {}): World {
  const world = exampleWorld({ id: 'a', onHand: 5 }, { id: 'b', onHand: 5, locationId: 'east' });
  Object.assign(batchOf(world, 'b'), { batchNo: 'no-a' });
  hold(world, 'r', { line: { locationId: 'east' }, takes: [{ batchId: 'b', quantity: 2 }] });
  world.now = now;
  return world;
}

const input = { batchId: 'a', qualityLevel: 'B' } as const;
const late = { now: plusSeconds(NOW, 1800) };

function corrected(world: World): Batch {
  const { id: batchId, isMarked: _isMarked, ...facts } = batchOf(world, 'a');
  const told = { batchId, status: 'available', version: 2, attributes: null } as const;
  return { ...facts, ...told, qualityLevel: 'B', unitCost: '1.00' };
}

describe('another quality', () => {
  it('is refused to a number of which goods are reserved anywhere', () => {
    const world = heldElsewhere();
    judgeBatchUpdate(world, input, refused('INV_010'));
    expect(() => judgeBatchUpdate(world, input, answered(corrected(world)))).toThrow('must be refused');
  });

  it('ends the overdue holds that would be in its way', () => {
    const world = heldElsewhere(late);
    judgeBatchUpdate(world, input, answered(corrected(world)));
    expect(world.reservations.get('r')?.state).toBe('expired');
    expect(batchOf(world, 'b')).toMatchObject({ qualityLevel: 'B', reserved: 0 });
    expect(() => judgeBatchUpdate(heldElsewhere(late), input, refused('INV_010'))).toThrow('another code');
  });

  it('leaves open whether a call that is refused for another reason ends them', () => {
    const world = heldElsewhere(late);
    batchOf(world, 'a').frozenBy = 'L';
    judgeBatchUpdate(world, input, refused('INV_016'));
    expect(world.reservations.get('r')?.state).toBe('active');
    expect(world.mayExpire).toContain('r');
  });
});
