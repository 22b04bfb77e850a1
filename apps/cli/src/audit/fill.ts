/** Commands by the hundred thousand, as a shop leaves them in months, written by the database itself. */
import type { openDatabase } from '@granary/platform/database';

type DataSource = Awaited<ReturnType<typeof openDatabase>>;

/** Written in one statement: as large as one recursion goes, squared by a join. */
const CHUNK = 50_000;

/** One of so many commands is of this kind. */
export const EVERY = { hotSku: 4, sku: 1000, actor: 100, refused: 1000, rareActor: 20_000, address: 250 } as const;
/** The first command, and then one a second. */
export const FIRST_AT = '2026-01-01 00:00:00.000000';

const COMMANDS = `INSERT INTO command (command_id, procedure_name, actor, address, agent, request_id, idempotency_key, request_hash, request,
    outcome, answer, before_json, after_json, recorded_at)
  WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 499),
    k AS (SELECT ? + a.i * 500 + b.i AS i FROM n AS a JOIN n AS b WHERE a.i * 500 + b.i < ?)
  SELECT CONCAT('01AA', LPAD(i, 22, '0')), IF(i % 3 = 0, 'reservation.reserve', IF(i % 3 = 1, 'reservation.confirm', 'outbound.sales')),
    IF(i % ${EVERY.rareActor} = 5, 'rare', CONCAT('token:', i % ${EVERY.actor})), CONCAT('192.0.2.', i % ${EVERY.address}), 'shop/1', 'r', NULL,
    UNHEX(REPEAT('00', 32)), CONCAT('{"businessId":"O', i, '","quantity":1,"skuId":"S', i % ${EVERY.sku}, '","type":"order"}'),
    IF(i % ${EVERY.refused} = 0, 'refused', 'done'), IF(i % ${EVERY.refused} = 0, '{"code":"INV_002"}', NULL), NULL, NULL,
    TIMESTAMP('${FIRST_AT}') + INTERVAL i SECOND
  FROM k ORDER BY i`;

const SKUS = `INSERT INTO command_sku (command_id, sku_id, recorded_at)
  WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 499),
    k AS (SELECT ? + a.i * 500 + b.i AS i FROM n AS a JOIN n AS b WHERE a.i * 500 + b.i < ?)
  SELECT CONCAT('01AA', LPAD(i, 22, '0')), IF(i % ${EVERY.hotSku} = 1, 'HOT', CONCAT('S', i % ${EVERY.sku})),
    TIMESTAMP('${FIRST_AT}') + INTERVAL i SECOND
  FROM k ORDER BY i`;

export async function fillCommands(
  dataSource: DataSource,
  rows: number,
  { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<void> {
  for (let from = 0; from < rows; from += CHUNK) {
    signal?.throwIfAborted();
    const count = Math.min(CHUNK, rows - from);
    await dataSource.query(COMMANDS, [from, count]);
    await dataSource.query(SKUS, [from, count]);
    onProgress?.(from + count);
  }
  // As the server does by itself after a while; a table that has just grown has statistics of an empty one.
  await dataSource.query('ANALYZE TABLE command, command_sku');
}
