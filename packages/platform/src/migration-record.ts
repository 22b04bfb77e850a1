/** What the database remembers of its migrations, and what that says about the schema of this code. */
import { createHash } from 'node:crypto';
import type { Migration } from '@granary/domain/persistence/schema';

/** How a person brings a database to the schema of this code. */
export const MIGRATE_COMMAND = '`node apps/cli/dist/main.js migrate`';

export const RECORD_TABLE = 'granary_migration';

/** `steps_begun` runs ahead of `steps_done` only while a step is under way, so after a crash it tells which step may have happened. */
export const CREATE_RECORD_TABLE = `CREATE TABLE IF NOT EXISTS ${RECORD_TABLE} (
  name varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  steps_done int NOT NULL,
  steps_begun int NOT NULL,
  step_count int NOT NULL,
  fingerprint char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  applied_at datetime(6) NULL,
  expands tinyint NOT NULL DEFAULT 0,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** Tables of the first versions lack it: they had no migration that older code could go on beside. */
export const EXPANDS_COLUMN = 'expands';
export const ADD_EXPANDS = `ALTER TABLE ${RECORD_TABLE} ADD COLUMN ${EXPANDS_COLUMN} tinyint NOT NULL DEFAULT 0`;

export interface MigrationRecord {
  readonly name: string;
  readonly stepsDone: number;
  readonly stepsBegun: number;
  /** Of the steps that are done. */
  readonly fingerprint: string;
  /** Whether code that does not know it may go on; the database says so, since that code cannot know. */
  readonly expands: boolean;
}

export interface SchemaState {
  /** `newer`: the database knows migrations that this code does not. `edited`: a step that ran has another text now. */
  readonly status: 'current' | 'behind' | 'newer' | 'edited';
  readonly detail: string;
  readonly pending: readonly string[];
}

/** Answers rows of a statement without parameters; both the pool and a single connection can give one. */
export type Ask = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

const NO_SUCH_TABLE = 1146;

/** A database that never was migrated has no record and counts as empty. */
export async function readRecords(ask: Ask): Promise<readonly MigrationRecord[]> {
  try {
    const rows = await ask(`SELECT * FROM ${RECORD_TABLE}`);
    return rows.map((row) => ({
      name: String(row['name']),
      stepsDone: Number(row['steps_done']),
      stepsBegun: Number(row['steps_begun']),
      fingerprint: String(row['fingerprint']),
      expands: Number(row[EXPANDS_COLUMN] ?? 0) === 1,
    }));
  } catch (error) {
    if ((error as { errno?: number }).errno === NO_SUCH_TABLE) return [];
    throw error;
  }
}

/** Pure: what the records mean for these migrations. */
export function schemaState(records: readonly MigrationRecord[], migrations: readonly Migration[]): SchemaState {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = records.filter((record) => !known.has(record.name));
  const strange = unknown.filter(({ expands }) => !expands).map(({ name }) => name);
  if (strange.length > 0) {
    return {
      status: 'newer',
      pending: [],
      detail: `the database has ${strange.join(', ')}, which this version does not know. Run the version that made it, or a newer one`,
    };
  }
  const edited = records.find(
    (record) =>
      known.has(record.name) && fingerprintOf(known.get(record.name), record.stepsDone) !== record.fingerprint,
  );
  if (edited !== undefined) {
    return {
      status: 'edited',
      pending: [],
      detail: `the steps of ${edited.name} that ran here read differently now. A migration that ran must not be edited: restore it and add a new one`,
    };
  }
  const done = new Map(records.map((record) => [record.name, record.stepsDone]));
  const pending = migrations
    .filter((migration) => (done.get(migration.name) ?? -1) < migration.steps.length)
    .map((migration) => migration.name);
  if (pending.length > 0)
    return { status: 'behind', pending, detail: `${pending.join(', ')} still to be applied. Run ${MIGRATE_COMMAND}` };
  const ahead =
    unknown.length === 0
      ? ''
      : `; ${unknown.map(({ name }) => name).join(', ')} of a newer version leaves room for this one`;
  return { status: 'current', pending, detail: `${migrations.length} migrations applied${ahead}` };
}

/** Of the first `count` steps, whatever their white space. */
export function fingerprintOf(migration: Migration | undefined, count: number): string {
  const steps = (migration?.steps ?? []).slice(0, count).map((step) => step.replace(/\s+/g, ' ').trim());
  return createHash('sha256').update(JSON.stringify(steps)).digest('hex');
}
