/** One transaction from START to COMMIT, or to its end: the connection goes back only when its state is known. */
import type { Instant } from '@granary/contracts/instant';
import type { DataSource } from 'typeorm';
import { acquire, type Connection } from './connection.ts';
import type { LocationScope } from '../rules/location-scope.ts';
import { fromDatabaseTime } from './database-time.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

/** COMMIT was sent and no answer came. */
export class UnknownOutcome extends Error {
  constructor(cause: unknown) {
    super('the answer to COMMIT was lost', { cause });
    this.name = 'UnknownOutcome';
  }
}

export interface Attempt<T> {
  readonly dataSource: DataSource;
  readonly commandId: string;
  readonly scope: LocationScope;
  readonly mayBackdate: boolean;
  readonly deadlineAt: number;
  /** What opens the transaction. */
  readonly start: readonly string[];
  readonly clock: (databaseNow: Instant) => Instant;
  readonly work: (tx: Tx) => Promise<T>;
}

export async function attempt<T>(what: Attempt<T>): Promise<T> {
  const { dataSource, commandId, scope, mayBackdate, deadlineAt, start, clock, work } = what;
  const connection = await acquire(dataSource, deadlineAt);
  const health: Health = {};
  let stage: 'open' | 'committing' | 'done' = 'open';
  try {
    for (const statement of start) await connection.query(statement);
    const answer = await work(transactionOn({ connection, health, commandId, scope, mayBackdate, clock }));
    if (health.failure !== undefined) throw health.failure.cause;
    stage = 'committing';
    await connection.query('COMMIT');
    stage = 'done';
    return answer;
  } catch (error) {
    throw stage === 'committing' ? new UnknownOutcome(error) : error;
  } finally {
    await leave(connection, stage);
  }
}

/** A connection whose COMMIT is unanswered must not go back; an open one is rolled back, or destroyed if it cannot be. */
async function leave(connection: Connection, stage: 'open' | 'committing' | 'done'): Promise<void> {
  if (stage === 'committing') return connection.destroy();
  try {
    if (stage === 'open') await connection.query('ROLLBACK');
    await connection.release();
  } catch {
    connection.destroy();
  }
}

/** The first statement that failed: whether or not the work minds, nothing of it may be committed. */
interface Health {
  failure?: { readonly cause: unknown };
}

interface Open extends Pick<Attempt<unknown>, 'commandId' | 'scope' | 'mayBackdate' | 'clock'> {
  readonly connection: Connection;
  readonly health: Health;
}

function transactionOn({ connection, health, commandId, scope, mayBackdate, clock }: Open): Tx {
  const query = async (sql: string, parameters?: readonly unknown[]): Promise<unknown> => {
    if (health.failure !== undefined)
      throw new Error('this transaction has failed already and takes no further statements', health.failure);
    try {
      return await connection.query(sql, parameters);
    } catch (error) {
      health.failure ??= { cause: error };
      throw error;
    }
  };
  const rows = async (sql: string, parameters?: readonly unknown[]) => (await query(sql, parameters)) as readonly Raw[];
  return {
    commandId,
    scope,
    mayBackdate,
    rows,
    select: async (table, tail, parameters) => {
      const raw = await rows(`SELECT ${table.select} FROM ${table.name} AS t ${tail}`, parameters);
      return raw.map((row) => table.decode(row));
    },
    write: async (sql, parameters) => ((await query(sql, parameters)) as { affectedRows: number }).affectedRows,
    now: async () => {
      const [row] = await rows('SELECT UTC_TIMESTAMP(6) AS now');
      return clock(fromDatabaseTime(String(row?.['now'])));
    },
  };
}
