/** The entities and the migrated tables say the same: columns, types and what may be null. */
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import { costEntities, costMigrations } from './schema.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
});
afterAll(() => closeSoundCost(at));

function typeOf({ type, length, precision, scale }: EntitySchemaColumnOptions): string {
  switch (type) {
    case 'varchar':
    case 'char':
      return `${type}(${length})`;
    case 'decimal':
      return `decimal(${precision},${scale})`;
    case 'datetime':
      return `datetime(${precision})`;
    default:
      return String(type);
  }
}

/** MariaDB says longtext for json and a display width for whole numbers. */
const plain = (type: string): string => type.replace(/^((?:big|tiny)?int)\(\d+\)$/, '$1').replace('longtext', 'json');

test.for(costEntities.map(({ options }) => [options.tableName ?? options.name, options] as const))(
  'table %s',
  async ([table, options]) => {
    const rows = await rowsOf(
      at.dataSource,
      `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, collation_name AS collation, column_key AS place
       FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?`,
      [table],
    );
    const stored = rows.map(({ name, type, nullable, place }) => {
      return `${String(name)} ${plain(String(type))}${nullable === 'YES' ? ' null' : ''}${place === 'PRI' ? ' key' : ''}`;
    });
    const declared = Object.entries(options.columns).flatMap(([property, column]) =>
      column === undefined
        ? []
        : [
            `${column.name ?? property} ${typeOf(column)}${column.nullable === true ? ' null' : ''}${column.primary === true ? ' key' : ''}`,
          ],
    );
    expect(stored.toSorted()).toEqual(declared.toSorted());
  },
);

test('a migration that ran and was not recorded may run again', async () => {
  for (const { steps } of costMigrations) for (const step of steps) await at.dataSource.query(step);
});
