/** What became of a COMMIT whose answer was lost: looked up, never guessed. */
import type { DataSource } from 'typeorm';
import { acquire, type Connection } from './connection.ts';
import { errnoOf } from './database-error.ts';

/** What may be added to a passed deadline to learn it. */
const GRACE_MS = 2000;
/** A connection that does not answer within this is given up for a fresh one. */
const LOOKUP_MS = 700;
const PAUSE_MS = 50;

/**
 * The command row travels with COMMIT, and the server may still be at what stands before it: it is made to stop there first, so
 * that a row which is not there will not come. Where COMMIT has begun, a locking read of the row waits for its end.
 */
export async function wasCommitted(
  dataSource: DataSource,
  commandId: string,
  threadId: number | undefined,
): Promise<boolean> {
  const until = performance.now() + GRACE_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await lookUp(dataSource, { commandId, threadId }, Math.min(until, performance.now() + LOOKUP_MS));
    } catch (error) {
      const pauseMs = PAUSE_MS * 2 ** tries;
      if (performance.now() + pauseMs >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function lookUp(
  dataSource: DataSource,
  { commandId, threadId }: { commandId: string; threadId: number | undefined },
  deadlineAt: number,
): Promise<boolean> {
  const connection = await acquire(dataSource, deadlineAt);
  try {
    // The same number is that of a server which was started again.
    if (threadId !== undefined && threadId !== connection.threadId) await stop(connection, threadId);
    const rows = await connection.query('SELECT command_id FROM command WHERE command_id = ? FOR UPDATE', [commandId]);
    await connection.release();
    return Array.isArray(rows) && rows.length > 0;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** No such thread, and one of somebody else's, which has its number since. */
const GONE = new Set([1094, 1095]);

async function stop(connection: Connection, threadId: number): Promise<void> {
  try {
    await connection.query(`KILL ${threadId}`);
  } catch (error) {
    if (!GONE.has(errnoOf(error))) throw error;
  }
}
