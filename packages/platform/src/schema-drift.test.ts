import { entities, migrations } from './schema.ts';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { migrate } from './migration-runner.ts';
import { schemaDrift } from './schema-drift.ts';

let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = await createTestDatabase('drift');
  await migrate({ url: database.url, migrations, log: silentLog });
  connection = await createConnection({ uri: database.url });
});
afterAll(async () => {
  connection.destroy();
  await database.drop();
  await (await testServers()).stop();
});

const drift = () => schemaDrift({ url: database.url, entities, migrations });

describe('the schema', () => {
  it('is after all migrations exactly what the entities say', async () => {
    expect(await drift()).toEqual([]);
  });

  it.each([
    [
      'a missing column',
      'ALTER TABLE location DROP COLUMN name',
      /location/,
      'ALTER TABLE location ADD COLUMN name varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL AFTER location_id',
    ],
    [
      'a column too many',
      'ALTER TABLE location ADD COLUMN extra int NULL',
      /extra/,
      'ALTER TABLE location DROP COLUMN extra',
    ],
    [
      'another type',
      'ALTER TABLE location MODIFY priority bigint NOT NULL',
      /priority/,
      'ALTER TABLE location MODIFY priority int NOT NULL',
    ],
    [
      'a column that may be null',
      'ALTER TABLE location MODIFY priority int NULL',
      /priority/,
      'ALTER TABLE location MODIFY priority int NOT NULL',
    ],
    [
      'a collation that takes two identifiers for one',
      'ALTER TABLE sku MODIFY sku_id varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL',
      /sku\.sku_id has the collation utf8mb4_general_ci instead of utf8mb4_bin/,
      'ALTER TABLE sku MODIFY sku_id varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
    ],
    [
      'an index in another order',
      'ALTER TABLE reservation DROP INDEX reservation_sku, ADD INDEX reservation_sku (reservation_id, sku_id)',
      /reservation_sku is on \(reservation_id, sku_id\)/,
      'ALTER TABLE reservation DROP INDEX reservation_sku, ADD INDEX reservation_sku (sku_id, reservation_id)',
    ],
    [
      'a missing CHECK',
      'ALTER TABLE stock_level DROP CONSTRAINT stock_level_free',
      /the CHECK stock_level_free is missing/,
      'ALTER TABLE stock_level ADD CONSTRAINT stock_level_free CHECK (reserved + locked <= on_hand)',
    ],
    [
      'another generated expression',
      'ALTER TABLE reservation DROP INDEX reservation_held, DROP COLUMN held, ADD COLUMN held tinyint AS (1) STORED, ADD UNIQUE KEY reservation_held (business_id, type, sku_id, line_id, held)',
      /reservation\.held is generated as 1 instead of/,
      `ALTER TABLE reservation DROP INDEX reservation_held, DROP COLUMN held, ADD COLUMN held tinyint AS (if(state in ('active', 'confirmed'), 1, null)) STORED, ADD UNIQUE KEY reservation_held (business_id, type, sku_id, line_id, held)`,
    ],
  ])('shows %s', async (...[, change, difference, undo]) => {
    await connection.query(change);
    expect((await drift()).join('\n')).toMatch(difference);
    await connection.query(undo);
    expect(await drift()).toEqual([]);
  });
});
