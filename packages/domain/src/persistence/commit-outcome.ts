/** What became of a COMMIT whose answer was lost: looked up, never guessed. */
import type { DataSource } from 'typeorm';
import { acquire } from './connection.ts';

/** What is added to a passed deadline to learn it. */
const LOOKUP_MS = 1000;
const TRIES = 4;
const PAUSE_MS = 50;

/** The command row was written before COMMIT was sent: a locking read of it waits for a COMMIT that still runs. */
export async function wasCommitted(dataSource: DataSource, commandId: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await lookUp(dataSource, commandId);
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** tries));
    }
  }
}

async function lookUp(dataSource: DataSource, commandId: string): Promise<boolean> {
  const connection = await acquire(dataSource, performance.now() + LOOKUP_MS);
  try {
    const rows = await connection.query('SELECT command_id FROM command WHERE command_id = ? FOR UPDATE', [commandId]);
    await connection.release();
    return Array.isArray(rows) && rows.length > 0;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
