/** Reading costs: records page by page, and where the goods of a SKU lie. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { whereOf } from '@granary/domain/persistence/filter';
import type { Account, RecordKind } from '../core/record.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import { costRecords } from './tables.ts';

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
