/** One pooled connection with a deadline on every statement: past it the statement is killed and the connection destroyed. */
import { GranaryError } from '@granary/contracts/error';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Statement } from './transaction.ts';

export class DeadlinePassed extends Error {
  constructor() {
    super('the deadline of the call has passed');
    this.name = 'DeadlinePassed';
  }
}

/** The share of its time that a call waits for a connection before it is shed: what is left must be enough to be served. */
const WAITING_SHARE = 0.5;

interface DriverConnection {
  readonly threadId?: number | null;
  destroy(): void;
}

export interface Connection {
  /** Whether several statements travel in one packet. */
  readonly takesSeveral: boolean;
  /** By which the server knows it. */
  readonly threadId: number | undefined;
  query(sql: string, parameters?: readonly unknown[]): Promise<unknown>;
  /** In their order, in one round trip where the driver may send several statements at once; the first that fails ends it. */
  queryAll(statements: readonly Statement[]): Promise<readonly unknown[]>;
  /** Back to the pool. */
  release(): Promise<void>;
  /** Never back to the pool: what it may still be doing is unknown. */
  destroy(): void;
}

/** `deadlineAt` is in milliseconds of `performance.now()`, which no clock change can move. */
export async function acquire(dataSource: DataSource, deadlineAt: number): Promise<Connection> {
  const runner = dataSource.createQueryRunner('master');
  const driver = await connected(runner, (deadlineAt - performance.now()) * WAITING_SHARE);
  let destroyed = false;
  const destroy = () => {
    if (destroyed) return;
    destroyed = true;
    driver.destroy();
  };
  const send = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    const leftMs = deadlineAt - performance.now();
    if (leftMs <= 0) throw new DeadlinePassed();
    return await within(runner.query(sql, [...parameters]), leftMs, () => {
      destroy();
      if (driver.threadId) void kill(dataSource, driver.threadId);
    });
  };
  const query = async (sql: string, parameters: readonly unknown[] = []) => await send(single(sql), parameters);
  return {
    takesSeveral: takesSeveral(dataSource),
    threadId: driver.threadId ?? undefined,
    query,
    queryAll: async (statements) => {
      if (statements.length > 1 && takesSeveral(dataSource)) {
        const sql = statements.map((statement) => single(statement.sql)).join(';');
        const parameters = statements.flatMap((statement) => statement.parameters);
        return (await send(sql, parameters)) as readonly unknown[];
      }
      const results: unknown[] = [];
      for (const { sql, parameters } of statements) results.push(await query(sql, parameters));
      return results;
    },
    release: async () => {
      if (!destroyed) await runner.release();
    },
    destroy,
  };
}

/** The connection takes several statements, so none may hide in another: values are parameters, and ours have no semicolon. */
function single(sql: string): string {
  if (sql.includes(';')) throw new Error('a statement must be one statement');
  return sql;
}

function takesSeveral({ options }: DataSource): boolean {
  return 'multipleStatements' in options && options.multipleStatements === true;
}

async function connected(runner: QueryRunner, waitMs: number): Promise<DriverConnection> {
  const connecting = runner.connect() as Promise<DriverConnection>;
  try {
    return await within(connecting, Math.max(waitMs, 0), () => {
      // A connection that arrives after its caller has gone must not leak.
      connecting.then(
        () => runner.release(),
        () => undefined,
      );
    });
  } catch (error) {
    if (!(error instanceof DeadlinePassed) && !isQueueFull(error)) throw error;
    throw new GranaryError('overloaded', {
      message: 'All database connections are busy.',
      hint: 'Try again after the time in Retry-After, with the same idempotency key.',
      details: { retryAfterSeconds: 1 },
      cause: error,
    });
  }
}

/** The pool's own bound on its waiters. */
function isQueueFull(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Queue limit reached');
}

/** Waits no longer than `ms`; a later result or failure of the work is nobody's any more. */
async function within<T>(work: Promise<T>, ms: number, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onTimeout();
      work.catch(() => undefined);
      reject(new DeadlinePassed());
    }, ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the server's side of a destroyed connection, so that its row locks are freed now and not when TCP notices. */
async function kill(dataSource: DataSource, threadId: number): Promise<void> {
  try {
    await dataSource.query(`KILL ${threadId}`);
  } catch {
    // It may have ended by itself, or the server is away: then its locks are gone too.
  }
}
