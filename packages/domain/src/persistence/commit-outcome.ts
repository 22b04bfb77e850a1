/** What became of a COMMIT whose answer was lost: looked up, never guessed. */
import type { DataSource } from 'typeorm';
import { acquire } from './connection.ts';

/** What may be added to a passed deadline to learn it. */
const GRACE_MS = 2000;
/** A connection that does not answer within this is given up for a fresh one. */
const LOOKUP_MS = 700;
const PAUSE_MS = 50;

/** The command row was written before COMMIT was sent: a locking read of it waits for a COMMIT that still runs. */
export async function wasCommitted(dataSource: DataSource, commandId: string): Promise<boolean> {
  const until = performance.now() + GRACE_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await lookUp(dataSource, commandId, Math.min(until, performance.now() + LOOKUP_MS));
    } catch (error) {
      const pauseMs = PAUSE_MS * 2 ** tries;
      if (performance.now() + pauseMs >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function lookUp(dataSource: DataSource, commandId: string, deadlineAt: number): Promise<boolean> {
  const connection = await acquire(dataSource, deadlineAt);
  try {
    const rows = await connection.query('SELECT command_id FROM command WHERE command_id = ? FOR UPDATE', [commandId]);
    await connection.release();
    return Array.isArray(rows) && rows.length > 0;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
