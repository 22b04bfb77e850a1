/** Rows of tokens: found by id, listed newest first, changed under the lock of the row. */
import type { TokenRow } from '../entities/token.ts';
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
  await replaceRow(tx, { table: tokens, keys: ['tokenId'], row, from: before.version });
}
