import { plusSeconds } from '@granary/contracts/instant';
import { describe, expect, it } from 'vitest';
import { judgeConvert } from './convert.ts';
import { answered, exampleWorld, hold, NOW, refused, told } from './example-world.ts';
import { endHold, ship } from './ledger.ts';
import { judgeConfirm, judgeDeduct, judgeExpireDue, judgeExtend, judgeRelease } from './lifecycle.ts';
import { Mismatch } from './verdict.ts';
import { keyOf, type OracleReservation, type World } from './world.ts';

type State = OracleReservation['state'] | 'overdue';

/** A world with one reservation of two units in the state asked for. */
function inState(state: State): { world: World; reservation: OracleReservation } {
  const world = exampleWorld({ id: 'a', onHand: 5 });
  const reservation = hold(world, 'r1', { line: { ttlSeconds: 60 }, takes: [{ batchId: 'a', quantity: 2 }] });
  if (state === 'overdue') world.now = plusSeconds(NOW, 60);
  if (state === 'confirmed') Object.assign(reservation, { state, expiresAt: null });
  if (state === 'released' || state === 'expired') endHold(world, reservation, { state });
  if (state === 'fulfilled') ship(world, reservation, { batchId: 'a', quantity: 2, at: NOW, isDocumented: false });
  if (reservation.state !== 'active') reservation.endedAt ??= reservation.state === 'confirmed' ? null : NOW;
  return { world, reservation };
}

const acts = { confirm: judgeConfirm, release: judgeRelease, deduct: judgeDeduct } as const;
const targets = { 'by id': { id: 'r1' }, 'by business': { type: 'order', businessId: 'o' } } as const;

describe.each(Object.entries(targets))('a call %s', (_name, target) => {
  it.each<[keyof typeof acts, State, string]>([
    ['confirm', 'released', 'INV_010'],
    ['confirm', 'expired', 'INV_003'],
    ['confirm', 'overdue', 'INV_003'],
    ['release', 'fulfilled', 'INV_010'],
    ['release', 'expired', 'INV_003'],
    ['release', 'overdue', 'INV_003'],
    ['deduct', 'released', 'INV_010'],
    ['deduct', 'expired', 'INV_003'],
    ['deduct', 'overdue', 'INV_003'],
  ])('%s on a reservation that is %s is refused with %s and nothing else', (act, state, code) => {
    const { world } = inState(state);
    acts[act](world, target, refused(code));
    expect(() => acts[act](inState(state).world, target, refused('INV_016'))).toThrow(Mismatch);
    const again = inState(state);
    expect(() =>
      acts[act](again.world, target, answered({ reservations: [told(again.world, again.reservation)] })),
    ).toThrow(Mismatch);
  });

  it.each<[keyof typeof acts, State]>([
    ['confirm', 'confirmed'],
    ['confirm', 'fulfilled'],
    ['release', 'released'],
    ['deduct', 'fulfilled'],
  ])('%s on a reservation that is %s answers it unchanged', (act, state) => {
    const { world, reservation } = inState(state);
    acts[act](world, target, answered({ reservations: [told(world, reservation)] }));
    const changed = told(world, reservation, { version: reservation.version + 1 });
    expect(() => acts[act](world, target, answered({ reservations: [changed] }))).toThrow(Mismatch);
  });

  it('confirm takes the deadline away and moves nothing', () => {
    const { world, reservation } = inState('active');
    judgeConfirm(
      world,
      target,
      answered({ reservations: [told(world, reservation, { state: 'confirmed', expiresAt: null, version: 2 })] }),
    );
    expect(world.levels.get(keyOf('S', 'default'))).toMatchObject({ onHand: 5, reserved: 2, version: 2 });
  });

  it('release gives everything back', () => {
    const { world, reservation } = inState('confirmed');
    const lines = told(world, reservation).lines.map((line) => ({ ...line, held: 0 }));
    judgeRelease(
      world,
      target,
      answered({
        reservations: [told(world, reservation, { state: 'released', held: 0, lines, version: 2, endedAt: NOW })],
      }),
    );
    expect(world.levels.get(keyOf('S', 'default'))).toMatchObject({ onHand: 5, reserved: 0, version: 3 });
  });

  it('an overdue one is expired by the meeting, although the call is refused', () => {
    const { world, reservation } = inState('overdue');
    judgeConfirm(world, target, refused('INV_003'));
    expect(reservation.state).toBe('expired');
    expect(world.levels.get(keyOf('S', 'default'))?.reserved).toBe(0);
  });
});

