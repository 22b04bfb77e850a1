/**
 * A transaction as a value: whoever is handed one may write, nobody else can. After its first failed statement it is
 * dead: the server may have rolled back on its own, and a further statement would commit by itself.
 */
import type { Instant } from '@granary/contracts/instant';
import type { Sources } from '../ports/read-cache.ts';
import type { LocationScope } from '../rules/location-scope.ts';
import type { Raw, Table } from './table.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface LaterWrite extends Statement {
  /** Rows it carries: too many at once would not fit into one packet. */
  readonly rows: number;
  /** Throws when the matched rows show that the transaction must not go on. */
  readonly check?: (matched: number) => void;
  /** How many rows of which table must match: anything else is a VersionConflict. Such a write may travel with COMMIT. */
  readonly matches?: { readonly rows: number; readonly of: string };
  /** The SKUs of its rows: answers that were read from them are forgotten once it is committed. */
  readonly touches?: Sources;
}

/** Rows of one table. The SELECT names the table `t`; see Table.select. */
export interface Selection<Row> {
  readonly table: Table<Row>;
  readonly tail: string;
  readonly parameters: readonly unknown[];
}

export interface Ahead extends Pick<Tx, 'select'> {
  /** `table` is the one that the statement asks. */
  rows(table: Pick<Table<never>, 'name'>, sql: string, parameters: readonly unknown[]): Promise<readonly Raw[]>;
}

export interface Tx {
  /** The command whose rows this transaction writes. */
  readonly commandId: string;
  /** For whom it reads: stores answer no row from a location outside. */
  readonly scope: LocationScope;
  /** Whether what it writes may have happened before what is written already. */
  readonly mayBackdate: boolean;
  /** How long an answer that was read here may be kept, in milliseconds: not for long when a replica answered. */
  readonly holdsMs: number;
  rows(sql: string, parameters?: readonly unknown[]): Promise<readonly Raw[]>;
  /** Rows of one table, decoded. The SELECT names the table `t`; see Table.select. */
  select<Row>(table: Table<Row>, tail: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Reads that overtake what waits to be written, and cannot be changed by it: that is written while the caller goes on
   * with the answers. What waits for the table that is asked still goes first.
   */
  readonly ahead: Ahead;
  /** Matched rows. */
  write(sql: string, parameters?: readonly unknown[]): Promise<number>;
  /** Goes with the next statement, or before COMMIT: what nobody waits for makes no round trip of its own. */
  later(write: LaterWrite): Promise<void>;
  /** What waits goes now, so that the server writes it while the caller makes what follows. */
  hurry(): void;
  /**
   * Resolves once what was asked for in this breath is on its way or waits for its turn: what is asked for then is answered
   * while the caller decides with the answers to the former.
   */
  apart(): Promise<void>;
  /** The database's time, as a statement of its own after the locking one, through the Clock port. */
  now(): Promise<Instant>;
}
