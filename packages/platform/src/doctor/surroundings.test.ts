/** Each fault around the engine is seeded on a real server, found by its name and place, and mended where it may be. */
import type { Ailment } from '@granary/contracts/doctor';
import type { Sign } from '@granary/domain/ports/examination';
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { Redis } from 'ioredis';
import { createConnection, type Connection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyGuards } from '../accounts/history-guards.ts';
import { openDatabase } from '../database.ts';
import { databaseIdentity } from '../database-identity.ts';
import { databaseTarget } from '../database-url.ts';
import { parseConfig } from '../env.ts';
import { openGranary } from '../granary.ts';
import { silentLog } from '../log.ts';
import { migrate, migrationLock } from '../migration-runner.ts';
import { createCacheKeys } from '../reads/cache-keys.ts';
import { entities, migrations } from '../schema.ts';
import { surroundings } from './surroundings.ts';

const call = { caller: { actor: 'local', address: null, agent: 'test', requestId: 'test' } };

let servers: Servers;
let database: TestDatabase;
let dataSource: DataSource;
let stranger: Connection;
let redis: Redis;

beforeAll(async () => {
  servers = await startPrivateServers();
  database = await createTestDatabase('doctor');
  await migrate({ url: database.url, migrations, log: silentLog });
  // One connection, so that a session can be spoiled.
  dataSource = await openDatabase({ url: database.url, poolSize: 1, entities });
  stranger = await createConnection({ uri: database.url });
  redis = new Redis(servers.redisUrl);
}, 60_000);
afterAll(async () => {
  redis?.disconnect();
  stranger?.destroy();
  await dataSource?.destroy();
  await database?.drop();
  await servers?.stop();
});

async function signs(redisUrl: string | undefined = servers.redisUrl, known = migrations): Promise<readonly Sign[]> {
  const found: Sign[] = [];
  for (const { look } of surroundings({ url: database.url, dataSource, entities, migrations: known, redisUrl })) {
    let after: string | undefined = '';
    while (after !== undefined) {
      const part: Awaited<ReturnType<typeof look>> = await look(after);
      found.push(...part.signs);
      after = part.next;
    }
  }
  // A server of tests keeps its data in memory, and says so.
  return found.filter(({ where }) => where !== 'durability');
}
const placesOf = async (ailment: Ailment) =>
  (await signs()).filter((sign) => sign.ailment === ailment).map(({ where }) => where);

describe('around a healthy engine', () => {
  it('nothing is found', async () => {
    expect(await signs()).toEqual([]);
    expect(await signs(undefined)).toEqual([]);
  });
});

describe('the schema:', () => {
  it.for<[what: string, spoil: string, repair: string, place: RegExp]>([
    [
      'an index that is missing',
      'ALTER TABLE outbox_cursor ENGINE = InnoDB, DROP PRIMARY KEY',
      'ALTER TABLE outbox_cursor ADD PRIMARY KEY (aggregate)',
      /outbox_cursor/,
    ],
    [
      'a collation that folds letters',
      'ALTER TABLE outbox_cursor MODIFY aggregate varchar(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL',
      'ALTER TABLE outbox_cursor MODIFY aggregate varchar(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
      /outbox_cursor.aggregate/,
    ],
    [
      'a CHECK that is gone',
      'ALTER TABLE stock_level DROP CONSTRAINT stock_level_free',
      'ALTER TABLE stock_level ADD CONSTRAINT stock_level_free CHECK (reserved + locked <= on_hand)',
      /CHECK stock_level_free/,
    ],
    [
      'a migration that is half applied',
      'UPDATE granary_migration SET steps_done = steps_done - 1 ORDER BY name DESC LIMIT 1',
      'UPDATE granary_migration SET steps_done = step_count',
      /granary_migration/,
    ],
  ])('%s', async ([, spoil, repair, place]) => {
    await stranger.query(spoil);
    try {
      const places = await placesOf('schema');
      expect(places.length).toBeGreaterThan(0);
      expect(places.join('; ')).toMatch(place);
    } finally {
      await stranger.query(repair);
    }
    expect(await placesOf('schema')).toEqual([]);
  });

  it('triggers of which some are missing', async () => {
    const [first, ...others] = historyGuards;
    for (const { sql } of others) await stranger.query(sql);
    expect(await placesOf('schema')).toEqual([`trigger ${first?.name}`]);
    for (const { name } of others) await stranger.query(`DROP TRIGGER ${name}`);
  });

  it('one that is ahead on purpose has no differences', async () => {
    const [newer] = migrations.slice(-1);
    const older = migrations.slice(0, -1);
    await stranger.query('UPDATE granary_migration SET expands = 1 WHERE name = ?', [newer?.name]);
    expect((await signs(undefined, older)).map(({ ailment }) => ailment)).toEqual([]);
    await stranger.query('UPDATE granary_migration SET expands = ? WHERE name = ?', [
      newer?.isExpansion === true ? 1 : 0,
      newer?.name,
    ]);
  });
});

