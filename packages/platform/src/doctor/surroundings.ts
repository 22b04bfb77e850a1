/** What the doctor looks at around the engine: the server, its schema, a migration at work, Redis and what is kept there. */
import { atOnce, type Examination, type Sign } from '@granary/domain/ports/examination';
import type { Migration } from '@granary/domain/persistence/schema';
import type { DataSource, EntitySchema } from 'typeorm';
import { historyGuards } from '../accounts/history-guards.ts';
import { databaseTarget } from '../database-url.ts';
import { readRecords, schemaState } from '../migration-record.ts';
import { migrationLock } from '../migration-runner.ts';
import { schemaDrift } from '../schema-drift.ts';
import { readServerFacts } from '../server-facts.ts';
import { type Check, judgeServer } from '../server-fitness.ts';
import { redisExamination } from './kept-answers.ts';

export interface SurroundingsParts {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly Migration[];
  /** Undefined where none is configured. */
  readonly redisUrl: string | undefined;
}

export function surroundings(parts: SurroundingsParts): readonly Examination[] {
  return [
    { finds: ['schema'], look: async () => atOnce(await lookAtSchema(parts)) },
    { finds: ['server', 'serverAdvice', 'clock'], look: async () => atOnce(await lookAtServer(parts)) },
    { finds: ['migrationLock'], look: async () => atOnce(await lookAtMigrationLock(parts)) },
    redisExamination(parts.redisUrl, parts.dataSource),
  ];
}

/** Half a migration is told as such; whoever is behind or ahead of its code has differences on purpose. */
async function lookAtSchema({ url, dataSource, entities, migrations }: SurroundingsParts): Promise<readonly Sign[]> {
  const ask = async (sql: string) => await dataSource.query<readonly Readonly<Record<string, unknown>>[]>(sql);
  const records = await readRecords(ask);
  const { status, detail } = schemaState(records, migrations);
  if (status !== 'current') return [{ ailment: 'schema', where: 'granary_migration', detail }];
  const known = new Set(migrations.map(({ name }) => name));
  const drift = records.every(({ name }) => known.has(name)) ? await schemaDrift({ url, entities, migrations }) : [];
  const differences = drift.map((each): Sign => ({ ailment: 'schema', where: placeOf(each), detail: each }));
  return [...differences, ...(await missingGuards(ask))];
}

/** The table or index that a sentence about a difference names. */
function placeOf(difference: string): string {
  return /`?(\w+`?\.`?\w+|CHECK \w+)`?/.exec(difference)?.[1]?.replaceAll('`', '') ?? difference.slice(0, 80);
}

type Ask = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** The triggers are made with the accounts: where none stands nobody asked for them, where some do all should. */
async function missingGuards(ask: Ask): Promise<readonly Sign[]> {
  const rows = await ask(
    'SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()',
  );
  const there = new Set(rows.map((row) => String(row['name'])));
  const missing = historyGuards.filter(({ name }) => !there.has(name));
  if (missing.length === historyGuards.length) return [];
  return missing.map(({ name, table }): Sign => ({
    ...{
      ailment: 'schema',
      where: `trigger ${name}`,
      detail: `${table} may be changed past Granary: the trigger is missing`,
    },
    why: 'Whoever took it away must say why; `npm run -s accounts` makes it again.',
  }));
}

const AILMENTS: Readonly<Record<string, Sign['ailment']>> = { clock: 'clock', writes: 'server' };

/** The schema has a look of its own. */
async function lookAtServer({ dataSource, migrations }: SurroundingsParts): Promise<readonly Sign[]> {
  const checks = judgeServer(await readServerFacts(dataSource, migrations));
  return checks.filter(({ ok, name }) => !ok && name !== 'schema').map(signOf);
}

function signOf({ name, detail, warning }: Check): Sign {
  const ailment = AILMENTS[name] ?? (warning === true ? 'serverAdvice' : 'server');
  return { ailment, where: name, detail: detail.replace(/^warning: /, '') };
}

async function lookAtMigrationLock({ url, dataSource }: SurroundingsParts): Promise<readonly Sign[]> {
  const name = migrationLock(databaseTarget(url).database);
  const [row] = await dataSource.query<readonly { readonly holder: unknown }[]>('SELECT IS_USED_LOCK(?) AS holder', [
    name,
  ]);
  const holder = row?.holder ?? null;
  if (holder === null) return [];
  const detail = `connection ${String(holder)} migrates this database, or hangs doing so; KILL ${String(holder)} ends it`;
  return [{ ailment: 'migrationLock', where: name, detail }];
}
