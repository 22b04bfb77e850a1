import type { Migration } from '@granary/domain/persistence/schema';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { RECORD_TABLE, fingerprintOf, readRecords, schemaState } from './migration-record.ts';
import { MigrationError, migrate } from './migration-runner.ts';

const first: Migration = {
  name: '0001-first',
  steps: [
    'CREATE TABLE IF NOT EXISTS shelf (id int NOT NULL PRIMARY KEY, height int NOT NULL) ENGINE=InnoDB',
    'ALTER TABLE shelf ADD COLUMN width int NULL',
    'ALTER TABLE shelf ADD INDEX shelf_width (width)',
    'ALTER TABLE shelf ADD CONSTRAINT shelf_height CHECK (height > 0)',
    'ALTER TABLE shelf ADD COLUMN temporary int NULL',
    'ALTER TABLE shelf DROP COLUMN temporary',
    'INSERT INTO shelf (id, height) VALUES (1, 10) ON DUPLICATE KEY UPDATE id = id',
  ],
};
const second: Migration = { name: '0002-second', steps: ['ALTER TABLE shelf ADD COLUMN depth int NULL'] };

let database: TestDatabase;
let connection: Connection;

beforeEach(async () => {
  database = await createTestDatabase('migrations');
  connection = await createConnection({ uri: database.url });
});
afterEach(async () => {
  connection.destroy();
  await database.drop();
});
afterAll(async () => (await testServers()).stop());

const run = (migrations: readonly Migration[], lockWaitSeconds = 20) =>
  migrate({ url: database.url, migrations, log: silentLog, lockWaitSeconds });

async function ask(sql: string): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows;
}

