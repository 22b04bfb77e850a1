/** The ledger, read: by level, by command, and as of a moment. */
import type { MovementKind } from '@granary/contracts/movement';
import type { MovementRow } from '../entities/movement.ts';
import { placesOf } from '../rules/location-scope.ts';
import { toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import { movements } from './tables.ts';
import type { Tx } from './transaction.ts';

/** The newest movement recorded at or before a moment: recordedAt never falls along a level, so versions are searched by halves. */
export async function findMovementAt(
  tx: Tx,
  at: { skuId: string; locationId: string; at: string },
): Promise<MovementRow | undefined> {
  const newest = await movementBy(tx, at, 'ORDER BY t.version DESC LIMIT 1');
  let low = 0;
  let high = newest?.version ?? 0;
  let found: MovementRow | undefined;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const movement = await movementBy(tx, at, `AND t.version = ${middle}`);
    if (movement !== undefined && movement.recordedAt <= at.at) {
      found = movement;
      low = middle;
    } else high = middle - 1;
  }
  return found;
}

async function movementBy(
  tx: Tx,
  { skuId, locationId }: { skuId: string; locationId: string },
  tail: string,
): Promise<MovementRow | undefined> {
  const [row] = await tx.select(movements, `FORCE INDEX (PRIMARY) WHERE t.sku_id = ? AND t.location_id = ? ${tail}`, [
    skuId,
    locationId,
  ]);
  return row;
}

export interface MovementQuery {
  readonly skuId?: string | undefined;
  readonly locationId?: string | undefined;
  readonly commandId?: string | undefined;
  readonly kinds?: readonly MovementKind[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly after?: readonly string[] | undefined;
  readonly limit: number;
}

/** In the order of the primary key: by SKU, location, version. */
export async function listMovements(tx: Tx, query: MovementQuery): Promise<readonly MovementRow[]> {
  const [sku, location, version] = query.after ?? [];
  const beyond = 't.sku_id > ? OR (t.sku_id = ? AND (t.location_id > ? OR (t.location_id = ? AND t.version > ?)))';
  const { where, parameters } = whereOf([
    ['t.sku_id = ?', query.skuId],
    ['t.location_id = ?', query.locationId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ['t.command_id = ?', query.commandId],
    ['t.kind IN (?)', query.kinds],
    ['t.recorded_at >= ?', query.from === undefined ? undefined : toDatabaseTime(query.from)],
    ['t.recorded_at < ?', query.to === undefined ? undefined : toDatabaseTime(query.to)],
    [`t.sku_id >= ? AND (${beyond})`, sku, sku, sku, location, location, version],
  ]);
  const index = query.commandId === undefined ? 'PRIMARY' : 'stock_movement_command';
  const order = `ORDER BY t.sku_id, t.location_id, t.version LIMIT ${query.limit}`;
  return await tx.select(movements, `FORCE INDEX (${index}) ${where} ${order}`, parameters);
}

/** The movements of one level between two versions, for the relay. */
export async function readMovements(
  tx: Tx,
  range: { skuId: string; locationId: string; from: number; to: number },
): Promise<readonly MovementRow[]> {
  return await tx.select(
    movements,
    'FORCE INDEX (PRIMARY) WHERE t.sku_id = ? AND t.location_id = ? AND t.version > ? AND t.version <= ? ORDER BY t.version',
    [range.skuId, range.locationId, range.from, range.to],
  );
}

const LEDGER_PAGE = 5000;

/** Every movement of some SKUs, level by level in the order of versions, a page at a time. */
export async function* readMovementPages(tx: Tx, skuIds: readonly string[]): AsyncGenerator<readonly MovementRow[]> {
  for (const skuId of skuIds) {
    let after: readonly string[] | undefined;
    for (;;) {
      const page: readonly MovementRow[] = await listMovements(tx, { skuId, after, limit: LEDGER_PAGE });
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < LEDGER_PAGE) break;
      after = [last.skuId, last.locationId, String(last.version)];
    }
  }
}
