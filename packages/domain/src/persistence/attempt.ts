/** One transaction from START to COMMIT, or to its end: the connection goes back only when its state is known. */
import type { Instant } from '@granary/contracts/instant';
import type { DataSource } from 'typeorm';
import { acquire, type Connection } from './connection.ts';
import type { LocationScope } from '../rules/location-scope.ts';
import { failureOf, isAnswer, VersionConflict } from './database-error.ts';
import { fromDatabaseTime } from './database-time.ts';
import { guardOf, isGuardFailure } from './guard.ts';
import { Aftermath, type Health, openPackets, type Packets, type Sent } from './packets.ts';
import type { Raw } from './table.ts';
import type { Touched } from './touched.ts';
import type { LaterWrite, Selection, Statement, Tx } from './transaction.ts';

/** COMMIT was sent and no answer came. */
export class UnknownOutcome extends Error {
  /** The server's side of the connection: it may still be at what was sent with COMMIT. */
  readonly threadId: number | undefined;

  constructor(cause: unknown, threadId: number | undefined) {
    super('the answer to COMMIT was lost', { cause });
    this.name = 'UnknownOutcome';
    this.threadId = threadId;
  }
}

interface Ahead extends Statement {
  /** See Tx. */
  readonly holdsMs: number;
  /** Looks at what it answered, and throws when nothing that follows is of use. */
  check(result: unknown): void;
}

export interface Attempt<T> {
  readonly dataSource: DataSource;
  readonly commandId: string;
  readonly scope: LocationScope;
  readonly mayBackdate: boolean;
  readonly deadlineAt: number;
  /** What opens the transaction; without it there is none, and every statement sees what is committed when it begins. */
  readonly start: readonly string[];
  readonly clock: (databaseNow: Instant) => Instant;
  readonly work: (tx: Tx) => Promise<T>;
  /** Goes before all else, in the first packet. */
  readonly ahead?: Ahead | undefined;
  /** Told of what is written. */
  readonly touched?: Touched;
  /** Told what COMMIT answered. */
  readonly committed?: (header: unknown) => void;
}

export async function attempt<T>(what: Attempt<T>): Promise<T> {
  const { dataSource, deadlineAt, start, work } = what;
  const connection = await acquire(dataSource, deadlineAt);
  const health: Health = {};
  const packets = openPackets(connection, health, openingOf(what));
  let stage: 'open' | 'committing' | 'done' = 'open';
  let isSealed = false;
  try {
    const answer = await work(transactionOn({ ...what, packets }));
    const last = start.length > 0 ? packets.seal() : [];
    await packets.flush();
    if (health.failure !== undefined) throw health.failure.cause;
    health.failure = { cause: new Error('the transaction is over') };
    if (start.length > 0) {
      stage = 'committing';
      isSealed = last.length > 0;
      const results = await connection.queryAll([...last, COMMIT]);
      what.committed?.(results.at(-1));
    }
    stage = 'done';
    return answer;
  } catch (error) {
    if (stage === 'committing') {
      // The server may have stopped before COMMIT, and is still there.
      if (isSealed && isAnswer(error)) stage = 'open';
      if (isGuardFailure(error)) throw new VersionConflict('this unit of work');
      // Also where the row of the command is there: then it is that of an earlier run, whose answer was another one.
      if (failureOf(error) === 'again') throw error;
      throw new UnknownOutcome(error, connection.threadId);
    }
    // What else was asked for meanwhile must not reach a connection that goes back to the pool.
    health.failure ??= { cause: error };
    await packets.settled();
    // What failed while nobody waited for it came first: all that was decided after it may be in vain.
    if (health.unheard !== undefined) throw health.unheard.cause;
    // Of several that were asked for at once, one that came after the failure may be heard before it.
    throw error instanceof Aftermath ? error.cause : error;
  } finally {
    await leave(connection, stage);
  }
}

const COMMIT: Statement = { sql: 'COMMIT', parameters: [] };

/** What goes before all else, in the first packet. */
function openingOf({ start, ahead }: Pick<Attempt<unknown>, 'start' | 'ahead'>): readonly Sent[] {
  const opening = start.map((sql) => ({ sql, parameters: [] }));
  return ahead === undefined ? opening : [{ ...ahead, answered: (result) => ahead.check(result) }, ...opening];
}

/** A connection whose COMMIT is unanswered must not go back; an open one is rolled back, or destroyed if it cannot be. */
async function leave(connection: Connection, stage: 'open' | 'committing' | 'done'): Promise<void> {
  if (stage === 'committing') return connection.destroy();
  try {
    if (stage === 'open') await connection.query('ROLLBACK');
    await connection.release();
  } catch {
    connection.destroy();
  }
}

interface Open extends Omit<Attempt<unknown>, 'work' | 'dataSource' | 'deadlineAt' | 'start'> {
  readonly packets: Packets;
}

function transactionOn({ packets, commandId, scope, mayBackdate, ahead, clock, touched }: Open): Tx {
  const { send, sendAhead } = packets;
  const query = async (sql: string, parameters: readonly unknown[] = []) => (await send([{ sql, parameters }]))[0];
  const rows = async (sql: string, parameters?: readonly unknown[]) => (await query(sql, parameters)) as readonly Raw[];
  return {
    commandId,
    scope,
    mayBackdate,
    holdsMs: ahead?.holdsMs ?? Infinity,
    rows,
    select: async (table, tail, parameters = []) => {
      const selection = { table, tail, parameters };
      return decoded(selection, (await send([statementOf(selection)]))[0]);
    },
    ahead: {
      select: async (table, tail, parameters = []) => {
        const selection = { table, tail, parameters };
        return decoded(selection, await sendAhead(statementOf(selection), table.name));
      },
      rows: async (table, sql, parameters) => (await sendAhead({ sql, parameters }, table.name)) as readonly Raw[],
    },
    write: async (sql, parameters) => matchedOf(await query(sql, parameters)),
    later: async ({ check, matches, touches, ...write }) => {
      if (touches !== undefined) touched?.add(touches);
      const guarded = matches === undefined ? write : { ...write, guard: guardOf(matches.rows) };
      const checked = check ?? (matches === undefined ? undefined : matching(matches));
      await packets.later(
        checked === undefined ? guarded : { ...guarded, answered: (result) => checked(matchedOf(result)) },
      );
    },
    hurry: packets.hurry,
    apart: packets.apart,
    now: async () => {
      const [row] = await rows('SELECT UTC_TIMESTAMP(6) AS now');
      return clock(fromDatabaseTime(String(row?.['now'])));
    },
  };
}

function statementOf<Row>({ table, tail, parameters }: Selection<Row>): Statement {
  return { sql: `SELECT ${table.select} FROM ${table.name} AS t ${tail}`, parameters };
}

function decoded<Row>({ table }: Selection<Row>, raw: unknown): readonly Row[] {
  return (raw as readonly Raw[]).map((row) => table.decode(row));
}

function matching({ rows, of }: NonNullable<LaterWrite['matches']>): (matched: number) => void {
  return (matched) => {
    if (matched !== rows) throw new VersionConflict(of);
  };
}

function matchedOf(result: unknown): number {
  return (result as { affectedRows: number }).affectedRows;
}
