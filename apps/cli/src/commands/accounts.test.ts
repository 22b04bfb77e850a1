/** The accounts as a script: an administrator's client takes it as it is printed, and a process runs under what it made. */
import { randomBytes } from 'node:crypto';
import { migrations } from '@granary/platform/schema';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { command } from './accounts.ts';

let database: TestDatabase;
const prefix = `t_${randomBytes(6).toString('hex')}`;
beforeAll(async () => {
  database = await createTestDatabase('accounts_command');
  await migrate({ url: database.url, migrations, log: silentLog });
  vi.stubEnv('DATABASE_URL', database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  const root = await createConnection(database.url);
  for (const kind of ['migrator', 'application', 'worker'])
    await root.query(`DROP USER IF EXISTS '${prefix}_${kind}'@'%'`);
  await root.end();
  await database.drop();
});

const run = (values: object) =>
  command.run({ values: { from: '%', prefix, apply: false, ...values } } as unknown as Parameters<
    typeof command.run
  >[0]);

it('prints statements that a client takes as they are, and changes nothing', async () => {
  const { summary = '', figures } = await run({});
  const [, statements = ''] = /^DELIMITER \/\/\n(.*)\nDELIMITER ;\n/s.exec(summary) ?? [];
  expect(`${statements}\n`.split(' //\n')).toHaveLength(Number(figures['statements']) + 1);
  expect(summary).toContain(`GRANT SELECT, INSERT ON`);
  const root = await createConnection(database.url);
  const [rows] = await root.query('SELECT 1 FROM mysql.user WHERE user LIKE ?', [`${prefix}%`]);
  await root.end();
  expect(rows).toEqual([]);
});

it('carries them out, twice without harm, and tells the passwords once', async () => {
  const { summary = '' } = await run({ apply: true });
  await run({ apply: true });
  const [, password = ''] = new RegExp(`${prefix}_application:([\\w-]+)@`).exec(summary) ?? [];
  const uri = Object.assign(new URL(database.url), { username: `${prefix}_application`, password });
  const application = await createConnection(String(uri));
  const [rows] = await application.query('SELECT COUNT(*) AS movements FROM stock_movement');
  expect(rows).toEqual([{ movements: 0 }]);
  await expect(application.query('DELETE FROM stock_movement')).rejects.toThrow(/denied/);
  await application.end();
});

it.each([{ prefix: "x'; DROP" }, { prefix: 'x'.repeat(21) }, { from: "%' OR" }])(
  'refuses names that are none: %o',
  async (values) => {
    await expect(run(values)).rejects.toThrow(/takes/);
  },
);
