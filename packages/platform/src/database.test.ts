import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import type { DataSource, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseUnusableError, openDatabase, QUEUE_PER_CONNECTION } from './database.ts';
import { SQL_MODES } from './database-session.ts';

const POOL = 4;
let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase('database');
  dataSource = await openDatabase({ url: database.url, poolSize: POOL, entities: [] });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
  await (await testServers()).stop();
});

/** Holds every connection of the pool at once, so that each is looked at. */
async function onEveryConnection<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T[]> {
  const runners = Array.from({ length: POOL }, () => dataSource.createQueryRunner());
  try {
    await Promise.all(runners.map((runner) => runner.connect()));
    return await Promise.all(runners.map(work));
  } finally {
    await Promise.all(runners.map((runner) => runner.release()));
  }
}

async function settingsOf(runner: QueryRunner): Promise<Record<string, unknown>> {
  const rows = (await runner.query(
    `SHOW SESSION VARIABLES WHERE variable_name IN ('time_zone', 'sql_mode', 'innodb_lock_wait_timeout', 'lock_wait_timeout',
     'tx_isolation', 'transaction_isolation', 'collation_connection', 'idle_transaction_timeout', 'wait_timeout')`,
  )) as { Variable_name: string; Value: string }[];
  return Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]));
}

describe('the pool', () => {
  it('tells every connection how to behave before its first use', async () => {
    const { engine } = await testServers();
    const settings = await onEveryConnection(settingsOf);
    expect(settings).toHaveLength(POOL);
    for (const found of settings) {
      expect(found).toMatchObject({
        time_zone: '+00:00',
        innodb_lock_wait_timeout: '5',
        lock_wait_timeout: '10',
        collation_connection: 'utf8mb4_bin',
      });
      expect(found['tx_isolation'] ?? found['transaction_isolation']).toBe('READ-COMMITTED');
      expect(String(found['sql_mode']).split(',').sort()).toEqual([...SQL_MODES].sort());
      expect(found['idle_transaction_timeout']).toBe(engine === 'mariadb' ? '5' : undefined);
      expect(engine === 'mysql' ? found['wait_timeout'] : '10').toBe('10');
    }
  });

  it('takes the locks of a connection that stands still, also where nothing was written yet', async () => {
    const { engine } = await testServers();
    const [still, other] = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    try {
      await still.query('CREATE TABLE standing (id INT PRIMARY KEY)');
      await still.query('INSERT INTO standing VALUES (1)');
      await still.query('START TRANSACTION');
      await still.query('SELECT id FROM standing FOR UPDATE');
      await sleep(engine === 'mysql' ? 8_000 : 4_000);
      await other.query('START TRANSACTION');
      expect(await other.query('SELECT id FROM standing FOR UPDATE')).toHaveLength(1);
      await other.query('ROLLBACK');
      await expect(still.query('SELECT 1')).rejects.toBeInstanceOf(Error);
    } finally {
      await Promise.all([still.release(), other.release()]);
    }
  });

  it('serves at once after a long silence, though MySQL ends silent connections', { timeout: 30_000 }, async () => {
    await onEveryConnection((runner) => runner.query('SELECT 1'));
    await sleep((await testServers()).engine === 'mysql' ? 12_000 : 1_000);
    const answers = await onEveryConnection((runner) => runner.query('SELECT 1 AS one'));
    expect(answers).toEqual(Array.from({ length: POOL }, () => [expect.objectContaining({ one: expect.anything() })]));
  });

  it('heals after its connections were killed, and tells the new ones too', async () => {
    const before = await onEveryConnection(async (runner) =>
      Number((await runner.query('SELECT CONNECTION_ID() AS id'))[0].id),
    );
    const killer = await openDatabase({ url: database.url, poolSize: 1, entities: [] });
    const kills = await Promise.allSettled(before.map((id) => killer.query(`KILL ${id}`)));
    // On a slow machine the pool may have let one go meanwhile, since it was silent.
    const missed = kills.flatMap((kill) => (kill.status === 'rejected' ? [String(kill.reason)] : []));
    for (const reason of missed) expect(reason).toContain('Unknown thread id');
    expect(missed.length).toBeLessThan(POOL);
    await killer.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const after = await onEveryConnection(settingsOf);
    expect(after.map((found) => found['time_zone'])).toEqual(before.map(() => '+00:00'));
  });

  it('turns callers away once as many are waiting as it allows', async () => {
    const runners = Array.from({ length: POOL }, () => dataSource.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    const waiting = Array.from({ length: POOL * QUEUE_PER_CONNECTION }, () => dataSource.query('SELECT 1 AS one'));
    await expect(dataSource.query('SELECT 1')).rejects.toThrow('Queue limit reached');
    await Promise.all(runners.map((runner) => runner.release()));
    expect(await Promise.all(waiting)).toHaveLength(POOL * QUEUE_PER_CONNECTION);
  });

  it('keeps the errors of a lost connection from ending the process', async () => {
    const runner = dataSource.createQueryRunner();
    const connection = (await runner.connect()) as { emit(name: 'error', error: Error): boolean };
    connection.emit('error', new Error('lost'));
    expect(() => connection.emit('error', new Error('lost again'))).not.toThrow();
    await runner.release();
    expect(await dataSource.query(`SELECT 'x' AS one`)).toEqual([{ one: 'x' }]);
  });
});

describe('values', () => {
  it('arrive exactly: big numbers, decimals and every kind of time', async () => {
    const [row] = await dataSource.query(
      `SELECT CAST(9007199254740993 AS SIGNED) AS big, CAST('12345678901234.123456' AS DECIMAL(30,6)) AS money, SUM(x) AS total, COUNT(*) AS count,
       CAST('2026-10-25 02:30:00.123456' AS DATETIME(6)) AS at, CAST('2026-10-25' AS DATE) AS day FROM (SELECT 1 AS x UNION ALL SELECT 2) AS t`,
    );
    expect(row).toEqual({
      big: '9007199254740993',
      money: '12345678901234.123456',
      total: '3',
      count: '2',
      at: '2026-10-25 02:30:00.123456',
      day: '2026-10-25',
    });
  });

  it('are compared exactly, as binary text', async () => {
    const sql = `SELECT CONCAT('abc' = 'ABC', 'a' = 'á', ? = 'ABC', ? = 'abc') AS equal`;
    expect(await dataSource.query(sql, ['abc', 'abc'])).toEqual([{ equal: '0001' }]);
  });

  it('that do not fit are refused, never bent', async () => {
    await dataSource.query('CREATE TABLE strict_types (n int NULL, at datetime(6) NULL, name varchar(3) NULL)');
    await expect(dataSource.query('INSERT INTO strict_types (n) VALUES (2147483648)')).rejects.toThrow(/out of range/i);
    await expect(dataSource.query(`INSERT INTO strict_types (at) VALUES ('0000-00-00')`)).rejects.toThrow(
      /incorrect datetime/i,
    );
    await expect(dataSource.query(`INSERT INTO strict_types (name) VALUES ('four')`)).rejects.toThrow(/too long/i);
  });
});

describe('a database that cannot be used', () => {
  it.each([
    [
      'is not there',
      (url: string) => url.replace(/\/[^/]+$/, '/granary_never_made'),
      /does not exist yet\. Run `.* migrate`/,
    ],
    ['refuses the user', (url: string) => url.replace('root@', 'nobody:hunter2@'), /refuses this user or password/],
    ['does not listen', (url: string) => url.replace(/:\d+\//, ':1/'), /nothing listens there/],
    [
      'has an unknown host',
      (url: string) => url.replace('127.0.0.1', 'no-such-host.invalid'),
      /host name is not known/,
    ],
  ])('%s: the message says what to do and holds no password', async (_what, change, text) => {
    const failure = await openDatabase({ url: change(database.url), poolSize: 4, entities: [] }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(DatabaseUnusableError);
    expect(String(failure)).toMatch(text);
    expect(String(failure)).not.toContain('hunter2');
  });
});