describe('deduct', () => {
  it('of a part leaves the state and takes exactly so much', () => {
    const { world, reservation } = inState('active');
    const lines = told(world, reservation).lines.map((line) => ({ ...line, held: 1 }));
    judgeDeduct(
      world,
      { id: 'r1', quantity: 1 },
      answered({ reservations: [told(world, reservation, { held: 1, fulfilled: 1, lines, version: 2 })] }),
    );
    expect(world.levels.get(keyOf('S', 'default'))).toMatchObject({ onHand: 4, reserved: 1, version: 3 });
  });

  it.each([
    ['more than is held', 3, 'active'],
    ['a part of what is gone', 1, 'fulfilled'],
  ] as const)('of %s is refused', (_name, quantity, state) => {
    judgeDeduct(inState(state).world, { id: 'r1', quantity }, refused('INV_010'));
  });

  it('in the future is invalid', () => {
    judgeDeduct(inState('active').world, { id: 'r1', occurredAt: plusSeconds(NOW, 1) }, refused('INV_005'));
  });
});

describe('extend', () => {
  it.each([
    ['to an earlier time', { ttlSeconds: 30 }, 'INV_010'],
    ['beyond the longest life', { ttlSeconds: 86_401 }, 'INV_005'],
  ])('%s is refused', (_name, deadline, code) => {
    judgeExtend(inState('active').world, { id: 'r1', ...deadline }, refused(code));
  });

  it.each([['confirmed'], ['fulfilled'], ['released']] as const)('of a %s one is refused', (state) => {
    judgeExtend(inState(state).world, { id: 'r1', ttlSeconds: 120 }, refused('INV_010'));
  });
});

describe('convert', () => {
  const from = { type: 'order', businessId: 'o' } as const;
  const to = { type: 'order', businessId: 'paid' } as const;

  it('moves the hold under its new name, and a repeat answers it unchanged', () => {
    const { world, reservation } = inState('active');
    const moved = told(world, reservation, { businessId: 'paid', version: 2 });
    judgeConvert(world, { from, to }, answered({ reservations: [moved] }));
    judgeConvert(world, { from, to }, answered({ reservations: [moved] }));
    expect(() => judgeConvert(world, { from: to, to: from }, answered({ reservations: [moved] }))).toThrow(Mismatch);
  });

  it.each<[State, string]>([
    ['released', 'INV_010'],
    ['fulfilled', 'INV_010'],
    ['expired', 'INV_003'],
    ['overdue', 'INV_003'],
  ])('of what is only %s is refused with %s', (state, code) => {
    judgeConvert(inState(state).world, { from, to }, refused(code));
  });

  it('onto a name that holds the same line is a duplicate', () => {
    const { world } = inState('active');
    hold(world, 'r2', { line: { businessId: 'paid' }, takes: [{ batchId: 'a', quantity: 1 }] });
    judgeConvert(world, { from, to }, refused('INV_008'));
  });
});

describe('the sweep', () => {
  it('expires what is due, each once, and no more than its limit', () => {
    const { world, reservation } = inState('overdue');
    expect(() => judgeExpireDue(world, { limit: 10 }, answered({ expired: 0, reservationIds: [] }))).toThrow(Mismatch);
    judgeExpireDue(world, { limit: 10 }, answered({ expired: 1, reservationIds: ['r1'] }));
    expect(reservation.state).toBe('expired');
    judgeExpireDue(world, { limit: 10 }, answered({ expired: 0, reservationIds: [] }));
  });
});
