/** Years of reservations, written in bulk straight into the product's tables: each row as a reserve would have written it, chains and all. */
import { fromDatabaseTime, toDatabaseTime } from '@granary/domain/persistence/database-time';
import { plusSeconds } from '@granary/contracts/instant';
import { createIds } from '@granary/platform/ids';
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise';
import type { Progress } from '../../progress.ts';
import { sha256 } from '../reference/full-reference.ts';
import { type FullRows, fullRows } from '../reference/full-rows.ts';
import { inTransaction } from '../reference/reference-pool.ts';
import { FULL } from '../reference/sql.ts';

const LOCATION = 'default';
const TTL_SECONDS = 2_592_000;
/** A statement of the widest rows stays under the packet that a server takes by default. */
const ROWS_A_STATEMENT = 500;
const FILLERS = 4;

export interface Filling {
  readonly skuIds: readonly string[];
  readonly reservations: number;
  readonly bar: Progress;
  readonly signal: AbortSignal;
}

/** As many of each SKU, one transaction a SKU. */
export async function fill(pool: Pool, { skuIds, reservations, bar, signal }: Filling): Promise<void> {
  const ids = createIds();
  const each = Math.ceil(reservations / skuIds.length);
  const left = [...skuIds];
  let done = 0;
  const filler = async () => {
    for (let skuId = left.pop(); skuId !== undefined; skuId = left.pop()) {
      signal.throwIfAborted();
      const own = skuId;
      await inTransaction(pool, (connection) => fillSku(connection, own, { each, ids }));
      bar.at((done += each), 'reservations');
    }
  };
  await Promise.all(Array.from({ length: FILLERS }, filler));
}

interface Many {
  readonly each: number;
  readonly ids: () => string;
}

async function fillSku(connection: PoolConnection, skuId: string, { each, ids }: Many): Promise<void> {
  const [[row]] = await connection.query<RowDataPacket[]>(FULL.lockLevel, [skuId, LOCATION]);
  const [[batch]] = await connection.query<RowDataPacket[]>(FULL.openBatches, [skuId, LOCATION]);
  if (row === undefined || batch === undefined) throw new Error(`nothing to fill: ${skuId}`);
  const now = fromDatabaseTime(String(batch['now']));
  let level = {
    ...{ onHand: row['on_hand'], reserved: row['reserved'], locked: row['locked'], deficit: row['deficit'] },
    ...{ version: Number(row['version']), headHash: (row['head_hash'] as Buffer).toString('hex') },
  };
  const from = level.version;
  const made: FullRows[] = [];
  for (let at = 0; at < each; at += 1) {
    const rows = fullRows({
      ...{ level, batch: { batchId: String(batch['batch_id']) }, skuId, locationId: LOCATION },
      ...{ commandId: ids(), reservationId: ids(), businessId: `fill-${ids()}` },
      ...{ now, dueAt: plusSeconds(now, TTL_SECONDS), sha256 },
    });
    level = { ...level, reserved: level.reserved + 1, version: level.version + 1, headHash: rows.hash };
    made.push(rows);
  }
  await append(connection, made);
  const head = Buffer.from(level.headHash, 'hex');
  await connection.query(FULL.level, [level.reserved, level.version, head, toDatabaseTime(now), skuId, LOCATION, from]);
  const versions = [Number(batch['version']) + 1, batch['batch_id'], batch['version']];
  await connection.query(FULL.batch, [Number(batch['reserved']) + each, ...versions]);
}

async function append(connection: PoolConnection, made: readonly FullRows[]): Promise<void> {
  for (let from = 0; from < made.length; from += ROWS_A_STATEMENT) {
    const part = made.slice(from, from + ROWS_A_STATEMENT);
    await connection.query(FULL.movement, [part.map(({ movement }) => movement)]);
    await connection.query(FULL.reservation, [part.map(({ reservation }) => reservation)]);
    await connection.query(FULL.line, [part.map(({ line }) => line)]);
    await connection.query(FULL.command, [part.map(({ command }) => command)]);
    await connection.query(FULL.commandSku, [part.map(({ commandSku }) => commandSku)]);
    await connection.query(FULL.outbox, [part.map(({ outbox }) => outbox)]);
  }
}
