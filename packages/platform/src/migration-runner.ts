/**
 * Brings a database to the schema of this code, creating it when it is not there. DDL commits by itself on both engines,
 * so a migration is a list of single statements, each recorded; a run that broke off is continued at its step.
 */
import { createHash } from 'node:crypto';
import type { Migration } from '@granary/domain/persistence/schema';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Engine } from './database-session.ts';
import { DatabaseUnusableError, openConnection } from './database.ts';
import { databaseTarget, type DatabaseTarget } from './database-url.ts';
import type { Log } from './log.ts';
import {
  ADD_EXPANDS,
  CREATE_RECORD_TABLE,
  EXPANDS_COLUMN,
  RECORD_TABLE,
  fingerprintOf,
  readRecords,
  schemaState,
  type MigrationRecord,
} from './migration-record.ts';

export interface MigrateOptions {
  readonly url: string;
  readonly migrations: readonly Migration[];
  readonly log: Log;
  /** How long to wait for another process that migrates the same database. */
  readonly lockWaitSeconds?: number;
}

export interface MigrationReport {
  readonly engine: Engine;
  readonly database: string;
  readonly createdDatabase: boolean;
  /** The migrations that this run finished, and how many statements it took. */
  readonly applied: readonly string[];
  readonly steps: number;
}

/** Thrown when the schema cannot be brought up to date; its message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const LOCK_WAIT_SECONDS = 60;
const UNKNOWN_DATABASE = 1049;
/** Already there, already gone, or a name already taken, in the numbers of both engines. */
const APPLIED_ALREADY = new Set([1050, 1060, 1061, 1068, 1091, 1359, 1826, 3822]);

export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const target = databaseTarget(options.url);
  const { connection, engine, created } = await openOrCreate(target);
  try {
    const name = migrationLock(target.database);
    await lock(connection, name, options);
    try {
      const done = await applyPending(connection, options);
      return { engine, database: target.database, createdDatabase: created, ...done };
    } finally {
      await connection.query('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined);
    }
  } finally {
    connection.destroy();
  }
}

async function openOrCreate(
  target: DatabaseTarget,
): Promise<{ connection: Connection; engine: Engine; created: boolean }> {
  try {
    return { ...(await openConnection(target)), created: false };
  } catch (error) {
    if (!(error instanceof DatabaseUnusableError) || (error.cause as { errno?: number }).errno !== UNKNOWN_DATABASE)
      throw error;
  }
  const { connection } = await openConnection({ ...target, database: '' });
  try {
    await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', [
      target.database,
    ]);
  } finally {
    connection.destroy();
  }
  return { ...(await openConnection(target)), created: true };
}

/** The lock belongs to the connection, so a process that dies leaves none behind; the other one continues its work. */
async function lock(connection: Connection, name: string, options: MigrateOptions): Promise<void> {
  const seconds = options.lockWaitSeconds ?? LOCK_WAIT_SECONDS;
  if (await tryLock(connection, name, 0)) return;
  options.log('info', 'another process migrates this database, waiting for it', { seconds });
  if (await tryLock(connection, name, seconds)) return;
  throw new MigrationError(
    `Another process has been migrating this database for more than ${seconds} s. Wait for it to end, or end it, then run \`migrate\` again.`,
  );
}

async function tryLock(connection: Connection, name: string, seconds: number): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS got', [name, seconds]);
  return Number(rows[0]?.['got']) === 1;
}

/** Named after the database, since GET_LOCK reaches over the whole server; hashed, since it takes 64 characters at most. */
export function migrationLock(database: string): string {
  return `granary-migrate-${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

async function applyPending(
  connection: Connection,
  options: MigrateOptions,
): Promise<{ applied: readonly string[]; steps: number }> {
  await makeRecordTable(connection);
  const records = await readRecords(async (sql) => (await connection.query<RowDataPacket[]>(sql))[0]);
  const state = schemaState(records, options.migrations);
  if (state.status === 'newer' || state.status === 'edited')
    throw new MigrationError(`The schema cannot be migrated: ${state.detail}.`);
  let steps = 0;
  for (const migration of options.migrations) {
    if (!state.pending.includes(migration.name)) continue;
    const record =
      records.find((candidate) => candidate.name === migration.name) ?? (await beginMigration(connection, migration));
    steps += await applySteps(connection, migration, record);
    options.log('info', 'migration applied', {
      migration: migration.name,
      steps: migration.steps.length - record.stepsDone,
    });
  }
  return { applied: state.pending, steps };
}

async function makeRecordTable(connection: Connection): Promise<void> {
  await connection.query(CREATE_RECORD_TABLE);
  const [columns] = await connection.query<RowDataPacket[]>(
    `SHOW COLUMNS FROM ${RECORD_TABLE} LIKE '${EXPANDS_COLUMN}'`,
  );
  if (columns.length === 0) await connection.query(ADD_EXPANDS);
}

async function beginMigration(connection: Connection, migration: Migration): Promise<MigrationRecord> {
  const fingerprint = fingerprintOf(migration, 0);
  const expands = migration.isExpansion === true;
  await connection.query(
    `INSERT INTO ${RECORD_TABLE} (name, steps_done, steps_begun, step_count, fingerprint, expands) VALUES (?, 0, 0, ?, ?, ?)`,
    [migration.name, migration.steps.length, fingerprint, expands],
  );
  return { name: migration.name, stepsDone: 0, stepsBegun: 0, fingerprint, expands };
}

async function applySteps(connection: Connection, migration: Migration, record: MigrationRecord): Promise<number> {
  for (let step = record.stepsDone; step < migration.steps.length; step += 1) {
    await connection.query(`UPDATE ${RECORD_TABLE} SET steps_begun = ? WHERE name = ?`, [step + 1, migration.name]);
    await applyStep(connection, migration, { step, mayHaveHappened: step < record.stepsBegun });
    await connection.query(`UPDATE ${RECORD_TABLE} SET steps_done = ?, fingerprint = ? WHERE name = ?`, [
      step + 1,
      fingerprintOf(migration, step + 1),
      migration.name,
    ]);
  }
  await connection.query(`UPDATE ${RECORD_TABLE} SET applied_at = UTC_TIMESTAMP(6), step_count = ? WHERE name = ?`, [
    migration.steps.length,
    migration.name,
  ]);
  return migration.steps.length - record.stepsDone;
}

/**
 * "Already there" is only forgiven for a step that an earlier run had begun and not recorded: anywhere else it means that
 * something foreign has the name, and going on would build upon it. A step that the server refused did not happen.
 */
async function applyStep(
  connection: Connection,
  migration: Migration,
  at: { step: number; mayHaveHappened: boolean },
): Promise<void> {
  try {
    await connection.query(migration.steps[at.step] ?? '');
  } catch (error) {
    const { errno = 0, fatal = false } = error as { errno?: number; fatal?: boolean };
    if (at.mayHaveHappened && APPLIED_ALREADY.has(errno)) return;
    if (!fatal && errno > 0 && !at.mayHaveHappened) {
      await connection
        .query(`UPDATE ${RECORD_TABLE} SET steps_begun = ? WHERE name = ?`, [at.step, migration.name])
        .catch(() => undefined);
    }
    const place = `step ${at.step + 1} of ${migration.steps.length} of ${migration.name}`;
    throw new MigrationError(
      `The schema was migrated only up to ${place}, which failed: ${(error as Error).message}. Put the cause right and run \`migrate\` again: it continues at this step.`,
      { cause: error },
    );
  }
}
