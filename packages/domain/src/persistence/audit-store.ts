/**
 * The audit, read: newest first by the index that fits, and what the ledger, the documents and the SKUs say of one command.
 * A page looks at a bounded number of commands whatever is asked for, and tells where it stopped.
 */
import type { AuditSearchInput } from '@granary/contracts/audit';
import type { DocumentType } from '@granary/contracts/document';
import type { CommandRow } from '../entities/command.ts';
import type { MovementRow } from '../entities/movement.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { type Filter, whereOf } from './filter.ts';
import { commands, documents, movements } from './tables.ts';
import type { Tx } from './transaction.ts';

/** When a command was recorded, and its id: the order of every list. */
export type AuditKey = readonly [recordedAt: string, commandId: string];

/** A command as lists show it: the request cut, and of a refusal its code. */
export type CommandBrief = Omit<CommandRow, 'requestHash' | 'answer' | 'before' | 'after'> & {
  readonly refusalCode: string | null;
};

export interface AuditQuery {
  readonly input: AuditSearchInput;
  readonly after: AuditKey | undefined;
  /** How many commands are looked at. */
  readonly limit: number;
}

/** Keys of the next commands, newest first, by the index of the narrowest filter; it alone is read. */
export async function readAuditKeys(tx: Tx, { input, after, limit }: AuditQuery): Promise<readonly AuditKey[]> {
  const { table, index, by } = pathOf(input);
  const time = (instant: string | undefined) => (instant === undefined ? undefined : toDatabaseTime(instant));
  const [at, id] = [time(after?.[0]), after?.[1]];
  const { where, parameters } = whereOf([
    by,
    ['t.recorded_at >= ?', time(input.from)],
    ['t.recorded_at < ?', time(input.to)],
    // The first half bounds the range of the index, the second leaves out what of that moment was told already.
    ['t.recorded_at <= ? AND (t.recorded_at < ? OR t.command_id < ?)', at, at, id],
  ]);
  const rows = await tx.rows(
    `SELECT t.recorded_at AS recordedAt, t.command_id AS commandId FROM ${table} AS t FORCE INDEX (${index}) ${where}
     ORDER BY t.recorded_at DESC, t.command_id DESC LIMIT ${limit}`,
    parameters,
  );
  return rows.map((row) => [fromDatabaseTime(String(row['recordedAt'])), String(row['commandId'])]);
}

interface AccessPath {
  readonly table: 'command' | 'command_sku';
  readonly index: string;
  readonly by: Filter;
}

/** One SKU has fewer commands than one actor, and few calls are refused; `done` narrows nothing. */
function pathOf({ skuId, actor, outcome }: AuditSearchInput): AccessPath {
  if (skuId !== undefined) return { table: 'command_sku', index: 'command_sku_time', by: ['t.sku_id = ?', skuId] };
  if (outcome === 'refused') return { table: 'command', index: 'command_outcome', by: ['t.outcome = ?', outcome] };
  if (actor !== undefined) return { table: 'command', index: 'command_actor', by: ['t.actor = ?', actor] };
  return { table: 'command', index: 'command_time', by: ['1 = 1'] };
}

/** Whether some commands behind the keys may not be wanted. */
export function hasFurtherFilters(input: AuditSearchInput): boolean {
  const { skuId, actor, procedure, outcome, address } = input;
  const given = [actor, procedure, outcome, address].filter((filter) => filter !== undefined).length;
  const isByIndex = skuId === undefined && (outcome === 'refused' || actor !== undefined);
  return given > (isByIndex ? 1 : 0);
}

const REQUEST_SHOWN = 500;

/** Those of the keys that fit all filters, in no order. */
export async function readBriefs(
  tx: Tx,
  { input, commandIds }: { input: AuditSearchInput; commandIds: readonly string[] },
): Promise<readonly CommandBrief[]> {
  if (commandIds.length === 0) return [];
  const { where, parameters } = whereOf([
    ['t.command_id IN (?)', commandIds],
    ['t.actor = ?', input.actor],
    // The column is ASCII, and the server refuses to compare it with letters that it cannot hold.
    ['CONVERT(t.procedure_name USING utf8mb4) COLLATE utf8mb4_bin = ?', input.procedure],
    ['t.outcome = ?', input.outcome],
    ['t.address = ?', input.address],
  ]);
  const rows = await tx.rows(
    `SELECT t.command_id AS commandId, t.procedure_name AS \`procedure\`, t.actor AS actor, t.address AS address, t.agent AS agent,
       t.request_id AS requestId, t.idempotency_key AS idempotencyKey, t.outcome AS outcome, t.recorded_at AS recordedAt,
       SUBSTRING(t.request, 1, ${REQUEST_SHOWN + 1}) AS request,
       IF(t.outcome = 'refused', JSON_UNQUOTE(JSON_EXTRACT(t.answer, '$.code')), NULL) AS refusalCode
     FROM command AS t FORCE INDEX (PRIMARY) ${where}`,
    parameters,
  );
  return rows.map((row) => ({
    ...(row as unknown as CommandBrief),
    recordedAt: fromDatabaseTime(String(row['recordedAt'])),
    request: shown(String(row['request'])),
  }));
}

function shown(request: string): string {
  const characters = Array.from(request);
  return characters.length > REQUEST_SHOWN ? `${characters.slice(0, REQUEST_SHOWN).join('')}…` : request;
}

/** Selects of one statement: each reads a few rows of the primary key. */
const UNION = 100;

/** At most `each` SKUs of every command, in order: a document may have a thousand, and a page hundreds of documents. */
export async function readSkuIds(
  tx: Tx,
  { commandIds, each }: { commandIds: readonly string[]; each: number },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const select = `(SELECT command_id AS commandId, sku_id AS skuId FROM command_sku FORCE INDEX (PRIMARY) WHERE command_id = ? ORDER BY sku_id LIMIT ${each})`;
  for (let from = 0; from < commandIds.length; from += UNION) {
    const ids = commandIds.slice(from, from + UNION);
    for (const row of await tx.rows(ids.map(() => select).join(' UNION ALL '), ids)) {
      const commandId = String(row['commandId']);
      found.set(commandId, [...(found.get(commandId) ?? []), String(row['skuId'])]);
    }
  }
  return found;
}

export async function findCommand(tx: Tx, commandId: string): Promise<CommandRow | undefined> {
  const [row] = await tx.select(commands, 'WHERE t.command_id = ?', [commandId]);
  return row;
}

/** All movements of one command: as many as its call was allowed to make. */
export async function readCommandMovements(tx: Tx, commandId: string): Promise<readonly MovementRow[]> {
  return await tx.select(
    movements,
    'FORCE INDEX (stock_movement_command) WHERE t.command_id = ? ORDER BY t.sku_id, t.location_id, t.version',
    [commandId],
  );
}

export interface DocumentName {
  readonly id: string;
  readonly type: DocumentType;
  readonly documentNo: string;
}

export async function readDocumentNames(tx: Tx, documentIds: readonly string[]): Promise<readonly DocumentName[]> {
  if (documentIds.length === 0) return [];
  const rows = await tx.select(documents, 'WHERE t.document_id IN (?) ORDER BY t.document_id', [documentIds]);
  return rows.map(({ documentId, type, documentNo }) => ({ id: documentId, type, documentNo }));
}
