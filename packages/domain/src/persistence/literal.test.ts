/** Rows as SQL text: whatever is in them, the server stores that and nothing else, as it does when the driver writes them. */
import fc from 'fast-check';
import { raw } from 'mysql2';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { countColumn, dateColumn, flagColumn, hashColumn, instantColumn, jsonColumn, nameColumn } from './columns.ts';
import { textColumn, unitCostColumn, versionColumn, wordColumn } from './columns.ts';
import { tableOf } from './table.ts';
import type { LaterWrite, Tx } from './transaction.ts';
import { createUnitOfWork } from './unit-of-work.ts';
import { appendRows } from './write-rows.ts';

interface Thing {
  readonly id: number;
  readonly size: number | bigint | string | null;
  readonly name: string | null;
  readonly word: string | null;
  readonly text: string | null;
  readonly cost: bigint | null;
  readonly code: string | null;
  readonly flag: boolean | null;
  readonly at: string | null;
  readonly day: string | null;
  readonly object: unknown;
}

const may = (options: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({ ...options, nullable: true });
const things = tableOf(
  new EntitySchema<Thing>({
    name: 'literal_thing',
    tableName: 'literal_thing',
    columns: {
      id: { ...countColumn, primary: true },
      size: may(versionColumn),
      name: may(nameColumn(200)),
      word: may(wordColumn(8)),
      text: may(textColumn),
      cost: may(unitCostColumn),
      code: may({ ...hashColumn, length: 4 }),
      flag: may(flagColumn),
      at: may(instantColumn),
      day: may(dateColumn),
      object: may(jsonColumn),
    },
  }),
);
const nothing: Omit<Thing, 'id'> = {
  ...{ size: null, name: null, word: null, text: null, cost: null, code: null },
  ...{ flag: null, at: null, day: null, object: null },
};

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
  await at.dataSource.query(
    `CREATE TABLE literal_thing (id int NOT NULL PRIMARY KEY, size bigint, name ${name(200)}, word varchar(8) CHARACTER SET ascii,
     text mediumtext CHARACTER SET utf8mb4, cost decimal(20,6), code binary(4), flag tinyint, at datetime(6), day date, object json)`,
  );
});
beforeEach(() => at.dataSource.query('DELETE FROM literal_thing'));
afterAll(() => at.close());

const append = (rows: readonly Thing[]) =>
  createUnitOfWork(at.dataSource, testConfig, testPorts()).write(testCall, (tx) => appendRows(tx, things, rows));
const stored = async () => {
  const found = await at.dataSource.query<Record<string, unknown>[]>(
    `SELECT ${things.select} FROM literal_thing t ORDER BY t.id`,
  );
  return found.map((row) => things.decode(row));
};

const HOSTILE = [
  ...[
    `'`,
    `''`,
    `\\`,
    `\\'`,
    `\\\\'`,
    `'\\`,
    `"`,
    '`',
    '?',
    '??',
    ';',
    '--',
    '/*',
    `'); DELETE FROM literal_thing; --`,
  ],
  ...['\0', '\b', '\t', '\n', '\r', '\u001A', '\u007F', '%', '_', '\\%', '\\_', '\\0', '\\Z', '\\n', '$&', '$1', "$'"],
  ...['é', '字', '\u{1f600}', '\uFEFF', '\u2028', '\u00A5', '縗', 'ソ', '\u{10FFFF}'],
];

test('hostile text comes out as it went in, at either end of a value and between others', async () => {
  const texts = HOSTILE.flatMap((hostile) => [
    hostile,
    `a${hostile}`,
    `${hostile}b`,
    `${hostile}${hostile}'${hostile}`,
  ]);
  const rows = texts.map((text, id) => ({ ...nothing, id, name: text, text, object: { [text]: [text] } }));
  await append(rows);
  expect(await stored()).toEqual(rows);
});

test('whatever text comes out as it went in, and every other value beside it', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.constantFrom(...HOSTILE), { maxLength: 8 }).map((parts) => parts.join('')),
  );
  const thing = fc.record({
    size: fc.option(fc.maxSafeInteger()),
    name: fc.option(text),
    word: fc.option(fc.constantFrom(`'`, '\\', 'done', 'a?b', '\0')),
    text: fc.option(text),
    cost: fc.option(fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n })),
    code: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('hex'))),
    flag: fc.option(fc.boolean()),
    at: fc.option(fc.constantFrom('2026-11-20T10:00:00.000001Z', '9999-12-31T00:00:00.000000Z')),
    day: fc.option(fc.constantFrom('2026-11-20', '1000-01-01')),
    object: fc.option(text.map((inside) => ({ inside }))),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(thing, { minLength: 1, maxLength: 30 }), async (some) => {
      await at.dataSource.query('DELETE FROM literal_thing');
      const rows = some.map((each, id) => ({ id, ...each }));
      await append(rows);
      expect(await stored()).toEqual(rows);
    }),
    { numRuns: 40 },
  );
});

test('the server reads what the driver would have said', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const { literal, encode } = things.column('text');
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 50 }), async (texts) => {
      const sql = texts.map(() => 'SELECT HEX(?) = HEX(?) AS same').join(' UNION ALL ');
      const parameters = texts.flatMap((each) => [raw(literal(each)), encode(each)]);
      const rows = await at.dataSource.query<{ same: unknown }[]>(sql, parameters);
      expect(rows.every(({ same }) => Number(same) === 1)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('long rows make several statements, none too long for a packet, and all of them arrive', async () => {
  const rows = Array.from({ length: 120 }, (_, id) => ({ ...nothing, id, text: `${id}${'x'.repeat(20_000)}` }));
  const sent: LaterWrite[] = [];
  const later: Tx['later'] = async (write) => void sent.push(write);
  await appendRows({ later } as Partial<Tx> as Tx, things, rows);
  expect(sent.map((write) => write.rows)).toEqual([501, 501, 501, 501, 401]);
  await append(rows);
  expect(await stored()).toEqual(rows);
});

test.each<[keyof Thing, unknown, string]>([
  ['id', 7, '7'],
  ['id', '7', `'7'`],
  ['size', 9_007_199_254_740_993n, '9007199254740993'],
  ['size', `1 OR 1=1`, `'1 OR 1=1'`],
  ['cost', -12_345_678n, `'-12.345678'`],
  ['flag', true, '1'],
  ['flag', false, '0'],
  ['code', 'abCD0129', `x'abCD0129'`],
  ['at', '2026-11-20T10:00:00.000001Z', `'2026-11-20 10:00:00.000001'`],
  ['name', `it's \\ "so"`, `'it\\'s \\\\ "so"'`],
  ['name', '', `''`],
  ['object', { a: `'` }, `'{"a":"\\'"}'`],
  ['name', null, 'NULL'],
  ['code', undefined, 'NULL'],
])('%s %o is written %s', (property, value, text) => {
  const { literal } = things.column(property);
  expect(literal(value)).toBe(text);
  // A value that was just written is remembered, and told apart from the next.
  expect([literal(null), literal(value), literal(value)]).toEqual(['NULL', text, text]);
});

test.each([`ab'`, `00' OR '`, 'xyz', 'ab\\', 'ab\n'])('no bytes are made of %o', (digits) => {
  expect(() => things.column('code').literal(digits)).toThrow('hexadecimal');
});
