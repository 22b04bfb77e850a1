/** One row of a table that is not hot, written whole and guarded by its version. */
import type { Table } from './table.ts';
import { touchedBy } from './touched.ts';
import type { Tx } from './transaction.ts';

export interface Replacement<Row> {
  readonly table: Table<Row>;
  readonly keys: readonly (keyof Row & string)[];
  readonly row: Row;
  /** The version at which it must still stand. */
  readonly from: number;
  /** The column that holds it. */
  readonly fence?: keyof Row & string;
  /** Only these columns; all of them when left out. */
  readonly set?: readonly (keyof Row & string)[];
}

export async function replaceRow<Row>(tx: Tx, { table, keys, row, from, fence, set }: Replacement<Row>): Promise<void> {
  const columns = set === undefined ? table.columns : set.map((property) => table.column(property));
  const values = columns.map(({ property, encode }) => encode(row[property as keyof Row]));
  const guard = [
    ...keys.map((key) => table.column(key).name),
    fence === undefined ? 'version' : table.column(fence).name,
  ];
  await tx.later({
    sql: `UPDATE ${table.name} SET ${columns.map(({ name }) => `${name} = ?`).join(', ')} WHERE ${guard.map((name) => `${name} = ?`).join(' AND ')}`,
    parameters: [...values, ...keys.map((key) => row[key]), from],
    rows: 1,
    touches: touchedBy(table, [row]),
    matches: { rows: 1, of: table.name },
  });
}
