/** REF-FULL: the very rows that the service writes for a reserve, one transaction a request; the product's verify takes them for its own. */
import { createHash } from 'node:crypto';
import { plusSeconds } from '@granary/contracts/instant';
import { fromDatabaseTime, toDatabaseTime } from '@granary/domain/persistence/database-time';
import { createIds } from '@granary/platform/ids';
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise';
import { type FullRows, fullRows, type LockedLevel } from './full-rows.ts';
import { inTransaction } from './reference-pool.ts';
import { FULL } from './sql.ts';

const LOCATION = 'default';
const TTL_SECONDS = 1800;

export interface FullReference {
  reserve(skuId: string): Promise<void>;
}

export function createFullReference(pool: Pool): FullReference {
  const ids = createIds();
  const ofThisRun = ids().slice(-8);
  let made = 0;
  return {
    reserve: (skuId) => {
      made += 1;
      const businessId = `full-${ofThisRun}-${String(made).padStart(9, '0')}`;
      return inTransaction(pool, async (connection) => {
        const level = await lockLevel(connection, skuId);
        const { batch, now } = await oldestOpen(connection, skuId);
        const rows = fullRows({
          ...{ level, batch, skuId, locationId: LOCATION, commandId: ids(), reservationId: ids() },
          ...{ businessId, sha256 },
          ...{ now: fromDatabaseTime(now), dueAt: plusSeconds(fromDatabaseTime(now), TTL_SECONDS) },
        });
        await write(connection, rows, { level, batch, skuId });
      });
    },
  };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface OpenBatch {
  readonly batchId: string;
  readonly reserved: number;
  readonly version: number;
}

async function lockLevel(connection: PoolConnection, skuId: string): Promise<LockedLevel> {
  const [[row]] = await connection.query<RowDataPacket[]>(FULL.lockLevel, [skuId, LOCATION]);
  if (row === undefined || row['on_hand'] - row['reserved'] - row['locked'] < 1) throw new Error(`sold out: ${skuId}`);
  return {
    ...{ onHand: row['on_hand'], reserved: row['reserved'], locked: row['locked'], deficit: row['deficit'] },
    ...{ version: Number(row['version']), headHash: (row['head_hash'] as Buffer).toString('hex') },
  };
}

/** One unit is asked for, so the oldest open batch serves it. */
async function oldestOpen(connection: PoolConnection, skuId: string): Promise<{ batch: OpenBatch; now: string }> {
  const [[row]] = await connection.query<RowDataPacket[]>(FULL.openBatches, [skuId, LOCATION]);
  if (row === undefined) throw new Error(`no open batch: ${skuId}`);
  const batch = {
    batchId: String(row['batch_id']),
    reserved: Number(row['reserved']),
    version: Number(row['version']),
  };
  return { batch, now: String(row['now']) };
}

interface Locked {
  readonly level: LockedLevel;
  readonly batch: OpenBatch;
  readonly skuId: string;
}

async function write(connection: PoolConnection, rows: FullRows, { level, batch, skuId }: Locked): Promise<void> {
  const { hash, recordedAt } = rows;
  const to = level.version + 1;
  await connection.query(FULL.movement, [[rows.movement]]);
  await connection.query(FULL.level, [
    ...[level.reserved + 1, to, Buffer.from(hash, 'hex'), toDatabaseTime(recordedAt)],
    ...[skuId, LOCATION, level.version],
  ]);
  await connection.query(FULL.batch, [batch.reserved + 1, batch.version + 1, batch.batchId, batch.version]);
  await connection.query(FULL.reservation, [[rows.reservation]]);
  await connection.query(FULL.line, [[rows.line]]);
  await connection.query(FULL.command, [[rows.command]]);
  await connection.query(FULL.commandSku, [[rows.commandSku]]);
  await connection.query(FULL.outbox, [[rows.outbox]]);
}
