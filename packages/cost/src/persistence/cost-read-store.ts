/** Reading costs: states and records page by page, what is held in all, and where the goods of a SKU lie. */
import { parseMoney } from '@granary/contracts/money';
import { whereOf } from '@granary/domain/persistence/filter';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { Account, RecordKind } from '../core/record.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import { costRecords, costStates } from './tables.ts';

export interface StateQuery {
  /** All when left out. */
  readonly skuIds: readonly string[] | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

export async function listStates(tx: Tx, { skuIds, after, limit }: StateQuery): Promise<readonly CostStateRow[]> {
  const { where, parameters } = whereOf([
    ['t.sku_id IN (?)', skuIds],
    ['t.sku_id > ?', after],
  ]);
  return await tx.select(costStates, `FORCE INDEX (PRIMARY) ${where} ORDER BY t.sku_id LIMIT ${limit}`, parameters);
}

/** What is held of all SKUs, or of some, and of how many. */
export async function sumValue(
  tx: Tx,
  skuIds: readonly string[] | undefined,
): Promise<{ readonly value: bigint; readonly skus: number }> {
  const { where, parameters } = whereOf([['t.sku_id IN (?)', skuIds]]);
  const [row] = await tx.rows(
    `SELECT CAST(COALESCE(SUM(t.value), 0) AS CHAR) AS value, COUNT(*) AS skus FROM cost_state AS t ${where}`,
    parameters,
  );
  return { value: parseMoney(String(row?.['value'] ?? '0')), skus: Number(row?.['skus'] ?? 0) };
}

export interface RecordQuery {
  readonly skuId?: string | undefined;
  readonly periodId?: string | undefined;
  readonly documentId?: string | undefined;
  readonly kind?: RecordKind | undefined;
  readonly account?: Account | undefined;
  readonly after: { readonly skuId: string; readonly recordNo: number } | undefined;
  readonly limit: number;
}

/** By SKU, and there in the order in which they were appended. */
export async function listRecords(tx: Tx, query: RecordQuery): Promise<readonly CostRecordRow[]> {
  const { after } = query;
  const { where, parameters } = whereOf([
    ['t.sku_id = ?', query.skuId],
    ['t.period_id = ?', query.periodId],
    ['t.document_id = ?', query.documentId],
    ['t.kind = ?', query.kind],
    ['t.account = ?', query.account],
    ['(t.sku_id > ? OR (t.sku_id = ? AND t.record_no > ?))', after?.skuId, after?.skuId, after?.recordNo],
  ]);
  return await tx.select(costRecords, `${where} ORDER BY t.sku_id, t.record_no LIMIT ${query.limit}`, parameters);
}

export interface ReceiptKey {
  readonly skuId: string;
  readonly documentId: string;
  readonly batchId: string;
}

/** Whether a document brought goods of a SKU into a batch. */
export async function hasReceipt(tx: Tx, { skuId, documentId, batchId }: ReceiptKey): Promise<boolean> {
  const where =
    "FORCE INDEX (cost_record_document) WHERE t.document_id = ? AND t.sku_id = ? AND t.batch_id = ? AND t.kind = 'receipt' LIMIT 1";
  return (await tx.select(costRecords, where, [documentId, skuId, batchId])).length > 0;
}

export interface Whereabouts {
  readonly skuId: string;
  readonly locationId: string;
  readonly onHand: number;
}

/** By location, in the order in which a value is shared out to them. */
export async function readWhereabouts(tx: Tx, skuIds: readonly string[]): Promise<readonly Whereabouts[]> {
  if (skuIds.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.location_id AS locationId, t.on_hand AS onHand FROM stock_level AS t FORCE INDEX (PRIMARY)
     WHERE t.sku_id IN (?) AND t.on_hand > 0 ORDER BY t.sku_id, t.location_id`,
    [[...skuIds]],
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
    onHand: Number(row['onHand']),
  }));
}
