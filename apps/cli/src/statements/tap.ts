/**
 * A tap on a data source's own connections: it counts the statements that a call sends, also those that share a packet, and lets
 * the n-th of them fail. What stood before it in its packet is carried out, what stood behind it never arrives.
 */
import type { Granary } from '@granary/platform/granary';
import type { Mode } from './modes.ts';

export interface Tap {
  /** Counts from now on, and lets that statement fail; none where none is named. */
  arm(strike?: Strike): void;
  /** Answers how many statements were asked for since, and whether one failed. */
  disarm(): Counted;
}

export interface Strike {
  readonly mode: Mode;
  /** From 1. */
  readonly at: number;
}

export interface Counted {
  readonly statements: number;
  /** The statement that failed. */
  readonly struck: string | undefined;
  /** Transactions that had been committed by then. */
  readonly commits: number;
}

interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Of mysql2, as far as TypeORM uses it. */
interface Sender {
  query(sql: string, values?: readonly unknown[]): Promise<unknown>;
}
interface PoolConnection {
  promise(): Sender;
  destroy(): void;
}
interface Pool {
  getConnection(take: (error: unknown, connection?: PoolConnection) => void): void;
}

interface State {
  strike?: Strike | undefined;
  isOn: boolean;
  statements: number;
  struck: string | undefined;
  commits: number;
}

export function tapOn(dataSource: Granary['dataSource']): Tap {
  const state: State = { isOn: false, statements: 0, struck: undefined, commits: 0 };
  const { pool } = dataSource.driver as unknown as { pool: Pool };
  const tapped = new WeakSet<PoolConnection>();
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (take) =>
    getConnection((error, connection) => {
      if (connection !== undefined && connection !== null && !tapped.has(connection)) {
        tapped.add(connection);
        listenTo(connection, state);
      }
      take(error, connection);
    });
  return {
    arm: (strike) => Object.assign(state, { strike, isOn: true, statements: 0, struck: undefined, commits: 0 }),
    disarm() {
      state.isOn = false;
      const { statements, struck, commits } = state;
      return { statements, struck, commits };
    },
  };
}

function listenTo(connection: PoolConnection, state: State): void {
  const promise = connection.promise.bind(connection);
  connection.promise = () => {
    const sender = promise();
    return { query: (sql, values = []) => send({ connection, sender, state }, { sql, values }) };
  };
}

interface Line {
  readonly connection: PoolConnection;
  readonly sender: Sender;
  readonly state: State;
}

async function send({ connection, sender, state }: Line, packet: Statement): Promise<unknown> {
  if (!state.isOn) return await sender.query(packet.sql, packet.values);
  const { strike } = state;
  if (strike?.mode.isLasting === true && state.struck !== undefined) {
    connection.destroy();
    throw strike.mode.error();
  }
  const statements = statementsOf(packet);
  for (const [place, statement] of statements.entries()) {
    state.statements += 1;
    if (strike === undefined || state.struck !== undefined || state.statements !== strike.at) {
      if (state.struck === undefined && isCommit(statement.sql)) state.commits += 1;
      continue;
    }
    state.struck = statement.sql;
    if (strike.mode.leaves === 'unnoticed') return await leaveOut(sender, statements, place);
    const arriving = statements.slice(0, place + (strike.mode.isCarriedOut ? 1 : 0));
    await fail({ connection, sender, state }, strike.mode, arriving);
  }
  return await sender.query(packet.sql, packet.values);
}

/** The others are carried out, and this one is told as done. */
async function leaveOut(sender: Sender, statements: readonly Statement[], place: number): Promise<unknown> {
  const results: unknown[] = [];
  for (const [at, { sql, values }] of statements.entries())
    results.push(at === place ? { affectedRows: 1 } : firstOf(await sender.query(sql, values)));
  return statements.length === 1 ? results : [results];
}

/** What TypeORM takes of the driver's answer. */
const firstOf = (answer: unknown): unknown => (Array.isArray(answer) ? (answer as unknown[])[0] : answer);

async function fail({ connection, sender }: Line, mode: Mode, arriving: readonly Statement[]): Promise<never> {
  if (arriving.length > 0)
    await sender.query(
      arriving.map(({ sql }) => sql).join(';'),
      arriving.flatMap(({ values }) => values),
    );
  if (mode.leaves === 'rolled back') await sender.query('ROLLBACK');
  if (mode.leaves === 'gone') connection.destroy();
  throw mode.error();
}

export const isCommit = (sql: string): boolean => sql.trim() === 'COMMIT';

/** Ours have no semicolon and no question mark but those between statements and for values. */
function statementsOf({ sql, values }: Statement): readonly Statement[] {
  let from = 0;
  return sql.split(';').map((each) => {
    const to = from + each.split('?').length - 1;
    const own = values.slice(from, to);
    from = to;
    return { sql: each, values: own };
  });
}
