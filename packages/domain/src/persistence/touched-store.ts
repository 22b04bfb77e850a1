/** Of which SKUs some facts tell: told a second time by the relay, as whoever changed them may have ended before it could tell. */
import type { Fact } from '../entities/outbox.ts';
import type { Sources } from '../ports/read-cache.ts';
import type { Tx } from './transaction.ts';

export async function readTouched(tx: Tx, facts: readonly Fact[]): Promise<Sources> {
  if (facts.length === 0) return [];
  if (facts.some(({ kind }) => kind === 'location')) return 'everything';
  const levels = facts.flatMap(({ kind, id }) => (kind === 'level' ? id.slice(0, 1) : []));
  const rows = await tx.rows('SELECT sku_id AS skuId FROM command_sku FORCE INDEX (PRIMARY) WHERE command_id IN (?)', [
    [...new Set(facts.map(({ commandId }) => commandId))],
  ]);
  return [...new Set([...levels, ...rows.map((row) => String(row['skuId']))])];
}