const columns = async () =>
  (
    await ask(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'shelf' ORDER BY ordinal_position`,
    )
  ).map((row) => String(row['name']));
const state = async (migrations: readonly Migration[]) => schemaState(await readRecords(ask), migrations);

describe('migrations', () => {
  it('are applied once, in order, and recorded', async () => {
    expect((await state([first])).status).toBe('behind');
    expect(await run([first])).toMatchObject({ applied: ['0001-first'], steps: 7, createdDatabase: false });
    expect(await run([first])).toMatchObject({ applied: [], steps: 0 });
    expect(await run([first, second])).toMatchObject({ applied: ['0002-second'], steps: 1 });
    expect(await columns()).toEqual(['id', 'height', 'width', 'depth']);
    expect(await state([first, second])).toMatchObject({ status: 'current', pending: [] });
    expect(
      await ask(`SELECT name, steps_done AS done FROM ${RECORD_TABLE} WHERE applied_at IS NOT NULL ORDER BY name`),
    ).toEqual([
      { name: '0001-first', done: 7 },
      { name: '0002-second', done: 1 },
    ]);
  });

  it('create a database that is not there, with binary utf8mb4', async () => {
    await connection.query('DROP DATABASE ??', [new URL(database.url).pathname.slice(1)]);
    expect(await run([first])).toMatchObject({ createdDatabase: true, applied: ['0001-first'] });
    const name = new URL(database.url).pathname.slice(1);
    const rows = await ask(
      `SELECT default_collation_name AS collation FROM information_schema.schemata WHERE schema_name = '${name}'`,
    );
    expect(rows[0]?.['collation']).toBe('utf8mb4_bin');
  });

  it('go on at the step that failed, and name it', async () => {
    const broken = { ...first, steps: first.steps.with(3, 'ALTER TABLE shelf ADD CONSTRAINT nonsense') };
    await expect(run([broken])).rejects.toThrow(/step 4 of 7 of 0001-first, which failed: .+run `migrate` again/);
    expect(await run([first])).toMatchObject({ applied: ['0001-first'], steps: 4 });
    expect(await columns()).toEqual(['id', 'height', 'width']);
  });

  it.each(first.steps.map((step, index) => [index + 1, step]))(
    'go on when a crash came after step %i was applied and before it was recorded (%s)',
    async (index) => {
      await run([{ ...first, steps: first.steps.slice(0, index) }]);
      await connection.query(`UPDATE ${RECORD_TABLE} SET steps_done = ?, fingerprint = ?`, [
        index - 1,
        fingerprintOf(first, index - 1),
      ]);
      expect(await run([first])).toMatchObject({ applied: ['0001-first'], steps: first.steps.length - index + 1 });
      expect(await columns()).toEqual(['id', 'height', 'width']);
      expect(await ask('SELECT id FROM shelf')).toEqual([{ id: 1 }]);
    },
  );

  it('do not take what is foreign for their own, however often they are run', async () => {
    await connection.query('CREATE TABLE other (x int)');
    const clash: Migration = { name: '0001-clash', steps: ['CREATE TABLE other (id int)'] };
    await expect(run([clash])).rejects.toThrow(MigrationError);
    await expect(run([clash])).rejects.toThrow(/already exists/);
  });

  it('are continued by the next run when the connection is killed on the way', async () => {
    const slow: Migration = {
      name: '0001-slow',
      steps: [...first.steps.slice(0, 2), 'DO SLEEP(20)', ...first.steps.slice(2)],
    };
    const dying = run([slow]).catch(String);
    await killSleeper();
    expect(await dying).toMatch(/step 3 of 8/);
    expect(await run([{ ...slow, steps: slow.steps.with(2, 'DO 0') }])).toMatchObject({
      applied: ['0001-slow'],
      steps: 6,
    });
    expect(await columns()).toEqual(['id', 'height', 'width']);
  });

  it('run in one process when two start together; the other waits and finds them done', async () => {
    const reports = await Promise.all([run([first, second]), run([first, second]), run([first, second])]);
    expect(reports.flatMap((report) => report.applied).sort()).toEqual(['0001-first', '0002-second']);
  });

  it('say so when another process does not finish', async () => {
    const slow: Migration = { name: '0001-slow', steps: ['DO SLEEP(2)'] };
    const running = run([slow]);
    await sleeper();
    await expect(run([slow], 1)).rejects.toThrow(/Another process has been migrating this database for more than 1 s/);
    await running;
  });

  it('refuse a schema newer than this code', async () => {
    await run([first, second]);
    await expect(run([first])).rejects.toThrow(/0002-second, which this version does not know/);
    expect((await state([first])).status).toBe('newer');
  });

  it('leave older code in peace when all that it does not know is an expansion', async () => {
    await run([first, { ...second, isExpansion: true }]);
    expect(await state([first])).toEqual({
      status: 'current',
      pending: [],
      detail: '1 migrations applied; 0002-second of a newer version leaves room for this one',
    });
    expect(await run([first])).toMatchObject({ applied: [], steps: 0 });
    await run([first, { ...second, isExpansion: true }, { name: '0003-third', steps: ['DO 0'] }]);
    expect(await state([first])).toMatchObject({
      status: 'newer',
      detail: expect.stringMatching(/has 0003-third, which/),
    });
  });

  it('go on in a database whose record is from before expansions', async () => {
    await run([first]);
    await connection.query(`ALTER TABLE ${RECORD_TABLE} DROP COLUMN expands`);
    expect((await state([first])).status).toBe('current');
    expect(await run([first, { ...second, isExpansion: true }])).toMatchObject({ applied: ['0002-second'] });
    expect((await state([first])).status).toBe('current');
  });

  it('refuse a migration that was edited after it ran, but not one that was only laid out anew', async () => {
    await run([first]);
    const edited = { ...first, steps: first.steps.with(1, 'ALTER TABLE shelf ADD COLUMN width bigint NULL') };
    await expect(run([edited])).rejects.toThrow(/must not be edited/);
    const laidOut = { ...first, steps: first.steps.map((step) => `\n  ${step.replaceAll(' ', '\n  ')}\n`) };
    expect(await run([laidOut])).toMatchObject({ applied: [] });
  });
});

async function sleeper(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const rows = await ask(
      `SELECT id FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%' AND db = DATABASE()`,
    );
    if (rows.length > 0) return Number(rows[0]?.['id']);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the slow step was not seen');
}

async function killSleeper(): Promise<void> {
  await connection.query(`KILL ${await sleeper()}`);
}
