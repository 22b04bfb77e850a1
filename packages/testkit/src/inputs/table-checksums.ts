/** Checksums of every table: the only proof that a refused call changed nothing. */
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

export interface TableChecksums {
  /** The tables whose rows differ from the last look. */
  changed(): Promise<string[]>;
  close(): Promise<void>;
}

export async function watchTables(databaseUrl: string): Promise<TableChecksums> {
  const connection = await createConnection({ uri: databaseUrl });
  const [names] = await connection.query<RowDataPacket[]>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME",
  );
  const tables = names.map((row) => `\`${String(row['name'])}\``).join();
  let last = await look(connection, tables);
  return {
    async changed() {
      const now = await look(connection, tables);
      const differing = [...now.keys()].filter((table) => now.get(table) !== last.get(table));
      last = now;
      return differing;
    },
    close: () => connection.end(),
  };
}

async function look(connection: Connection, tables: string): Promise<Map<string, string>> {
  const [rows] = await connection.query<RowDataPacket[]>(`CHECKSUM TABLE ${tables} EXTENDED`);
  return new Map(rows.map((row) => [String(row['Table']).split('.').at(-1) ?? '', String(row['Checksum'])]));
}
