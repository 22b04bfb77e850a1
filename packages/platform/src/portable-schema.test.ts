/** What docs/scaling.md says of the schema and of the SQL, so that neither moves away from the other unnoticed. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { migrate } from './migration-runner.ts';
import { migrations } from './schema.ts';

let database: TestDatabase;
let connection: Connection;
beforeAll(async () => {
  database = await createTestDatabase('portable');
  await migrate({ url: database.url, migrations, log: silentLog });
  connection = await createConnection({ uri: database.url });
});
afterAll(async () => {
  await connection?.end();
  await database?.drop();
});

const names = async (sql: string): Promise<string[]> => {
  const [rows] = await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true });
  return rows.map((row) => String(row[0]));
};
const HERE = 'table_schema = DATABASE()';

describe('a schema that copies, clusters and shards', () => {
  it.each([
    [
      'a table without a primary key',
      `SELECT t.table_name FROM information_schema.tables t LEFT JOIN information_schema.table_constraints c
         ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY'
       WHERE t.${HERE} AND t.table_type = 'BASE TABLE' AND c.constraint_name IS NULL`,
    ],
    [
      'a foreign key',
      `SELECT constraint_name FROM information_schema.table_constraints WHERE ${HERE} AND constraint_type = 'FOREIGN KEY'`,
    ],
    [
      'a table of another engine',
      `SELECT table_name FROM information_schema.tables WHERE ${HERE} AND engine <> 'InnoDB'`,
    ],
    ['a view', `SELECT table_name FROM information_schema.views WHERE ${HERE}`],
    [
      'a number given by the database',
      `SELECT table_name FROM information_schema.columns WHERE ${HERE} AND extra LIKE '%auto_increment%'`,
    ],
    [
      'a full-text or spatial index',
      `SELECT index_name FROM information_schema.statistics WHERE ${HERE} AND index_type NOT IN ('BTREE', 'HASH')`,
    ],
    [
      'a partition',
      `SELECT table_name FROM information_schema.partitions WHERE ${HERE} AND partition_name IS NOT NULL`,
    ],
    ['a trigger', 'SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()'],
    ['a routine', 'SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()'],
  ])('has not %s', async (_what, sql) => {
    expect(await names(sql)).toEqual([]);
  });

  it('has columns that the database computes where docs/scaling.md says so, all of them stored', async () => {
    const found = await names(
      `SELECT CONCAT(table_name, '.', column_name, ' ', UPPER(extra)) FROM information_schema.columns
       WHERE ${HERE} AND generation_expression <> '' ORDER BY 1`,
    );
    const shown = found.map((line) => line.replace(/ (STORED|VIRTUAL) GENERATED.*/, ' $1'));
    expect(shown).toEqual(shown.filter((line) => line.endsWith(' STORED')));
    const listed = found.map((line) => line.split(' ')[0] ?? '');
    expect(listed.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

const REPOSITORY = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/scaling.md', REPOSITORY), 'utf8');

/** What cluster and sharding engines document as missing, different, or worth a look. */
const WATCHED = [
  ...[
    'JSON_TABLE',
    'JSON_VALUE',
    'JSON_EXTRACT',
    'FOR UPDATE',
    'SKIP LOCKED',
    'NOWAIT',
    'LOCK IN SHARE MODE',
    'FOR SHARE',
  ],
  ...[
    'GET_LOCK',
    'SAVEPOINT',
    'ON DUPLICATE KEY UPDATE',
    'INSERT IGNORE',
    'REPLACE INTO',
    'ROW_COUNT()',
    'FORCE INDEX',
    'STRAIGHT_JOIN',
  ],
  ...[
    'LATERAL',
    'WITH RECURSIVE',
    'OVER (',
    'LAST_INSERT_ID',
    'CREATE TEMPORARY',
    'LOCK TABLES',
    'XA START',
    'LOAD DATA',
  ],
  ...[
    'READ UNCOMMITTED',
    'WITH CONSISTENT SNAPSHOT',
    'UNION',
    'CREATE TRIGGER',
    'KILL QUERY',
    'HANDLER ',
    'PROCEDURE ',
  ],
] as const;

describe('the SQL of the engine', () => {
  it('uses of the watched constructs those that docs/scaling.md lists, and no others', () => {
    const sources = ['domain', 'cost', 'platform'].flatMap((name) =>
      sourcesOf(fileURLToPath(new URL(`packages/${name}/src`, REPOSITORY))),
    );
    expect(sources.length).toBeGreaterThan(200);
    const code = sources.map((path) => withoutComments(readFileSync(path, 'utf8'))).join('\n');
    const used = WATCHED.filter((construct) => code.includes(construct)).map((construct) => construct.trim());
    const listed = WATCHED.map((construct) => construct.trim()).filter((construct) =>
      page.includes(`| \`${construct}\` |`),
    );
    expect(listed).toEqual(used);
  });
});

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('testing/'))
    .map((name) => `${folder}/${name}`);
}

const withoutComments = (code: string) => code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
