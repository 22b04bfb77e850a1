/** What raises an alert, and what becomes of one that stands: tables of cases. */
import type { Instant } from '@granary/contracts/instant';
import { describe, expect, test } from 'vitest';
import type { AlertRow } from '../entities/alert.ts';
import {
  abnormalCauses,
  type Cause,
  confirmedCauses,
  expiryCauses,
  inconsistencyCauses,
  LEAST_ENDED,
  LEAST_USUAL,
  levelCauses,
  type Measured,
  timeoutCauses,
} from './alert-cause.ts';
import { acknowledged, alertFact, changesFor } from './alert-change.ts';
import { movedLevels } from './moved-level.ts';

const level: Measured = {
  ...{ skuId: 'A', locationId: 'default', isOpen: true, version: 9, onHand: 50, deficit: 0, available: 50 },
  ...{ warningThreshold: 20, criticalThreshold: 10, highThreshold: 1000 },
};
const brief = (causes: readonly Cause[]) =>
  causes.map(({ kind, severity, value, threshold }) => `${kind} ${severity} ${value}/${threshold}`);

describe('a level', () => {
  test.each<[string, Partial<Measured>, readonly string[]]>([
    ['with enough raises nothing', {}, []],
    ['one above the warning threshold raises nothing', { available: 21 }, []],
    ['at the warning threshold is low', { available: 20 }, ['low warning 20/20']],
    ['one above the critical threshold is still a warning', { available: 11 }, ['low warning 11/20']],
    ['at the critical threshold is critically low', { available: 10 }, ['low critical 10/10']],
    ['with one left is low, not out of stock', { available: 1 }, ['low critical 1/10']],
    ['with nothing available is out of stock and not low', { available: 0 }, ['outOfStock critical 0/20']],
    [
      'is out of stock also with a threshold of nothing',
      { available: 0, warningThreshold: 0 },
      ['outOfStock critical 0/0'],
    ],
    ['of which all is held is out of stock', { onHand: 50, available: 0 }, ['outOfStock critical 0/20']],
    ['at the high threshold is high', { onHand: 1000, available: 900 }, ['high warning 1000/1000']],
    ['one below the high threshold raises nothing', { onHand: 999 }, []],
    [
      'may be high and out of stock at once',
      { onHand: 1000, available: 0 },
      ['outOfStock critical 0/20', 'high warning 1000/1000'],
    ],
    ['that is closed raises nothing', { available: 0, isOpen: false }, []],
    ['that never had stock lacks nothing', { available: 0, onHand: 0, version: 0 }, []],
  ])('%s', (_name, more, expected) => {
    expect(brief(levelCauses({ ...level, ...more }))).toEqual(expected);
  });

  test('that was sold short says so', () => {
    expect(levelCauses({ ...level, available: 0, deficit: 3 })[0]?.message).toContain('3 sold short');
  });
});

const now = '2026-11-20T10:00:00.000000Z' as Instant;
const dated = { batchId: 'B', batchNo: 'LOT', skuId: 'A', locationId: 'default', onHand: 5 };

describe('a batch', () => {
  test.each<[string, number, string, readonly string[]]>([
    ['that expires later raises nothing', 5, '2026-12-20T10:00:00.000001Z', []],
    ['that expires in just so many days is told of', 5, '2026-12-20T10:00:00.000000Z', ['expiring warning 5/30']],
    ['is good until the very moment', 5, '2026-11-20T10:00:00.000001Z', ['expiring warning 5/30']],
    ['has expired at the very moment', 5, '2026-11-20T10:00:00.000000Z', ['expired critical 5/0']],
    ['without stock raises nothing', 0, '2026-11-19T10:00:00.000000Z', []],
  ])('%s', (...[, onHand, expiresAt, expected]) => {
    const causes = expiryCauses({ ...dated, onHand, expiresAt: expiresAt as Instant }, { now, days: 30 });
    expect(brief(causes)).toEqual(expected);
  });
});

describe('reservations', () => {
  test.each<[string, number, number, readonly string[]]>([
    ['too few to tell raise nothing', LEAST_ENDED - 1, LEAST_ENDED - 1, []],
    ['just as many timeouts as allowed raise nothing', 10, 20, []],
    ['more timeouts than allowed are told of', 11, 20, ['reservationTimeouts warning 55/50']],
  ])('%s', (...[, expired, ended, expected]) => {
    expect(brief(timeoutCauses({ expired, ended, percent: 50 }))).toEqual(expected);
  });

  const paid = { reservationId: 'R', skuId: 'A', locationId: null, type: 'order', businessId: 'O1' };
  test.each<[string, string, readonly string[]]>([
    ['confirmed a moment less than so long ago is fine', '2026-11-17T10:00:00.000001Z', []],
    ['confirmed just so long ago is told of', '2026-11-17T10:00:00.000000Z', ['confirmedTooLong warning 72/72']],
  ])('%s', (_name, since, expected) => {
    expect(brief(confirmedCauses({ ...paid, since: since as Instant }, { now, hours: 72 }))).toEqual(expected);
  });
});

