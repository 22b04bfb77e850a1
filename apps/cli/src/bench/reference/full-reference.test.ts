/** REF-FULL stands for what Granary writes: a reference that wrote less would be beaten by less. */
import { describe, expect, it } from 'vitest';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { openOwnDatabase } from '../../fleet/own-database.ts';
import { armsOn } from '../load/arms.ts';
import { call } from '../load/stock.ts';
import { openReferencePool } from './reference-pool.ts';

/** Tables that grow by a reserve, and the column that its rows are sorted by. */
const GROWING = {
  ...{ stock_movement: 'version', reservation: 'reservation_id', reservation_line: 'reservation_id' },
  ...{ command: 'command_id', command_sku: 'command_id', outbox: 'outbox_id' },
};

/** What differs between any two reserves. */
const OWN = /(_id|_at|hash|version|facts|request|reserved)$/;

type Shape = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

describe('REF-FULL', () => {
  it('writes the rows that the service writes, and they pass for its own', async () => {
    const database = await openOwnDatabase('full_reference');
    const granary = await openGranary(database.config({ STOCK_LOCK: 'none', STOCK_COST_ENABLED: 'false' }), {
      log: silentLog,
    });
    const pool = openReferencePool(database.databaseUrl, 2);
    try {
      const { domain } = granary;
      const lines = [{ skuId: 'A', quantity: 10, unitCost: '1.00', locationId: 'default', qualityLevel: 'A' as const }];
      await domain.inbound.purchase({ documentNo: 'P', lines }, call);
      const shapes = new Map<string, Shape>();
      for (const arm of armsOn({ granary, references: pool }, () => 'A')) {
        if (arm.name !== 'REF-FULL' && arm.name !== 'Granary') continue;
        const before = await counts(pool);
        await arm.call();
        shapes.set(arm.name, await grown(pool, before));
      }
      expect(shapes.get('REF-FULL')).toEqual(shapes.get('Granary'));
      expect((await domain.verify({})).violations).toEqual([]);
    } finally {
      await pool.end();
      await granary.close();
      await database.drop();
    }
  });
});

async function counts(pool: Pool): Promise<ReadonlyMap<string, number>> {
  const [tables] = await pool.query<RowDataPacket[]>('SHOW TABLES');
  const found = new Map<string, number>();
  for (const name of tables.map((row) => String(Object.values(row)[0]))) {
    const [[row]] = await pool.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${name}`);
    found.set(name, Number(row?.['n']));
  }
  return found;
}

/** Every table that has more rows than before, how many, and the newest of them: its values, or what kind each is. */
async function grown(pool: Pool, before: ReadonlyMap<string, number>): Promise<Shape> {
  const shape: Record<string, Record<string, unknown>> = {};
  for (const [name, count] of await counts(pool)) {
    const more = count - (before.get(name) ?? 0);
    if (more === 0) continue;
    const order = Object.entries(GROWING).find(([table]) => table === name)?.[1];
    if (order === undefined) throw new Error(`a reserve wrote into ${name}`);
    const [[row]] = await pool.query<RowDataPacket[]>(`SELECT * FROM ${name} ORDER BY ${order} DESC LIMIT 1`);
    const cells = Object.entries(row ?? {}).map(([column, value]) => [
      column,
      OWN.test(column) ? kindOf(value) : value,
    ]);
    shape[name] = { rows: more, ...Object.fromEntries(cells) };
  }
  return shape;
}

/** JSON by its keys, so that pointers of one shape are equal. */
function kindOf(value: unknown): unknown {
  if (value === null || Buffer.isBuffer(value)) return value === null ? null : `${value.length} bytes`;
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return typeof value;
  return JSON.stringify(JSON.parse(value)).replaceAll(/:("[^"]*"|\d+|null|true|false)/g, ':');
}
