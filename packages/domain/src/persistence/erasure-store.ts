/** Where a person's name, addresses and programs stand, page by page along primary keys, and what takes their place. */
import type { CommandRow } from '../entities/command.ts';
import { commands } from './tables.ts';
import type { Tx } from './transaction.ts';

/** Rows with who did something as a text, and the digest of what was said, which tells the name to somebody who guesses it. */
export const operatorTables = {
  stock_document: 'document_id',
  stock_transfer: 'transfer_id',
  stock_lock: 'lock_id',
} as const;
export type OperatorTable = keyof typeof operatorTables;

/** Texts in which events and rows of files wait for whoever takes them; they go by themselves. */
const waiting = [
  ['outbox', 'facts'],
  ['event_delivery', 'event_json'],
  ['stock_import_row', 'data_json'],
] as const;

export interface PageOf {
  readonly after: string;
  readonly until: string;
}

/** The last key of the next page; undefined behind the last row. */
export async function endOfPage(
  tx: Tx,
  { table, key, after, limit }: { table: string; key: string; after: string; limit: number },
): Promise<string | undefined> {
  const page = `SELECT ${key} AS k FROM ${table} FORCE INDEX (PRIMARY) WHERE ${key} > ? ORDER BY ${key} LIMIT ${limit}`;
  const [row] = await tx.rows(`SELECT MAX(p.k) AS end FROM (${page}) AS p`, [after]);
  return typeof row?.['end'] === 'string' ? row['end'] : undefined;
}

export interface CommandsOf extends PageOf {
  /** Whose commands tell from where they came. */
  readonly actor: string | undefined;
  readonly phrases: readonly string[];
  /** `procedures` is a pattern of LIKE. */
  readonly procedures: string;
}

const TEXT = `CONCAT_WS('', t.request, t.answer, t.before_json, t.after_json)`;

/** What the request id of an erased command begins with. */
export const ERASED = 'erased:';

/** Held, since retention takes keys and answers away. */
export async function lockCommandsOf(
  tx: Tx,
  { after, until, actor, phrases, procedures }: CommandsOf,
): Promise<readonly CommandRow[]> {
  const says = phrases.map(() => `INSTR(${TEXT}, ?) > 0`).join(' OR ');
  return await tx.select(
    commands,
    `FORCE INDEX (PRIMARY) WHERE t.command_id > ? AND t.command_id <= ?
       AND ((t.actor = ? AND (t.address IS NOT NULL OR t.agent IS NOT NULL)) OR (t.procedure_name LIKE ? AND (${says})))
     FOR UPDATE`,
    [after, until, actor ?? null, procedures, ...phrases],
  );
}

/** Each gets a request id by which it is known: the guards of the history let no other request be changed. */
export async function replaceCommands(tx: Tx, rows: readonly CommandRow[]): Promise<void> {
  for (const row of rows)
    await tx.write(
      `UPDATE command SET address = ?, agent = ?, request_id = ?, request_hash = UNHEX(?), request = ?, answer = ?, before_json = ?,
         after_json = ? WHERE command_id = ?`,
      [
        ...[row.address, row.agent, row.requestId, row.requestHash, row.request, row.answer, row.before, row.after],
        row.commandId,
      ],
    );
}

export interface Renaming extends PageOf {
  readonly operator: string;
  readonly pseudonym: string;
  /** Hexadecimal; no two contents have it. */
  readonly contentHash: string;
}

/** Answers how many rows. */
export async function renameOperator(
  tx: Tx,
  table: OperatorTable,
  { after, until, operator, pseudonym, contentHash }: Renaming,
): Promise<number> {
  const key = operatorTables[table];
  return await tx.write(
    `UPDATE ${table} FORCE INDEX (PRIMARY) SET operator = ?, content_hash = UNHEX(?) WHERE ${key} > ? AND ${key} <= ? AND operator = ?`,
    [pseudonym, contentHash, after, until, operator],
  );
}

/** In what waits to be told or applied; `about` stands in each text that is meant. Answers how many rows. */
export async function replaceWaiting(
  tx: Tx,
  { about, from, to }: { readonly about: string; readonly from: string; readonly to: string },
): Promise<number> {
  let rows = 0;
  for (const [table, column] of waiting)
    rows += await tx.write(
      `UPDATE ${table} SET ${column} = REPLACE(${column}, ?, ?) WHERE INSTR(${column}, ?) > 0 AND INSTR(${column}, ?) > 0`,
      [from, to, from, about],
    );
  return rows;
}

export async function eraseToken(tx: Tx, tokenId: string, name: string): Promise<void> {
  await tx.write('UPDATE token SET name = ?, last_used_address = NULL WHERE token_id = ?', [name, tokenId]);
}
