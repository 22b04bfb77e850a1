/** Changing rows in bulk: every value arrives as it is, or the statement fails; nothing is cut down to what fits. */
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { countColumn, dateColumn, flagColumn, hashColumn, instantColumn, nameColumn } from './columns.ts';
import { unitCostColumn, versionColumn } from './columns.ts';
import { tableOf } from './table.ts';
import { createUnitOfWork, type UnitOfWork } from './unit-of-work.ts';
import { appendRows, changeRows } from './write-rows.ts';

interface Thing {
  readonly id: string;
  readonly count: number | string | null;
  readonly size: number | string | null;
  readonly cost: bigint | null;
  readonly name: string | null;
  readonly code: string | null;
  readonly flag: boolean | null;
  readonly at: string | null;
  readonly day: string | null;
}

const may = (options: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({ ...options, nullable: true });
const things = tableOf(
  new EntitySchema<Thing>({
    name: 'thing',
    tableName: 'thing',
    columns: {
      id: { ...nameColumn(4), primary: true },
      count: may(countColumn),
      size: may(versionColumn),
      cost: may(unitCostColumn),
      name: may(nameColumn(4)),
      code: may({ ...hashColumn, length: 2 }),
      flag: may(flagColumn),
      at: may(instantColumn),
      day: may(dateColumn),
    },
  }),
);
const SET = ['count', 'size', 'cost', 'name', 'code', 'flag', 'at', 'day'] as const;
const UNIT = 1_000_000n;
const ordinary: Thing = {
  ...{ id: 'A', count: 1, size: 2, cost: 3n * UNIT, name: 'x', code: 'abcd', flag: true, day: '2026-11-20' },
  at: '2026-11-20T10:00:00.000000Z',
};

let at: TestDomain;
let units: UnitOfWork;

beforeAll(async () => {
  at = await openTestDomain();
  units = createUnitOfWork(at.dataSource, testConfig, testPorts());
  await at.dataSource.query(
    `CREATE TABLE thing (id varchar(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, count int, size bigint,
     cost decimal(20,6), name varchar(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, code binary(2), flag tinyint, at datetime(6), day date)`,
  );
});
beforeEach(async () => {
  await at.dataSource.query('DELETE FROM thing');
  await at.dataSource.query(`INSERT INTO thing (id) VALUES ('A')`);
});
afterAll(() => at.close());

const change = (row: Thing) =>
  units.write(testCall, (tx) => changeRows(tx, { table: things, keys: ['id'], set: SET }, [{ row }]));
const stored = async () => {
  const [raw] = await at.dataSource.query<Record<string, unknown>[]>(`SELECT ${things.select} FROM thing t`);
  return things.decode(raw ?? {});
};

describe('a value at the edge of its column arrives as it is', () => {
  test.each<[string, Partial<Thing>]>([
    ['the largest counts', { count: 2_147_483_647, size: Number.MAX_SAFE_INTEGER }],
    ['the smallest counts', { count: -2_147_483_648, size: Number.MIN_SAFE_INTEGER }],
    ['the largest cost', { cost: 99_999_999_999_999_999_999n }],
    ['the smallest cost', { cost: -99_999_999_999_999_999_999n }],
    ['the longest name', { name: '\u{1f600}é字z' }],
    [
      'nothing at all',
      { count: null, size: null, cost: null, name: null, code: null, flag: null, at: null, day: null },
    ],
  ])('%s', async (_name, edge) => {
    await change({ ...ordinary, ...edge });
    expect(await stored()).toEqual({ ...ordinary, ...edge });
  });
});

describe('a value outside its column fails the transaction', () => {
  test.each<[string, Partial<Thing>]>([
    ['a count above 2^31-1', { count: 2_147_483_648 }],
    ['a count far above', { count: '99999999999999999999' }],
    ['a count below -2^31', { count: -2_147_483_649 }],
    ['a version above 2^63-1', { size: '9223372036854775808' }],
    ['a version far above', { size: `1${'0'.repeat(40)}` }],
    ['a cost of 21 digits', { cost: 100_000_000_000_000_000_000n }],
    ['a cost of 30 digits', { cost: -(10n ** 29n) }],
    ['a name one character too long', { name: 'abcde' }],
    ['a name far too long', { name: 'abcde'.repeat(50) }],
    ['a hash one byte too long', { code: 'abcdef' }],
    ['a hash far too long', { code: 'ab'.repeat(40) }],
  ])('%s', async (_name, wrong) => {
    await expect(change({ ...ordinary, ...wrong })).rejects.toThrow(/out of range|too long/i);
    expect(await stored()).toMatchObject({ id: 'A', count: null, name: null, day: null });
  });
});

describe('a column that is null in appended rows', () => {
  const nothing = { count: null, size: null, cost: null, name: null, code: null, flag: null, at: null, day: null };
  const append = (rows: readonly Thing[]) => units.write(testCall, (tx) => appendRows(tx, things, rows));
  const all = async () => {
    const raw = await at.dataSource.query<Record<string, unknown>[]>(
      `SELECT ${things.select} FROM thing t WHERE t.id <> 'A' ORDER BY t.id`,
    );
    return raw.map((row) => things.decode(row));
  };

  test.each<[string, readonly Thing[]]>([
    [
      'is null in all of them',
      [
        { ...nothing, id: 'B' },
        { ...nothing, id: 'C' },
      ],
    ],
    [
      'is null in the first and not in the next',
      [
        { ...nothing, id: 'B' },
        { ...ordinary, id: 'C' },
      ],
    ],
    [
      'is null in the last and not before',
      [
        { ...ordinary, id: 'B' },
        { ...nothing, id: 'C' },
      ],
    ],
    [
      'differs from one to the next',
      [
        { ...ordinary, id: 'B', at: null },
        { ...ordinary, id: 'C', day: null },
      ],
    ],
  ])('%s', async (_name, rows) => {
    await append(rows);
    expect(await all()).toEqual(rows);
  });

  test('stays null where the database would put something else', async () => {
    await at.dataSource.query(`CREATE TABLE IF NOT EXISTS tag (id int NOT NULL PRIMARY KEY, size int DEFAULT 7)`);
    const columns = { id: { ...countColumn, primary: true }, size: { ...may(countColumn), default: 7 } };
    const tags = tableOf(
      new EntitySchema<{ id: number; size: number | null }>({ name: 'tag', tableName: 'tag', columns }),
    );
    await units.write(testCall, (tx) => appendRows(tx, tags, [{ id: 1, size: null }]));
    expect(await at.dataSource.query('SELECT * FROM tag')).toEqual([{ id: 1, size: null }]);
  });
});
