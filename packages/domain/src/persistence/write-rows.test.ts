/** Changing rows in bulk: every value arrives as it is, or the statement fails; nothing is cut down to what fits. */
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { countColumn, dateColumn, flagColumn, hashColumn, instantColumn, nameColumn } from './columns.ts';
import { unitCostColumn, versionColumn, zeroColumn } from './columns.ts';
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
  await at.dataSource.query(`INSERT INTO thing (id) VALUES ('A'), ('B'), ('C'), ('D'), ('E')`);
});
afterAll(() => at.close());

/** Many rows are changed by another statement than few, which says once what is alike in all of them. */
const change = (row: Thing, others: readonly string[], { areAlike = false } = {}) =>
  units.write(testCall, (tx) => {
    const rows = [row, ...others.map((id) => ({ ...(areAlike ? row : ordinary), id }))].map((each) => ({ row: each }));
    return changeRows(tx, { table: things, keys: ['id'], set: SET }, rows);
  });
const stored = async () => {
  const [raw] = await at.dataSource.query<Record<string, unknown>[]>(
    `SELECT ${things.select} FROM thing t WHERE t.id = 'A'`,
  );
  return things.decode(raw ?? {});
};

test.each([500, 501, 1001])(
  'of %i rows every one is changed, also one that is left over behind the others',
  async (count) => {
    const rows = Array.from({ length: count }, (_, place) => ({ row: { ...ordinary, id: String(place) } }));
    await units.write(testCall, (tx) =>
      appendRows(
        tx,
        things,
        rows.map(({ row }) => ({ ...row, count: 0 })),
      ),
    );
    await units.write(testCall, (tx) => changeRows(tx, { table: things, keys: ['id'], set: SET }, rows));
    const changed = await at.dataSource.query<unknown[]>('SELECT id FROM thing WHERE count = 1');
    expect(changed).toHaveLength(count);
  },
);

const AMONG = [
  ['alone', [], {}],
  ['among many', ['B', 'C', 'D', 'E'], {}],
  ['among many alike', ['B', 'C', 'D', 'E'], { areAlike: true }],
] as const;

describe.each(AMONG)('a value at the edge of its column, changed %s, arrives as it is', (_how, others, alike) => {
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
    await change({ ...ordinary, ...edge }, others, alike);
    expect(await stored()).toEqual({ ...ordinary, ...edge });
    const raw = await at.dataSource.query<Record<string, unknown>[]>(`SELECT ${things.select} FROM thing t`);
    const rest = 'areAlike' in alike ? { ...ordinary, ...edge } : ordinary;
    const changed = raw.map((each) => things.decode(each)).filter(({ id }) => others.some((other) => other === id));
    expect(changed).toEqual(others.map((id) => ({ ...rest, id })));
  });
});

describe.each(AMONG)('a value outside its column, changed %s, fails the transaction', (_how, others, alike) => {
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
    await expect(change({ ...ordinary, ...wrong }, others, alike)).rejects.toThrow(/out of range|too long/i);
    expect(await stored()).toMatchObject({ id: 'A', count: null, name: null, day: null });
  });
});

test.each(AMONG)(
  'a row that stands at another version than planned, changed %s, fails the transaction',
  async (_how, others) => {
    const planned = (id: string, from: number) => ({ row: { ...ordinary, id, size: 3 }, from });
    await at.dataSource.query('UPDATE thing SET size = 2');
    const fenced = { table: things, keys: ['id'], set: ['name'], fence: 'size' } as const;
    const changing = (from: number) =>
      units.write(testCall, (tx) =>
        changeRows(tx, fenced, [planned('A', from), ...others.map((id) => planned(id, 2))]),
      );
    await expect(changing(1)).rejects.toThrow(/^Other calls changed/);
    expect(await stored()).toMatchObject({ size: 2, name: null });
    await changing(2);
    expect(await stored()).toMatchObject({ size: 3, name: 'x' });
  },
);

describe('a column that is null in appended rows', () => {
  const nothing = { count: null, size: null, cost: null, name: null, code: null, flag: null, at: null, day: null };
  beforeEach(() => at.dataSource.query(`DELETE FROM thing WHERE id <> 'A'`));
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

  test('is what the database puts there where all rows say so, and what they say where they differ', async () => {
    await at.dataSource.query(
      `CREATE TABLE IF NOT EXISTS tally (id int NOT NULL PRIMARY KEY, size int NOT NULL DEFAULT 0)`,
    );
    const columns = { id: { ...countColumn, primary: true }, size: zeroColumn };
    const tallies = tableOf(
      new EntitySchema<{ id: number; size: number }>({ name: 'tally', tableName: 'tally', columns }),
    );
    const same = [1, 2].map((id) => ({ id, size: 0 }));
    const mixed = [3, 4].map((id) => ({ id, size: id - 3 }));
    await units.write(testCall, (tx) => appendRows(tx, tallies, same));
    await units.write(testCall, (tx) => appendRows(tx, tallies, mixed));
    expect(await at.dataSource.query('SELECT * FROM tally ORDER BY id')).toEqual([...same, ...mixed]);
  });
});
