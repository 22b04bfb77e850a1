import type { Movement } from '@granary/contracts/movement';
import type { Reservation } from '@granary/contracts/reservation';
import { describe, expect, it } from 'vitest';
import { judgeMovements } from './ending-movements.ts';

const deadline = '2026-11-20T10:00:01.000000Z';
const movement = (version: number, kind: Movement['kind'], recordedAt = '2026-11-20T10:00:00.000000Z') =>
  ({ version, kind, recordedAt }) as Movement;
const final = (over: Partial<Reservation>) =>
  ({ state: 'released', quantity: 1, held: 0, fulfilled: 0, ...over }) as Reservation;
const begun = [movement(1, 'receive'), movement(2, 'reserve')];
const judge = (ending: Movement[], over: Partial<Reservation> = {}) =>
  judgeMovements({ movements: [...ending, ...begun], final: final(over), deadline, extended: false, confirmed: false });

describe('the ledger of a raced reservation', () => {
  it('is right when it ended once, in time, and as its state says', () => {
    expect(judge([movement(3, 'release')])).toEqual([]);
    expect(judge([movement(3, 'deduct')], { state: 'fulfilled', fulfilled: 1 })).toEqual([]);
    expect(judge([movement(3, 'expire', deadline)], { state: 'expired' })).toEqual([]);
  });

  it('is wrong when it ended twice, not at all, otherwise than its state, too early or too late', () => {
    expect(judge([movement(3, 'release'), movement(4, 'expire', deadline)])).toEqual([
      'the ledger says receive, reserve, release, expire and its state is released',
    ]);
    expect(judge([], { state: 'active', held: 1 })).toEqual([
      'it is still active after a release and a deduct',
      'held 1, fulfilled 0',
    ]);
    expect(judge([movement(3, 'release')], { state: 'fulfilled', fulfilled: 1 })).toEqual([
      'the ledger says receive, reserve, release and its state is fulfilled',
    ]);
    expect(judge([movement(3, 'expire')], { state: 'expired' })).toEqual(['it expired before its deadline']);
    expect(judge([movement(3, 'release', deadline)])).toEqual(['a release was accepted after the deadline']);
  });
});
