/** The schema of the whole house: that its two parts fit into one record of migrations. */
import { expect, test } from 'vitest';
import { entities, migrations } from './schema.ts';

test('no two migrations share the name under which they are recorded', () => {
  const names = migrations.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('stock and costs are both there, and no table twice', () => {
  const tables = entities.map(({ options }) => options.tableName);
  expect(tables).toEqual(expect.arrayContaining(['stock_level', 'cost_state']));
  expect(tables.filter((table, at) => tables.indexOf(table) !== at)).toEqual([]);
});
