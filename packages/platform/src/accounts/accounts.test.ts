/** What the accounts of the database may do, asked of a real server: work as ever, and leave the past alone. */
import { inboundInput } from '@granary/contracts/document';
import { reserveInput } from '@granary/contracts/reservation';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../database.ts';
import { databaseTarget } from '../database-url.ts';
import { parseConfig } from '../env.ts';
import { openGranary } from '../granary.ts';
import { silentLog } from '../log.ts';
import { migrate } from '../migration-runner.ts';
import { migrations } from '../schema.ts';
import { createTestAccounts, type TestAccounts } from '../testing/test-accounts.ts';

let database: TestDatabase;
let accounts: TestAccounts;
const connections: Connection[] = [];
let application: Connection;
let worker: Connection;
let migrator: Connection;
let root: Connection;

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'r' }, deadlineMs: 20_000 };

beforeAll(async () => {
  database = await createTestDatabase('accounts');
  await migrate({ url: database.url, migrations, log: silentLog });
  accounts = await createTestAccounts(database.url);
  const open = async (url: string) => {
    const { connection } = await openConnection(databaseTarget(url));
    connections.push(connection);
    return connection;
  };
  application = await open(accounts.applicationUrl);
  worker = await open(accounts.workerUrl);
  migrator = await open(accounts.migratorUrl);
  root = await open(database.url);
  await trade();
});
afterAll(async () => {
  for (const connection of connections) connection.destroy();
  await accounts?.drop();
  await database?.drop();
});

/** Some of everything that is kept, written by the application's account, and a month that is closed. */
async function trade(): Promise<void> {
  const config = parseConfig({ DATABASE_URL: accounts.applicationUrl, STOCK_LOCK: 'none' });
  const granary = await openGranary(config, { log: silentLog });
  try {
    const { inbound, reservations } = granary.domain;
    const line = { skuId: 'A', quantity: 5, unitCost: '2.00' };
    await inbound.purchase(inboundInput.parse({ documentNo: 'D', lines: [line], idempotencyKey: 'k' }), call);
    await reservations.reserve(reserveInput.parse({ skuId: 'A', quantity: 2, type: 'cart', businessId: 'C' }), call);
  } finally {
    await granary.close();
  }
  await root.query(`INSERT INTO cost_snapshot (period_id, sku_id, strategy, opening_quantity, opening_value, inbound_quantity, inbound_value,
      outbound_quantity, outbound_value, allocated_value, closing_quantity, closing_value)
    SELECT period_id, 'A', 'weighted_average', 0, 0, 5, 10, 0, 0, 0, 5, 10 FROM cost_period`);
  await worker.query(
    `INSERT INTO checkpoint (checkpoint_no, kind, statement, key_id, signature, commands) VALUES (1, 'seal', '{}', 'k', 's', '')`,
  );
  await worker.query(`INSERT INTO checkpoint_level (sku_id, location_id, to_version, from_version, checkpoint_no, previous_hash, hash, hashes)
    VALUES ('A', 'default', 1, 1, 1, '', '', '')`);
  await root.query("UPDATE cost_period SET state = 'closed', closed_at = UTC_TIMESTAMP(6)");
}

const errnoOf = (connection: Connection, sql: string): Promise<number> =>
  connection.query(sql).then(
    () => 0,
    (error: { readonly errno?: number }) => error.errno ?? -1,
  );
/** The command, or a column of it, is not granted. */
const NOT_GRANTED = [1142, 1143];
/** A trigger has refused. */
const REFUSED = 1644;

const changes: readonly [what: string, sql: string][] = [
  ['a movement', 'UPDATE stock_movement SET on_hand_delta = 9'],
  ['a movement away', 'DELETE FROM stock_movement'],
  ['what a command says', "UPDATE command SET actor = 'somebody else'"],
  ['what a command was asked', "UPDATE command SET request = '{}'"],
  ['who did it, in an erasure', "UPDATE command SET actor = 'x', request_id = 'erased:1'"],
  ['a cost record', 'UPDATE cost_record SET sku_id = sku_id'],
  ['a cost record away', 'DELETE FROM cost_record'],
  ['a checkpoint', "UPDATE checkpoint SET statement = '{}'"],
  ['a checkpoint away', 'DELETE FROM checkpoint'],
  ['what a checkpoint says of a level', 'UPDATE checkpoint_level SET hash = hash'],
  ['what a checkpoint says of a level away', 'DELETE FROM checkpoint_level'],
  ['a closed period away', 'DELETE FROM cost_period'],
  ['the figures of a closed period', 'UPDATE cost_snapshot SET closing_value = 1'],
];

