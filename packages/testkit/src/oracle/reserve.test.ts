import { plusSeconds } from '@granary/contracts/instant';
import type { ReserveLine } from '@granary/contracts/reservation';
import { describe, expect, it } from 'vitest';
import { aLine, answered, balances, exampleWorld, hold, holdAnswer, NOW, refused, told } from './example-world.ts';
import { judgeReserve } from './reserve.ts';
import { Mismatch } from './verdict.ts';
import { keyOf, type World } from './world.ts';

const judgeOne = (world: World, line: ReserveLine, takes: { batchId: string; quantity: number }[]) =>
  judgeReserve(world, [line], answered([holdAnswer(world, 'r1', { line, takes })]));

describe('a hold', () => {
  it('moves free to reserved, one movement for each batch', () => {
    const world = exampleWorld({ id: 'a', onHand: 2 }, { id: 'b', onHand: 2 });
    judgeOne(world, aLine({ quantity: 3 }), [
      { batchId: 'a', quantity: 2 },
      { batchId: 'b', quantity: 1 },
    ]);
    expect(world.levels.get(keyOf('S', 'default'))).toMatchObject({ onHand: 4, reserved: 3, version: 4 });
  });

  it('of other batches than the strategy says is a mismatch', () => {
    const world = exampleWorld({ id: 'a', onHand: 2 }, { id: 'b', onHand: 2 });
    expect(() => judgeOne(world, aLine(), [{ batchId: 'b', quantity: 1 }])).toThrow(Mismatch);
  });

  it('of more than is free is a mismatch, however it is put', () => {
    const world = exampleWorld({ id: 'a', onHand: 2 });
    hold(world, 'r0', { line: { businessId: 'other' }, takes: [{ batchId: 'a', quantity: 1 }] });
    expect(() => judgeOne(world, aLine({ quantity: 2 }), [{ batchId: 'a', quantity: 2 }])).toThrow('must be refused');
  });

  it('has the default deadline when none is given', () => {
    const world = exampleWorld({ id: 'a', onHand: 2 });
    const wrong = {
      ...holdAnswer(world, 'r1', { line: aLine(), takes: [{ batchId: 'a', quantity: 1 }] }),
      expiresAt: plusSeconds(NOW, 1799),
    };
    expect(() => judgeReserve(world, [aLine()], answered([wrong]))).toThrow(Mismatch);
  });
});

describe('refusals', () => {
  it.each<[string, Partial<ReserveLine>, string]>([
    ['an unknown SKU', { skuId: 'nothing' }, 'INV_001'],
    ['an unknown location', { locationId: 'nowhere' }, 'INV_007'],
    ['a location that is switched off', { locationId: 'shut' }, 'INV_010'],
    ['an unknown batch', { batchIds: ['zzz'] }, 'INV_007'],
    ['a batch of another SKU', { batchIds: ['t'] }, 'INV_005'],
    ['an expired batch by name', { batchIds: ['old'] }, 'INV_010'],
    ['an unknown strategy', { strategy: 'by_moonlight' }, 'INV_005'],
    ['a life longer than allowed', { ttlSeconds: 86_401 }, 'INV_005'],
    ['a deadline in the past', { expiresAt: NOW }, 'INV_005'],
    ['more than there is', { quantity: 3 }, 'INV_002'],
    ['a known SKU without stock at a known place', { locationId: 'east' }, 'INV_002'],
  ])('%s', (_name, line, code) => {
    const world = () =>
      exampleWorld(
        { id: 'a', onHand: 2 },
        { id: 't', onHand: 1, skuId: 'T' },
        { id: 'old', onHand: 1, expiresAt: NOW },
      );
    const fresh = world();
    judgeReserve(
      fresh,
      [aLine(line)],
      refused(code, {
        lines: [
          {
            skuId: 'S',
            locationId: line.locationId ?? null,
            requested: line.quantity ?? 1,
            available: line.locationId === undefined ? 2 : 0,
          },
        ],
      }),
    );
    expect(balances(fresh)).toBe(balances(world()));
    expect(() => judgeReserve(world(), [aLine(line)], refused('INV_016'))).toThrow(Mismatch);
  });

  it('name every short sum, lines of the same wish added up', () => {
    const lines = [aLine({ quantity: 1 }), aLine({ quantity: 2, lineId: 'l1' }), aLine({ skuId: 'T', lineId: 'l2' })];
    const short = (requested: number) => ({
      lines: [
        { skuId: 'S', locationId: null, requested, available: 2 },
        { skuId: 'T', locationId: null, requested: 1, available: 0 },
      ],
    });
    judgeReserve(exampleWorld({ id: 'a', onHand: 2 }), lines, refused('INV_002', short(3)));
    expect(() => judgeReserve(exampleWorld({ id: 'a', onHand: 2 }), lines, refused('INV_002', short(2)))).toThrow(
      'short lines',
    );
  });

  it('of lines that name one hold and differ in more than quantity', () => {
    judgeReserve(exampleWorld({ id: 'a', onHand: 9 }), [aLine(), aLine({ strategy: 'lifo' })], refused('INV_005'));
  });
});

