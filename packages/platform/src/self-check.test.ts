import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemReadiness } from '@granary/contracts/system';
import { openDatabase } from './database.ts';
import { silentLog } from './log.ts';
import { migrate } from './migration-runner.ts';
import { openRedis } from './redis.ts';
import { createSelfCheck } from './self-check.ts';

const migrations = [{ name: '0001-one', steps: ['CREATE TABLE IF NOT EXISTS one (id int NOT NULL PRIMARY KEY)'] }];
const POOL = 4;
let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase('selfcheck');
  dataSource = await openDatabase({ url: database.url, poolSize: POOL, entities: [] });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
  await (await testServers()).stop();
});

const checkNow = (timeoutMs = 2_000) =>
  createSelfCheck({ dataSource, migrations, redis: undefined, log: silentLog, timeoutMs })();
const named = async (name: string) => (await checkNow()).checks.find((check) => check.name === name);

describe('readiness', () => {
  it('is refused before the schema is there, with what to do', async () => {
    const readiness = await checkNow();
    expect(readiness.ready).toBe(false);
    expect(readiness.checks.filter((check) => !check.ok && check.name !== 'durability')).toEqual([
      { name: 'schema', ok: false, detail: expect.stringMatching(/^0001-one still to be applied\. Run `.+ migrate`$/) },
    ]);
  });

  it('is given when everything fits, with the database time', async () => {
    await migrate({ url: database.url, migrations, log: silentLog });
    const readiness = await checkNow();
    expect(readiness.ready).toBe(true);
    expect(systemReadiness.parse(readiness)).toEqual(readiness);
    expect(Math.abs(Date.parse(readiness.now ?? '') - Date.now())).toBeLessThan(2_000);
  });

  it.each([
    ['sql mode', `SET SESSION sql_mode = ''`, /lacks STRICT_TRANS_TABLES, NO_ZERO_DATE/],
    ['time zone', `SET SESSION time_zone = '+02:00'`, /\+02:00/],
    ['isolation', 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', /REPEATABLE-READ/],
    ['text comparison', 'SET NAMES utf8mb4 COLLATE utf8mb4_general_ci', /utf8mb4_general_ci/],
  ])('is refused when a connection has another %s', async (name, spoil, detail) => {
    await dataSource.destroy();
    dataSource = await openDatabase({ url: database.url, poolSize: 1, entities: [] });
    await dataSource.query(spoil);
    expect(await named(name)).toMatchObject({ ok: false, detail: expect.stringMatching(detail) });
    expect((await checkNow()).ready).toBe(false);
    await dataSource.destroy();
    dataSource = await openDatabase({ url: database.url, poolSize: POOL, entities: [] });
  });

  it('is refused in time while all connections are taken, and asking often does not fill the queue', async () => {
    const runners = Array.from({ length: POOL }, () => dataSource.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    const check = createSelfCheck({ dataSource, migrations, redis: undefined, log: silentLog, timeoutMs: 200 });
    const answers = await Promise.all(Array.from({ length: 50 }, check));
    expect(answers.every((answer) => !answer.ready && answer.now === null)).toBe(true);
    await Promise.all(runners.map((runner) => runner.release()));
    expect((await check()).ready).toBe(true);
  });

  it('only warns of a Redis that is away', async () => {
    const redis = await openRedis('redis://127.0.0.1:1', silentLog);
    const readiness = await createSelfCheck({ dataSource, migrations, redis, log: silentLog })();
    redis.disconnect();
    expect(readiness.ready).toBe(true);
    expect(readiness.checks.at(-1)).toMatchObject({
      name: 'redis',
      ok: false,
      detail: expect.stringContaining('warning: away'),
    });
  });
});