describe('what is past', () => {
  it('is there', async () => {
    const tables = ['stock_movement', 'command', 'cost_record', 'cost_period', 'cost_snapshot'];
    for (const table of [...tables, 'checkpoint', 'checkpoint_level']) {
      const [rows] = await application.query(`SELECT 1 FROM ${table}`);
      expect([table, Array.isArray(rows) ? rows.length : 0]).not.toEqual([table, 0]);
    }
  });

  it.each(changes)('is not the application’s to change, nor the worker’s: %s', async (_what, sql) => {
    expect(NOT_GRANTED).toContain(await errnoOf(application, sql));
    expect(NOT_GRANTED).toContain(await errnoOf(worker, sql));
  });

  it.each(changes)('is refused by the second wall even to who may administer the server: %s', async (_what, sql) => {
    expect(await errnoOf(root, sql)).toBe(REFUSED);
  });

  it('may be told without the name of a person, in a row that says so, by who may administer the server alone', async () => {
    const sql = `UPDATE command SET request = '{}', request_hash = REPEAT('x', 32), request_id = 'erased:1' WHERE command_id = 'none'`;
    expect(NOT_GRANTED).toContain(await errnoOf(worker, sql));
    await root.query('START TRANSACTION');
    expect(await errnoOf(root, sql.replace(`'none'`, 'command_id'))).toBe(0);
    await root.query('ROLLBACK');
  });

  it.each([
    ['opening a closed period', "UPDATE cost_period SET state = 'active'"],
    ['taking away its figures', 'DELETE FROM cost_snapshot'],
    [
      'adding to its figures',
      `INSERT INTO cost_snapshot (period_id, sku_id, strategy, opening_quantity, opening_value, inbound_quantity, inbound_value,
         outbound_quantity, outbound_value, allocated_value, closing_quantity, closing_value)
       SELECT period_id, 'B', strategy, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM cost_snapshot`,
    ],
  ])('is refused to the application by the second wall, as an open one needs the right: %s', async (_what, sql) => {
    expect(await errnoOf(application, sql)).toBe(REFUSED);
  });
});

describe('what each account is for', () => {
  it('only the worker seals checkpoints', async () => {
    const sealing = `INSERT INTO checkpoint (checkpoint_no, kind, statement, key_id, signature, commands) VALUES (2, 'seal', '{}', 'k', 's', '')`;
    expect(NOT_GRANTED).toContain(await errnoOf(application, sealing));
    expect(await errnoOf(worker, sealing)).toBe(0);
  });

  it('the application changes no schema, and reads no other database', async () => {
    expect(NOT_GRANTED).toContain(await errnoOf(application, 'CREATE TABLE mine (id INT)'));
    expect(NOT_GRANTED).toContain(await errnoOf(application, 'DROP TABLE stock_level'));
    expect(NOT_GRANTED).toContain(await errnoOf(application, 'DROP TRIGGER granary_stock_movement_update'));
    expect(NOT_GRANTED).toContain(await errnoOf(application, 'SELECT 1 FROM mysql.user'));
    expect(NOT_GRANTED).toContain(await errnoOf(application, "UPDATE granary_migration SET name = 'x'"));
  });

  it('the worker takes away what retention lets go, and the application does not', async () => {
    const forget = 'UPDATE command SET idempotency_key = NULL, answer = NULL';
    const remove = 'DELETE FROM command_sku';
    expect(NOT_GRANTED).toContain(await errnoOf(application, forget));
    expect(NOT_GRANTED).toContain(await errnoOf(application, remove));
    expect(await errnoOf(worker, forget)).toBe(0);
    expect(await errnoOf(worker, remove)).toBe(0);
    expect(await errnoOf(worker, 'DELETE FROM command')).toBe(0);
  });

  it('the migrator changes the schema', async () => {
    expect(await errnoOf(migrator, 'CREATE TABLE later (id INT)')).toBe(0);
    expect(await errnoOf(migrator, 'DROP TABLE later')).toBe(0);
    await expect(migrate({ url: accounts.migratorUrl, migrations, log: silentLog })).resolves.toMatchObject({
      applied: [],
    });
  });
});