describe('a hold that is there already', () => {
  const held = () => {
    const world = exampleWorld({ id: 'a', onHand: 3 });
    return { world, reservation: hold(world, 'r1', { takes: [{ batchId: 'a', quantity: 2 }] }) };
  };

  it('is answered unchanged for the same content, whatever deadline is asked', () => {
    const { world, reservation } = held();
    judgeReserve(world, [aLine({ quantity: 2, ttlSeconds: 60, replace: true })], answered([told(world, reservation)]));
    expect(world.levels.get(keyOf('S', 'default'))?.version).toBe(2);
  });

  it('is a duplicate for other content', () => {
    const { world } = held();
    judgeReserve(world, [aLine({ quantity: 1 })], refused('INV_008'));
  });

  it('is replaced on demand: its own goods do not stand in its way, its id and age stay', () => {
    const { world, reservation } = held();
    const line = aLine({ quantity: 3, replace: true });
    const answer = { ...holdAnswer(world, 'r1', { line, takes: [{ batchId: 'a', quantity: 3 }] }), version: 2 };
    judgeReserve(world, [line], answered([answer]));
    expect(reservation).toMatchObject({ quantity: 3, version: 2, createdAt: NOW });
  });

  it('stays as it was when the replacement is short', () => {
    const { world, reservation } = held();
    judgeReserve(
      world,
      [aLine({ quantity: 4, replace: true })],
      refused('INV_002', { lines: [{ skuId: 'S', locationId: null, requested: 4, available: 3 }] }),
    );
    expect(reservation).toMatchObject({ state: 'active', quantity: 2 });
  });

  it('cannot be replaced once it is confirmed', () => {
    const { world, reservation } = held();
    reservation.state = 'confirmed';
    judgeReserve(world, [aLine({ quantity: 1, replace: true })], refused('INV_008'));
  });
});

describe('overdue holds', () => {
  const overdue = () => {
    const world = exampleWorld({ id: 'a', onHand: 2 });
    const reservation = hold(world, 'r0', {
      line: { businessId: 'late', ttlSeconds: 60 },
      takes: [{ batchId: 'a', quantity: 2 }],
    });
    world.now = plusSeconds(NOW, 60);
    return { world, reservation };
  };

  it('in the way of a short hold are expired, and the hold succeeds', () => {
    const { world, reservation } = overdue();
    judgeOne(world, aLine(), [{ batchId: 'a', quantity: 1 }]);
    expect(reservation.state).toBe('expired');
  });

  it('stay expired although the call is refused after all', () => {
    const { world, reservation } = overdue();
    judgeReserve(
      world,
      [aLine({ quantity: 3 })],
      refused('INV_002', { lines: [{ skuId: 'S', locationId: null, requested: 3, available: 2 }] }),
    );
    expect(reservation.state).toBe('expired');
  });

  it('under the same name are expired, and the call goes on as if none were held', () => {
    const { world, reservation } = overdue();
    judgeOne(world, aLine({ businessId: 'late', quantity: 1 }), [{ batchId: 'a', quantity: 1 }]);
    expect(reservation.state).toBe('expired');
  });

  it('that are in nobody’s way count as held', () => {
    const world = exampleWorld({ id: 'a', onHand: 3 });
    const reservation = hold(world, 'r0', {
      line: { businessId: 'late', ttlSeconds: 60 },
      takes: [{ batchId: 'a', quantity: 2 }],
    });
    world.now = plusSeconds(NOW, 60);
    judgeOne(world, aLine(), [{ batchId: 'a', quantity: 1 }]);
    expect(reservation.state).toBe('active');
  });
});
