/** Checksums of every table: the only proof that a refused call changed nothing. */
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

export interface TableChecksums {
  /** The tables whose rows differ from the last look. */
  changed(): Promise<string[]>;
  /** How often a difference was gone at the second look: rows do not change back by themselves, so that was no change. */
  unsteady(): number;
  close(): Promise<void>;
}

export async function watchTables(databaseUrl: string): Promise<TableChecksums> {
  const connection = await createConnection({ uri: databaseUrl });
  const [names] = await connection.query<RowDataPacket[]>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME",
  );
  const tables = names.map((row) => `\`${String(row['name'])}\``).join();
  let last = await look(connection, tables);
  let unsteady = 0;
  return {
    async changed() {
      const first = await look(connection, tables);
      const suspects = [...first.keys()].filter((table) => first.get(table) !== last.get(table));
      if (suspects.length === 0) return [];
      const now = await look(connection, tables);
      const differing = suspects.filter((table) => now.get(table) !== last.get(table));
      if (differing.length < suspects.length) unsteady += 1;
      last = now;
      return differing;
    },
    unsteady: () => unsteady,
    close: () => connection.end(),
  };
}

async function look(connection: Connection, tables: string): Promise<Map<string, string>> {
  const [rows] = await connection.query<RowDataPacket[]>(`CHECKSUM TABLE ${tables} EXTENDED`);
  return new Map(rows.map((row) => [String(row['Table']).split('.').at(-1) ?? '', String(row['Checksum'])]));
}
