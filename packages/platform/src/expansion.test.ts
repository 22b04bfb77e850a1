/** Migrations that call themselves expansions: the version before goes on beside them, as its own statements are still right. */
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inboundInput } from '@granary/contracts/document';
import { parseConfig } from './env.ts';
import { openGranary } from './granary.ts';
import { silentLog } from './log.ts';
import { migrate } from './migration-runner.ts';
import { migrations } from './schema.ts';

const expansions = migrations.filter((migration) => migration.isExpansion === true);
const upTo = (name: string) =>
  migrations.slice(
    0,
    migrations.findIndex((migration) => migration.name === name),
  );

let database: TestDatabase;
let connection: Connection;
beforeEach(async () => {
  database = await createTestDatabase('expansion');
  connection = await createConnection({ uri: database.url });
});
afterEach(async () => {
  connection.destroy();
  await database.drop();
});
afterAll(async () => (await testServers()).stop());

const run = (list: typeof migrations) => migrate({ url: database.url, migrations: list, log: silentLog });

async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows;
}

/** Each column with its type, by table and name; what may be left out of an INSERT is marked. */
async function columns(): Promise<ReadonlyMap<string, { readonly type: string; readonly mayBeLeftOut: boolean }>> {
  const rows = await ask(
    `SELECT CONCAT(table_name, '.', column_name) AS name, CONCAT_WS(' ', column_type, is_nullable, generation_expression) AS type,
       is_nullable = 'YES' OR column_default IS NOT NULL OR generation_expression <> '' AS free
     FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'granary_migration'`,
  );
  return new Map(
    rows.map((row) => [String(row['name']), { type: String(row['type']), mayBeLeftOut: Number(row['free']) === 1 }]),
  );
}

/** Unique keys and CHECKs: what may refuse a row. */
async function walls(): Promise<readonly string[]> {
  const rows = await ask(
    `SELECT CONCAT(table_name, '.', constraint_name) AS name FROM information_schema.table_constraints
     WHERE table_schema = DATABASE() AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE())`,
  );
  return rows.map((row) => String(row['name'])).sort();
}

describe('an expansion', () => {
  it('is there, as an example', () => {
    expect(expansions.map(({ name }) => name)).toContain('0020-foreign-prices');
  });

  it.each(expansions.map((migration) => ({ migration, name: migration.name })))(
    '$name takes nothing away, asks nothing of older rows, and refuses nothing that was taken before',
    async ({ migration }) => {
      await run(upTo(migration.name));
      const [before, wallsBefore] = [await columns(), await walls()];
      await run([...upTo(migration.name), migration]);
      const after = await columns();
      for (const [name, { type, mayBeLeftOut }] of before) {
        const now = after.get(name);
        expect({ name, type: now?.type }).toEqual({ name, type });
        expect({ name, isNewlyAsked: mayBeLeftOut && now?.mayBeLeftOut !== true }).toEqual({
          name,
          isNewlyAsked: false,
        });
      }
      const tables = new Set([...before.keys()].map((name) => name.split('.')[0]));
      const added = [...after].filter(([name]) => !before.has(name) && tables.has(name.split('.')[0] ?? ''));
      expect(added.filter(([, { mayBeLeftOut }]) => !mayBeLeftOut)).toEqual([]);
      // A CHECK that stands under the name of a new column is one of its own.
      const known = new Set([...wallsBefore, ...added.map(([name]) => name)]);
      const newWalls = (await walls()).filter((name) => !known.has(name) && tables.has(name.split('.')[0] ?? ''));
      expect(newWalls).toEqual([]);
    },
  );

  it('of prices leaves room for the line that the version before writes, and the version after reads it rightly', async () => {
    await run(upTo('0020-foreign-prices'));
    const older = [...(await columns()).keys()].flatMap((name) =>
      name.startsWith('stock_document_line.') ? [name.split('.')[1] ?? ''] : [],
    );
    await run(migrations);
    const granary = await openGranary(parseConfig({ DATABASE_URL: database.url, STOCK_LOCK: 'none' }), {
      log: silentLog,
    });
    try {
      const caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
      const input = { documentNo: 'PO-1', lines: [{ skuId: 'MUG', quantity: 3, unitCost: '2.00' }] };
      await granary.domain.inbound.purchase(inboundInput.parse(input), { caller });
      // The statement of the version before: it names the columns that it knows, and no others.
      const names = older.filter((name) => name !== 'line_no').join(', ');
      await connection.query(
        `INSERT INTO stock_document_line (line_no, ${names}) SELECT line_no + 1, ${names} FROM stock_document_line`,
      );
      const lines = await ask('SELECT line_no AS no, price FROM stock_document_line ORDER BY line_no');
      expect(lines.map(({ price }) => price)).toEqual([null, null]);
    } finally {
      await granary.close();
    }
  });
});
