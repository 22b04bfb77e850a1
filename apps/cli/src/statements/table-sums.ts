/** How many rows every table has, and the sum of their versions: what one effect adds to them is known, and two add twice as much. */
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

export interface TableSums {
  look(): Promise<Sums>;
  /** Transactions that somebody left open in this database, once those that are ending have ended. */
  openTransactions(): Promise<number>;
  close(): Promise<void>;
}

/** By table: rows, and the sum of versions where rows have one that counts their changes. */
export type Sums = ReadonlyMap<string, readonly [number, number]>;

const ENDING_MS = 2_000;
const LOOK_EVERY_MS = 20;

export async function watchSums(databaseUrl: string): Promise<TableSums> {
  const connection = await createConnection({ uri: databaseUrl });
  const sql = await queryOf(connection);
  return {
    async look() {
      const [rows] = await connection.query<RowDataPacket[]>(sql);
      return new Map(
        rows.map((row) => [String(row['name']), [Number(row['amount']), Number(row['versions'] ?? 0)] as const]),
      );
    },
    openTransactions: () => openTransactions(connection),
    close: () => connection.end(),
  };
}

async function queryOf(connection: Connection): Promise<string> {
  const [tables] = await connection.query<RowDataPacket[]>(
    `SELECT t.TABLE_NAME AS name, MAX(c.COLUMN_NAME = 'version' AND c.COLUMN_KEY <> 'PRI') AS hasVersion FROM information_schema.TABLES t
     JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
     WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' GROUP BY t.TABLE_NAME`,
  );
  return tables
    .map(({ name, hasVersion }) => {
      const versions = Number(hasVersion) === 1 ? 'SUM(version)' : '0';
      return `SELECT '${name}' AS name, COUNT(*) AS amount, ${versions} AS versions FROM \`${name}\``;
    })
    .join(' UNION ALL ');
}

async function openTransactions(connection: Connection): Promise<number> {
  const giveUpAt = performance.now() + ENDING_MS;
  for (;;) {
    const [[row]] = await connection.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS n FROM information_schema.INNODB_TRX t
       JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
       WHERE p.DB = DATABASE() AND p.ID <> CONNECTION_ID()`,
    );
    const open = Number(row?.['n']);
    if (open === 0 || performance.now() > giveUpAt) return open;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What was added, a table a part; equal texts are equal effects. */
export function added(before: Sums, after: Sums): string {
  return [...after]
    .flatMap(([name, [rows, versions]]) => {
      const [rowsBefore, versionsBefore] = before.get(name) ?? [0, 0];
      if (rows === rowsBefore && versions === versionsBefore) return [];
      return [`${name} +${rows - rowsBefore}/${versions - versionsBefore}`];
    })
    .toSorted()
    .join(', ');
}
