/** SKUs and batches with a sealed attribute, page by page, and their attributes written anew when another key seals them. */
import type { Attributes } from '@granary/contracts/attributes';
import { lockLevels } from './level-store.ts';
import { batches, skus } from './tables.ts';
import type { Tx } from './transaction.ts';

export const sealedNouns = ['sku', 'batch'] as const;
export type SealedNoun = (typeof sealedNouns)[number];

export interface SealedRow {
  /** Of the SKU or the batch. */
  readonly id: string;
  readonly skuId: string;
  readonly attributes: Attributes;
}

/** Also finds some that only look like it: whoever asks looks at the values. */
const HAS_SEALED = `t.attributes IS NOT NULL AND t.attributes LIKE '%$sealed%'`;

/** Along the primary key, without a lock. */
export async function readSealedRows(
  tx: Tx,
  noun: SealedNoun,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly SealedRow[]> {
  const tail = (key: string) =>
    `FORCE INDEX (PRIMARY) WHERE t.${key} > ? AND ${HAS_SEALED} ORDER BY t.${key} LIMIT ${limit}`;
  const rows =
    noun === 'sku'
      ? (await tx.select(skus, tail('sku_id'), [after])).map((row) => ({ ...row, id: row.skuId }))
      : (await tx.select(batches, tail('batch_id'), [after])).map((row) => ({ ...row, id: row.batchId }));
  return rows.map(({ id, skuId, attributes }) => ({ id, skuId, attributes: attributes ?? {} }));
}

/** The same row, held as those hold it who change it: a SKU by its row, a batch by its level. Undefined when nothing is there any more. */
export async function lockSealedRow(tx: Tx, noun: SealedNoun, id: string): Promise<SealedRow | undefined> {
  const [row] =
    noun === 'sku'
      ? await tx.select(skus, 'WHERE t.sku_id = ? FOR UPDATE', [id])
      : await lockBatch(tx, 'WHERE t.batch_id = ?', id);
  return row?.attributes ? { id, skuId: row.skuId, attributes: row.attributes } : undefined;
}

async function lockBatch(tx: Tx, tail: string, batchId: string) {
  const pairs = await tx.select(batches, tail, [batchId]);
  await lockLevels(tx, { skuIds: [], pairs });
  return await tx.select(batches, `${tail} FOR UPDATE`, [batchId]);
}

/** Without a new version: what the row says is the same, and nobody is told. */
export async function writeSealed(tx: Tx, noun: SealedNoun, { id, attributes }: SealedRow): Promise<void> {
  const target =
    noun === 'sku' ? 'sku SET attributes = ? WHERE sku_id' : 'stock_batch SET attributes = ? WHERE batch_id';
  await tx.write(`UPDATE ${target} = ?`, [JSON.stringify(attributes), id]);
}
