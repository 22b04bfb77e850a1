/**
 * Compares a database with what the code believes about it. TypeORM compares tables, columns and indexes; what it does
 * not look at (collations, the order of an index, generated expressions, CHECKs, the storage engine) is compared here.
 */
import type { Migration } from '@granary/domain/persistence/schema';
import type { DataSource, EntityMetadata, EntitySchema, QueryRunner } from 'typeorm';
import { openDatabase } from './database.ts';

export interface DriftOptions {
  readonly url: string;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly Migration[];
}

type Row = Readonly<Record<string, unknown>>;

/** One sentence per difference; empty when the database is as the code believes. Changes nothing. */
export async function schemaDrift(options: DriftOptions): Promise<readonly string[]> {
  const dataSource = await openDatabase({ url: options.url, entities: options.entities, poolSize: 2 });
  try {
    answerExpressionsFromEntities(dataSource);
    const metadatas = dataSource.entityMetadatas;
    return [
      ...(await typeormDifferences(dataSource)),
      ...compareColumns(metadatas, await dataSource.query(COLUMNS)),
      ...compareIndexes(metadatas, await dataSource.query(INDEXES)),
      ...compareEngines(metadatas, await dataSource.query(TABLES)),
      ...compareChecks(checkNames(options.migrations), await dataSource.query(CHECKS)),
    ];
  } finally {
    await dataSource.destroy();
  }
}

/**
 * TypeORM keeps the text of generated columns in a table of its own, which migrations in plain SQL do not have. It is
 * answered from the entities, so that TypeORM sees no difference; the expression is compared with the server's below.
 */
function answerExpressionsFromEntities(dataSource: DataSource): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  const expressionOf = (parameters: readonly unknown[]) =>
    dataSource.entityMetadatas
      .find((metadata) => parameters.includes(metadata.tableName))
      ?.columns.find((column) => parameters.includes(column.databaseName))?.asExpression;
  dataSource.createQueryRunner = (mode) => {
    const runner: QueryRunner = create(mode);
    const query = runner.query.bind(runner) as (sql: string, parameters?: unknown[]) => Promise<unknown>;
    const answering = (sql: string, parameters: unknown[] = []) =>
      sql.includes('typeorm_metadata')
        ? Promise.resolve([{ value: expressionOf(parameters) }])
        : query(sql, parameters);
    return Object.assign(runner, { query: answering });
  };
}

async function typeormDifferences(dataSource: DataSource): Promise<readonly string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => `TypeORM would run: ${query}`);
}

const COLUMNS = `SELECT table_name AS tableName, column_name AS columnName, collation_name AS collation, generation_expression AS expression
  FROM information_schema.columns WHERE table_schema = DATABASE()`;
const INDEXES = `SELECT table_name AS tableName, index_name AS indexName, column_name AS columnName
  FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`;
const TABLES = `SELECT table_name AS tableName, engine AS engine FROM information_schema.tables WHERE table_schema = DATABASE()`;
const CHECKS = `SELECT constraint_name AS checkName FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()`;

function compareColumns(metadatas: readonly EntityMetadata[], rows: readonly Row[]): readonly string[] {
  const found = new Map(rows.map((row) => [`${String(row['tableName'])}.${String(row['columnName'])}`, row]));
  return metadatas.flatMap((metadata) =>
    metadata.columns.flatMap((column) => {
      const name = `${metadata.tableName}.${column.databaseName}`;
      const row = found.get(name);
      if (row === undefined) return [];
      const wanted = normalExpression(column.asExpression);
      const actual = normalExpression(row['expression']);
      return [
        ...(column.collation !== undefined && column.collation !== row['collation']
          ? [`${name} has the collation ${String(row['collation'])} instead of ${column.collation}`]
          : []),
        ...(wanted === actual
          ? []
          : [`${name} is generated as ${String(row['expression'])} instead of ${column.asExpression ?? 'not at all'}`]),
      ];
    }),
  );
}

/** Servers print an expression in their own dress: quoted names, character sets before texts, parentheses of their own. */
function normalExpression(expression: unknown): string {
  return String(expression ?? '')
    .toLowerCase()
    .replace(/_utf8mb[34]|_ascii|_latin1/g, '')
    .replace(/[`()\\\s]/g, '');
}

function compareIndexes(metadatas: readonly EntityMetadata[], rows: readonly Row[]): readonly string[] {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const name = `${String(row['tableName'])}.${String(row['indexName'])}`;
    found.set(name, [...(found.get(name) ?? []), String(row['columnName'])]);
  }
  return metadatas.flatMap((metadata) => {
    const primary = { name: 'PRIMARY', columns: metadata.primaryColumns.map((column) => column.databaseName) };
    const indexes = metadata.indices.map((index) => ({
      name: index.name,
      columns: index.columns.map((column) => column.databaseName),
    }));
    return [primary, ...indexes].flatMap((index) => {
      const actual = found.get(`${metadata.tableName}.${index.name}`)?.join(', ');
      const wanted = index.columns.join(', ');
      return actual === wanted
        ? []
        : [`the index ${metadata.tableName}.${index.name} is on (${actual ?? 'nothing'}) instead of (${wanted})`];
    });
  });
}

function compareEngines(metadatas: readonly EntityMetadata[], rows: readonly Row[]): readonly string[] {
  const ours = new Set(metadatas.map((metadata) => metadata.tableName));
  return rows
    .filter((row) => ours.has(String(row['tableName'])) && row['engine'] !== 'InnoDB')
    .map(
      (row) => `the table ${String(row['tableName'])} is kept by ${String(row['engine'])}, which has no transactions`,
    );
}

function compareChecks(wanted: ReadonlySet<string>, rows: readonly Row[]): readonly string[] {
  const found = new Set(rows.map((row) => String(row['checkName'])));
  return [...wanted].filter((name) => !found.has(name)).map((name) => `the CHECK ${name} is missing`);
}

/** The CHECKs that stand once all migrations ran; entities cannot name them, since TypeORM does not write them on these engines. */
function checkNames(migrations: readonly Migration[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const step of migrations.flatMap((migration) => migration.steps)) {
    for (const [, name = ''] of step.matchAll(/DROP\s+(?:CONSTRAINT|CHECK)\s+(?:IF\s+EXISTS\s+)?`?(\w+)`?/gi))
      names.delete(name);
    for (const [, name = ''] of step.matchAll(/CONSTRAINT\s+`?(\w+)`?\s+CHECK/gi)) names.add(name);
  }
  return names;
}