describe('the server:', () => {
  it.for<[what: string, spoil: string, repair: string, ailment: Ailment, where: string]>([
    ['a lax SQL mode', "SET SESSION sql_mode = ''", '', 'server', 'sql mode'],
    [
      'another time zone',
      "SET SESSION time_zone = '+05:00'",
      "SET SESSION time_zone = '+00:00'",
      'server',
      'time zone',
    ],
    [
      'a clock that is wrong',
      'SET SESSION timestamp = 1700000000',
      'SET SESSION timestamp = DEFAULT',
      'clock',
      'clock',
    ],
  ])('%s', async ([, spoil, repair, ailment, where]) => {
    const [mode] = await dataSource.query<readonly { readonly mode: string }[]>('SELECT @@sql_mode AS mode');
    await dataSource.query(spoil);
    try {
      expect(await placesOf(ailment)).toEqual([where]);
    } finally {
      await dataSource.query(repair === '' ? `SET SESSION sql_mode = '${mode?.mode}'` : repair);
    }
    expect(await placesOf(ailment)).toEqual([]);
  });

  it('a migration that holds its lock', async () => {
    const name = migrationLock(databaseTarget(database.url).database);
    await stranger.query('SELECT GET_LOCK(?, 0)', [name]);
    expect(await placesOf('migrationLock')).toEqual([name]);
    await stranger.query('SELECT RELEASE_LOCK(?)', [name]);
    expect(await placesOf('migrationLock')).toEqual([]);
  });
});

describe('Redis:', () => {
  it('is told when it is away', async () => {
    expect(await signs('redis://127.0.0.1:1')).toMatchObject([{ ailment: 'redis', where: 'REDIS_URL' }]);
  });

  it.each([
    ['no JSON', (key: string) => redis.set(key, '{{')],
    ['an answer of another shape', (key: string) => redis.set(key, '{"tokens":"x","answer":7}')],
    ['an answer without tokens', (key: string) => redis.set(key, '{"available":7}')],
    [
      'an answer of a moment to come',
      (key: string) => redis.set(key, '{"tokens":"x","answer":{"asOf":"2099-01-01T00:00:00.000000Z"}}'),
    ],
    ['another type', (key: string) => redis.lpush(key, '1')],
  ])('%s is found among what is kept, deleted where asked, and then gone', async (_what, garble) => {
    const keys = createCacheKeys(await databaseIdentity(dataSource));
    const key = keys.answer('stock.check', 'A');
    await redis.set(keys.answer('stock.check', 'B'), '{"tokens":"x","answer":{"asOf":"2020-01-01T00:00:00.000000Z"}}');
    await redis.set('granary:reads:of-another-database', '{{');
    await redis.del(key);
    await garble(key);
    const granary = await openGranary(
      parseConfig({ DATABASE_URL: database.url, REDIS_URL: servers.redisUrl, STOCK_LOCK: 'none', DATABASE_POOL: '4' }),
      { log: silentLog },
    );
    try {
      const same = { ailment: 'keptAnswers', where: key };
      const doctor = async (repair: boolean) =>
        await granary.domain.doctor({ repair, only: ['keptAnswers', 'redis'], caller: call.caller });
      expect((await doctor(false)).findings).toMatchObject([{ ...same, state: 'found' }]);
      expect((await doctor(true)).findings).toMatchObject([{ ...same, state: 'repaired' }]);
      expect((await doctor(true)).findings).toEqual([]);
      expect(await redis.exists(key, keys.answer('stock.check', 'B'), 'granary:reads:of-another-database')).toBe(2);
    } finally {
      await granary.close();
    }
  });
});
