/** Codecs: what goes into a column comes out of it unchanged. */
import { expect, test } from 'vitest';
import { compareBytes } from '../rules/byte-order.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { tableOf } from './table.ts';
import { batches, levels, movements, reservations } from './tables.ts';
import { batchEntity } from '../entities/batch.ts';
import { NEVER } from '../entities/batch.ts';

test('a moment keeps its microseconds, and a shorter text of the database gets six', () => {
  expect(toDatabaseTime('2026-11-20T10:00:00.000001Z')).toBe('2026-11-20 10:00:00.000001');
  expect(fromDatabaseTime('2026-11-20 10:00:00.000001')).toBe('2026-11-20T10:00:00.000001Z');
  expect(fromDatabaseTime('2026-11-20 10:00:00.1')).toBe('2026-11-20T10:00:00.100000Z');
  expect(fromDatabaseTime(toDatabaseTime(NEVER))).toBe(NEVER);
});

test.each<[string, object, string, unknown, unknown]>([
  ['a moment', batches, 'expiresAt', NEVER, '9999-12-31 00:00:00.000000'],
  ['an amount', batches, 'unitCost', 12_345_678n, '12.345678'],
  ['an object', batches, 'attributes', { a: [1, null] }, '{"a":[1,null]}'],
  ['no object', batches, 'attributes', null, null],
  ['a day', batches, 'producedOn', '2026-11-20', '2026-11-20'],
  ['a count', batches, 'onHand', 2_147_483_647, 2_147_483_647],
  ['a flag', levels, 'isActive', false, 0],
  ['another flag', levels, 'isActive', true, 1],
  ['a version', levels, 'version', 9_007_199_254_740_991, 9_007_199_254_740_991],
  ['a name', movements, 'skuId', 'a\'b\\c"😀', 'a\'b\\c"😀'],
  ['nothing', reservations, 'reason', null, null],
])('%s', (...[_what, table, property, value, stored]) => {
  const { column, decode } = table as typeof batches;
  expect(column(property as 'onHand').encode(value)).toEqual(stored);
  expect(Reflect.get(decode({ [property]: stored }), property)).toEqual(value);
});

test('a hash is hexadecimal in code and bytes in the database', () => {
  const hash = 'ab'.repeat(32);
  const stored = levels.column('headHash').encode(hash);
  expect(stored).toEqual(Buffer.from(hash, 'hex'));
  expect(levels.decode({ headHash: stored }).headHash).toBe(hash);
});

test('figures that the driver hands over as text become numbers, and an amount stays exact', () => {
  expect(levels.decode({ version: '9007199254740991', onHand: '5' })).toMatchObject({
    version: 9_007_199_254_740_991,
    onHand: 5,
  });
  expect(batches.decode({ unitCost: '99999999999999.999999' }).unitCost).toBe(99_999_999_999_999_999_999n);
});

test('columns that the database computes are neither read nor written', () => {
  expect(Object.keys(batchEntity.options.columns)).toContain('open');
  expect(batches.columns.map((column) => column.property)).not.toContain('open');
  expect(batches.select).not.toMatch(/\bopen\b/);
});

test('a property that is no column is a bug', () => {
  expect(() => tableOf(batchEntity).column('colour' as 'open')).toThrow(/no column for colour/);
});

test('levels are sorted as the database sorts them: by bytes, which is not the order of JavaScript past U+FFFF', () => {
  const sorted = ['b', '😀', '\uff5e', 'a', 'A', 'ä', 'a/'].toSorted(compareBytes);
  expect(sorted).toEqual(['A', 'a', 'a/', 'b', 'ä', '\uff5e', '😀']);
});
