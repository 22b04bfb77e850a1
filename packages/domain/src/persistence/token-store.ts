/** Rows of tokens: found by id, listed newest first, changed under the lock of the row. */
import type { Instant } from '@granary/contracts/instant';
import type { TokenRow } from '../entities/token.ts';
import { toDatabaseTime } from './database-time.ts';
import { replaceRow } from './replace-row.ts';
import { tokens } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

export async function findToken(tx: Tx, tokenId: string): Promise<TokenRow | undefined> {
  const [row] = await tx.select(tokens, 'WHERE t.token_id = ?', [tokenId]);
  return row;
}

export async function lockToken(tx: Tx, tokenId: string): Promise<TokenRow | undefined> {
  const [row] = await tx.select(tokens, 'WHERE t.token_id = ? FOR UPDATE', [tokenId]);
  return row;
}

/** Newest first. */
export async function listTokens(
  tx: Tx,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<readonly TokenRow[]> {
  const where = before === undefined ? '' : 'WHERE t.token_id < ?';
  return await tx.select(
    tokens,
    `${where} ORDER BY t.token_id DESC LIMIT ${limit}`,
    before === undefined ? [] : [before],
  );
}

export async function appendToken(tx: Tx, row: TokenRow): Promise<void> {
  await appendRows(tx, tokens, [row]);
}

export async function replaceToken(tx: Tx, before: TokenRow, row: TokenRow): Promise<void> {
  await replaceRow(tx, { table: tokens, keys: ['tokenId'], row, from: before.version, set: ['revokedAt', 'version'] });
}

export interface TokenUse {
  readonly tokenId: string;
  readonly at: Instant;
  readonly address: string | null;
  /** A use noted later than this is new enough. */
  readonly unlessSince: Instant;
}

/** Several processes may want to note the same minute: the first one does. */
export async function noteTokenUse(tx: Tx, { tokenId, at, address, unlessSince }: TokenUse): Promise<void> {
  await tx.write(
    `UPDATE token SET last_used_at = ?, last_used_address = ?
     WHERE token_id = ? AND (last_used_at IS NULL OR last_used_at <= ?)`,
    [toDatabaseTime(at), address, tokenId, toDatabaseTime(unlessSince)],
  );
}