describe('a movement', () => {
  const usual = Array.from({ length: LEAST_USUAL }, (_, each) => -1 - (each % 3));
  test.each<[string, number, readonly number[], readonly string[]]>([
    ['ten times the usual is still usual', -20, usual, []],
    ['of more than that is not', -21, usual, ['abnormalMovement warning 21/20']],
    ['of any size is usual where little is known', -5000, usual.slice(1), []],
    [
      'in the other direction is measured by its own',
      21,
      usual.map((each) => -each),
      ['abnormalMovement warning 21/20'],
    ],
  ])('%s', (...[, onHandDelta, known, expected]) => {
    expect(brief(abnormalCauses({ skuId: 'A', locationId: 'default', onHandDelta, usual: known }))).toEqual(expected);
  });
});

describe('subjects', () => {
  test('differ wherever what they are about differs', () => {
    const of = (skuId: string, locationId: string) =>
      levelCauses({ ...level, skuId, locationId, available: 0 })[0]?.subject;
    expect(of('a","b', 'c')).not.toBe(of('a', 'b","c'));
    expect(of('a', 'b')).toBe(of('a', 'b'));
    const [first] = inconsistencyCauses({ invariant: 'I2', row: 'level A', detail: 'x' });
    const [second] = inconsistencyCauses({ invariant: 'I3', row: 'level A', detail: 'x' });
    expect(first?.subject).not.toBe(second?.subject);
  });

  test('fit their column, however long the names are', () => {
    const long = '"'.repeat(64);
    const [cause] = levelCauses({ ...level, skuId: long, locationId: long, available: 0 });
    const [row] = inconsistencyCauses({ invariant: 'I2', row: '"'.repeat(1000), detail: 'x'.repeat(1000) });
    for (const each of [cause, row]) expect(each?.subject.length).toBeLessThanOrEqual(300);
    expect(row?.message.length).toBeLessThanOrEqual(500);
  });
});

describe('what stands', () => {
  const at = { now, commandId: 'C', ids: () => 'ID' };
  const low = (available: number) => levelCauses({ ...level, available });
  const raise = (causes: readonly Cause[]): AlertRow[] => changesFor([], causes, at).map(({ after }) => after);

  test('is left alone while the cause is as bad', () => {
    expect(changesFor(raise(low(15)), low(14), at)).toEqual([]);
  });

  test('grows worse and better with the cause, and who had seen the warning is told anew', () => {
    const [warning] = raise(low(15)).map((row) => acknowledged(row, { by: 'Ida', at }));
    const [worse] = changesFor(warning === undefined ? [] : [warning], low(5), at);
    expect(worse?.after).toMatchObject({
      severity: 'critical',
      state: 'open',
      acknowledgedBy: null,
      value: 5,
      version: 3,
    });
    const seen = worse === undefined ? [] : [acknowledged(worse.after, { by: 'Ida', at })];
    expect(changesFor(seen, low(15), at)[0]?.after).toMatchObject({
      severity: 'warning',
      state: 'acknowledged',
      version: 5,
    });
  });

  test('is resolved when the cause has gone, and becomes another when it becomes another', () => {
    const [gone] = changesFor(raise(low(15)), [], at);
    expect(gone?.after).toMatchObject({ state: 'resolved', resolvedBy: 'worker', version: 2 });
    expect(gone && alertFact(gone)).toMatchObject({ type: 'stock.alert', from: 1, to: 2, before: { state: 'open' } });
    const kinds = changesFor(raise(low(15)), low(0), at).map(({ after }) => `${after.kind} ${after.state}`);
    expect(kinds).toEqual(['low resolved', 'outOfStock open']);
  });
});

describe('events', () => {
  const event = (type: string, after: unknown) => ({ type, after }) as never;
  const moved = (skuId: string, ...deltas: readonly number[]) =>
    event('stock.level.changed', {
      ...{ skuId, locationId: 'default' },
      movements: deltas.map((onHandDelta, version) => ({ version, onHandDelta })),
    });

  test('name each level once, with its largest way in and out', () => {
    const found = movedLevels([moved('A', -1, -5, 3), moved('B', 0), moved('A', -2, 7), event('stock.alert', {})]);
    expect(found.map(({ skuId, largest }) => [skuId, ...largest.map((each) => each.onHandDelta)])).toEqual([
      ['A', -5, 7],
      ['B'],
    ]);
    expect(movedLevels([event('stock.level.configured', { skuId: 'A', locationId: 'x' })])).toHaveLength(1);
  });
});
