/** Checksums of every table: the only proof that a refused call changed nothing. */
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

export interface TableChecksums {
  /** The tables whose rows differ from the last look. */
  changed(): Promise<string[]>;
  close(): Promise<void>;
}

export async function watchTables(databaseUrl: string): Promise<TableChecksums> {
  const connection = await createConnection({ uri: databaseUrl });
  const look = await lookAt(connection);
  let last = await look();
  return {
    async changed() {
      const now = await look();
      const differing = [...now.keys()].filter((table) => now.get(table) !== last.get(table));
      last = now;
      return differing;
    },
    close: () => connection.end(),
  };
}

/**
 * CHECKSUM TABLE is fast, but MariaDB 10.11 answers it unsteadily for a table with a virtual column that is NULL in some rows (about once in
 * five thousand looks, with nobody writing): of such tables the stored columns are hashed by a query.
 */
async function lookAt(connection: Connection): Promise<() => Promise<Map<string, string>>> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT c.TABLE_NAME AS tableName, c.COLUMN_NAME AS columnName, c.EXTRA AS extra FROM information_schema.COLUMNS c
     JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME AND t.TABLE_TYPE = 'BASE TABLE'
     WHERE c.TABLE_SCHEMA = DATABASE() ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
  );
  const columns = rows.map((row) => ({
    table: String(row['tableName']),
    column: String(row['columnName']),
    isGenerated: /GENERATED/i.test(String(row['extra'])),
  }));
  const generated = new Set(columns.filter((each) => each.isGenerated).map((each) => each.table));
  const plain = [...new Set(columns.map((each) => each.table))].filter((table) => !generated.has(table));
  const hashes = [...generated].map((table) => ({
    table,
    sql: hashQuery(
      table,
      columns.filter((each) => each.table === table && !each.isGenerated),
    ),
  }));
  return async () => {
    const [sums] = await connection.query<RowDataPacket[]>(
      `CHECKSUM TABLE ${plain.map((table) => `\`${table}\``).join()} EXTENDED`,
    );
    const found = new Map(sums.map((row) => [String(row['Table']).split('.').at(-1) ?? '', String(row['Checksum'])]));
    for (const { table, sql } of hashes) {
      const [[row]] = await connection.query<RowDataPacket[]>(sql);
      found.set(table, JSON.stringify(row));
    }
    return found;
  };
}

function hashQuery(table: string, columns: readonly { readonly column: string }[]): string {
  const text = columns.map(({ column }) => `COALESCE(HEX(\`${column}\`), '-')`).join();
  const row = `CONCAT_WS('/', ${text})`;
  return `SELECT COUNT(*) AS n, COALESCE(BIT_XOR(CRC32(${row})), 0) AS x, COALESCE(SUM(CRC32(CONCAT(${row}, '*'))), 0) AS s FROM \`${table}\``;
}
