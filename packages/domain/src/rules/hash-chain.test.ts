/** The chain: every column counts, and no two rows can be written alike. */
import { describe, expect, test } from 'vitest';
import { GENESIS_HASH } from '../entities/level.ts';
import { movementEntity, type MovementRow } from '../entities/movement.ts';
import { after, NOW, sha256 } from '../testing/draft-fixture.ts';
import { hashedText } from './hash-chain.ts';

const row: Omit<MovementRow, 'hash'> = {
  ...{ skuId: 'S', locationId: 'default', version: 7, batchId: 'b', kind: 'deduct' },
  ...{
    onHandDelta: -1,
    reservedDelta: -2,
    lockedDelta: 3,
    deficitDelta: 4,
    onHand: 5,
    reserved: 6,
    locked: 8,
    deficit: 9,
  },
  ...{ commandId: 'c', reservationId: 'r', documentId: 'd', reason: 'why', occurredAt: after(-60), recordedAt: NOW },
};

const hashOf = (movement: typeof row, previous = GENESIS_HASH) => sha256(hashedText(previous, movement));
const columns = Object.keys(movementEntity.options.columns).filter((column) => column !== 'hash');

test('every column of a movement but the hash itself is hashed', () => {
  expect(Object.keys(row).toSorted()).toEqual(columns.toSorted());
});

describe.each(Object.keys(row) as (keyof typeof row)[])('changing %s', (column) => {
  test('breaks the chain', () => {
    const value = row[column];
    const changed = typeof value === 'number' ? value + 1 : `${String(value)}x`;
    expect(hashOf({ ...row, [column]: changed })).not.toBe(hashOf(row));
  });

  test('to another column’s value breaks it too, whichever it is', () => {
    const others = Object.values(row).filter((other) => String(other) !== String(row[column]));
    for (const other of others) expect(hashOf({ ...row, [column]: other })).not.toBe(hashOf(row));
  });
});

test.each(['batchId', 'reservationId', 'documentId', 'reason'] as const)('no %s and an empty one differ', (column) => {
  expect(hashOf({ ...row, [column]: null })).not.toBe(hashOf({ ...row, [column]: '' }));
});

test.each<[string, Partial<typeof row>, Partial<typeof row>]>([
  ['a text cut elsewhere', { skuId: 'ab', locationId: 'c' }, { skuId: 'a', locationId: 'bc' }],
  [
    'a value moved to the next column',
    { reservationId: 'x', documentId: null },
    { reservationId: null, documentId: 'x' },
  ],
  ['the separator inside a text', { skuId: 'a|1:b', locationId: 'c' }, { skuId: 'a', locationId: 'b|1:c' }],
  ['a text that reads like none', { reason: '-' }, { reason: null }],
  ['figures swapped', { onHand: 5, reserved: 6 }, { onHand: 6, reserved: 5 }],
  ['letter case', { skuId: 's' }, { skuId: 'S' }],
  ['a microsecond', { recordedAt: NOW }, { recordedAt: NOW.replace('000Z', '001Z') as typeof NOW }],
])('%s makes another hash', (_what, one, other) => {
  expect(hashOf({ ...row, ...one })).not.toBe(hashOf({ ...row, ...other }));
});

test('the hash before it counts, so a row cannot be moved, removed or put in', () => {
  expect(hashOf(row, sha256('another'))).not.toBe(hashOf(row));
  expect(hashOf(row)).toBe(hashOf({ ...row }));
});

test('what is hashed is written down for ever: this text must never change', () => {
  expect(hashedText('0', { ...row, documentId: null })).toBe(
    '0|1:S|7:default|1:7|1:b|6:deduct|2:-1|2:-2|1:3|1:4|1:5|1:6|1:8|1:9|1:c|1:r|-|3:why|27:2026-11-20T09:59:00.000000Z|27:2026-11-20T10:00:00.000000Z',
  );
});
