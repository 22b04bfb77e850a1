/** One database server of a cluster, with the two ways in: the one of programs, and the one of whoever looks after it. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseServer } from '../private-servers.ts';

export interface DatabaseNode {
  readonly server: DatabaseServer;
  /** Without a database name. Whoever comes this way cannot write to a server that only reads. */
  readonly url: string;
  readonly rootUrl: string;
  /** As root, each statement after the other; answers the rows of the last one. */
  ask(...statements: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export function databaseNode(server: DatabaseServer): DatabaseNode {
  const rootUrl = `mysql://root@127.0.0.1:${server.port}`;
  return {
    server,
    url: `mysql://granary:granary@127.0.0.1:${server.port}`,
    rootUrl,
    async ask(...statements) {
      // A connection for each question: the server may have been killed since the last one.
      const connection = await createConnection({ uri: rootUrl });
      try {
        let answer: readonly RowDataPacket[] = [];
        for (const statement of statements) {
          const [rows] = await connection.query<RowDataPacket[]>(statement);
          answer = Array.isArray(rows) ? rows : [];
        }
        return answer;
      } finally {
        connection.destroy();
      }
    },
  };
}

/** The only value of the only row. */
export async function valueOf(node: DatabaseNode, question: string): Promise<unknown> {
  const [row] = await node.ask(question);
  return row === undefined ? undefined : Object.values(row)[0];
}
