/** One transaction from START to COMMIT, or to its end: the connection goes back only when its state is known. */
import type { Instant } from '@granary/contracts/instant';
import type { DataSource } from 'typeorm';
import { acquire, type Connection } from './connection.ts';
import type { LocationScope } from '../rules/location-scope.ts';
import { fromDatabaseTime } from './database-time.ts';
import type { Raw } from './table.ts';
import type { LaterWrite, Selection, Statement, Tx } from './transaction.ts';

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
    await connection.queryAll(start.map((sql) => ({ sql, parameters: [] })));
    const { tx, flush } = transactionOn({ connection, health, commandId, scope, mayBackdate, clock });
    const answer = await work(tx);
    await flush();
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

/** Rows that may wait for a statement: together they stay well under the packets that servers take. */
const WAITING_ROWS = 1000;

function transactionOn({ connection, health, commandId, scope, mayBackdate, clock }: Open): {
  readonly tx: Tx;
  readonly flush: () => Promise<void>;
} {
  let waiting: LaterWrite[] = [];
  const send = async (statements: readonly Statement[]): Promise<readonly unknown[]> => {
    if (health.failure !== undefined)
      throw new Error('this transaction has failed already and takes no further statements', health.failure);
    const writes = waiting;
    waiting = [];
    try {
      const results = await connection.queryAll([...writes, ...statements]);
      for (const [at, { check }] of writes.entries()) check?.(matchedOf(results[at]));
      return results.slice(writes.length);
    } catch (error) {
      health.failure ??= { cause: error };
      throw error;
    }
  };
  const query = async (sql: string, parameters: readonly unknown[] = []) => (await send([{ sql, parameters }]))[0];
  const rows = async (sql: string, parameters?: readonly unknown[]) => (await query(sql, parameters)) as readonly Raw[];
  const flush = async () => {
    if (waiting.length > 0) await send([]);
  };
  const tx: Tx = {
    commandId,
    scope,
    mayBackdate,
    rows,
    select: async (table, tail, parameters = []) => {
      const selection = { table, tail, parameters };
      return decoded(selection, (await send([statementOf(selection)]))[0]);
    },
    selectBoth: async (first, second) => {
      const [some, others] = await send([statementOf(first), statementOf(second)]);
      return [decoded(first, some), decoded(second, others)];
    },
    write: async (sql, parameters) => matchedOf(await query(sql, parameters)),
    later: async (write) => {
      if (waiting.reduce((sum, each) => sum + each.rows, write.rows) > WAITING_ROWS) await flush();
      waiting.push(write);
    },
    now: async () => {
      const [row] = await rows('SELECT UTC_TIMESTAMP(6) AS now');
      return clock(fromDatabaseTime(String(row?.['now'])));
    },
  };
  return { tx, flush };
}

function statementOf<Row>({ table, tail, parameters }: Selection<Row>): Statement {
  return { sql: `SELECT ${table.select} FROM ${table.name} AS t ${tail}`, parameters };
}

function decoded<Row>({ table }: Selection<Row>, raw: unknown): readonly Row[] {
  return (raw as readonly Raw[]).map((row) => table.decode(row));
}

function matchedOf(result: unknown): number {
  return (result as { affectedRows: number }).affectedRows;
}
