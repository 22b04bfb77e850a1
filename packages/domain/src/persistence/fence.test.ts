/** The fence: a row that stands at another version than it was read at is not written, by whichever statement (SPEC I4). */
import { EntitySchema } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { countColumn } from './columns.ts';
import { VersionConflict } from './database-error.ts';
import { replaceRow } from './replace-row.ts';
import { tableOf } from './table.ts';
import { createUnitOfWork, type UnitOfWork } from './unit-of-work.ts';
import { changeRows } from './write-rows.ts';

interface Stand {
  readonly id: number;
  readonly units: number;
  readonly version: number;
}
const columns = { id: { ...countColumn, primary: true }, units: countColumn, version: countColumn };
const stands = tableOf(new EntitySchema<Stand>({ name: 'stand', tableName: 'stand', columns }));

let at: TestDomain;
let units: UnitOfWork;

beforeAll(async () => {
  at = await openTestDomain();
  units = createUnitOfWork(at.dataSource, testConfig, testPorts());
  await at.dataSource.query('CREATE TABLE stand (id int NOT NULL PRIMARY KEY, units int, version int)');
});
beforeEach(async () => {
  await at.dataSource.query('DELETE FROM stand');
  await at.dataSource.query('INSERT INTO stand VALUES (1, 10, 3), (2, 20, 3), (3, 30, 3), (4, 40, 3)');
});
afterAll(() => at.close());

const stored = async () =>
  (await at.dataSource.query<{ units: number; version: number }[]>('SELECT units, version FROM stand ORDER BY id')).map(
    (row) => [Number(row.units), Number(row.version)],
  );

/** The last of the rows was read at a version at which it does not stand. */
async function changed(count: number, lastFrom: number): Promise<unknown> {
  const rows = Array.from({ length: count }, (_, each) => ({
    row: { id: each + 1, units: 7, version: 4 },
    from: each === count - 1 ? lastFrom : 3,
  }));
  const change = { table: stands, keys: ['id'], set: ['units'], fence: 'version' } as const;
  return await units.write(testCall, (tx) => changeRows(tx, change, rows)).catch((error: unknown) => error);
}

const UNTOUCHED = [10, 20, 30, 40].map((held) => [held, 3]);

describe.each([
  ['few rows', 1],
  ['many rows', 4],
])('of %s', (_what, count) => {
  test('written from the version at which they stand, all are written', async () => {
    expect(await changed(count, 3)).toBeUndefined();
    expect((await stored()).slice(0, count)).toEqual(Array.from({ length: count }, () => [7, 4]));
  });

  test('of which one has moved on, none is written', async () => {
    expect(await changed(count, 2)).toMatchObject({ kind: 'concurrencyConflict' });
    expect(await stored()).toEqual(UNTOUCHED);
  });
});

test('a row that is replaced whole is fenced as well', async () => {
  const row = { id: 1, units: 7, version: 4 };
  const replaced = units
    .write(testCall, (tx) => replaceRow(tx, { table: stands, keys: ['id'], row, from: 2 }))
    .catch((error: unknown) => error);
  expect(await replaced).toMatchObject({ kind: 'concurrencyConflict' });
  expect(await stored()).toEqual(UNTOUCHED);
});

test('what did not match is told as a conflict before anything else follows', async () => {
  const change = { table: stands, keys: ['id'], set: ['units'], fence: 'version' } as const;
  const seen: unknown[] = [];
  await units
    .write(testCall, async (tx) => {
      await changeRows(tx, change, [{ row: { id: 1, units: 7, version: 4 }, from: 2 }]);
      await tx.rows('SELECT 1 AS one').catch((error: unknown) => {
        seen.push(error);
        throw error;
      });
    })
    .catch(() => undefined);
  expect(seen[0]).toBeInstanceOf(VersionConflict);
});
