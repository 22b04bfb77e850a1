/** The entries of a period as reports list them: by SKU and there in the order in which they were appended, or summed up by account. */
import type { AllocationMethod, CostSource } from '@granary/contracts/cost-allocation';
import type { Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { fromDatabaseTime } from '@granary/domain/persistence/database-time';
import { whereOf } from '@granary/domain/persistence/filter';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { Account } from '../core/record.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import { costRecords } from './tables.ts';

export interface EntryQuery {
  readonly periodId: string;
  readonly skuId?: string | undefined;
  /** From this record on, itself included. */
  readonly from?: { readonly skuId: string; readonly recordNo: number } | undefined;
  readonly limit: number;
}

function filtersOf({ periodId, skuId, from }: Omit<EntryQuery, 'limit'>) {
  return [
    ['t.period_id = ?', periodId],
    ['t.sku_id = ?', skuId],
    ['t.sku_id >= ?', from?.skuId],
    ['(t.sku_id > ? OR t.record_no >= ?)', from?.skuId, from?.recordNo],
    // What moves no value is no entry.
    ['t.value <> 0'],
  ] as const;
}

export async function readEntries(tx: Tx, query: EntryQuery): Promise<readonly CostRecordRow[]> {
  const { where, parameters } = whereOf(filtersOf(query));
  const tail = `FORCE INDEX (cost_record_period) ${where} ORDER BY t.sku_id, t.record_no LIMIT ${query.limit}`;
  return await tx.select(costRecords, tail, parameters);
}

export interface AccountSum {
  readonly account: Account;
  /** What came onto stock against it, and what left stock; neither is negative. */
  readonly gain: bigint;
  readonly loss: bigint;
}

export async function sumEntries(
  tx: Tx,
  query: Pick<EntryQuery, 'periodId' | 'skuId'>,
): Promise<readonly AccountSum[]> {
  const { where, parameters } = whereOf(filtersOf(query));
  const rows = await tx.rows(
    `SELECT t.account AS account, SUM(GREATEST(t.value, 0)) AS gain, SUM(GREATEST(-t.value, 0)) AS loss
     FROM cost_record AS t FORCE INDEX (cost_record_period) ${where} GROUP BY t.account`,
    parameters,
  );
  return rows.map((row) => ({
    account: String(row['account']) as Account,
    gain: parseMoney(String(row['gain'])),
    loss: parseMoney(String(row['loss'])),
  }));
}

export interface AllocatedPart {
  readonly skuId: string;
  readonly recordNo: number;
  readonly at: Instant;
  readonly part: bigint;
  readonly expensed: bigint;
  readonly reason: string | null;
  readonly commandId: string;
  /** What a rule shared out in all; undefined for a cost that came late to one receipt. */
  readonly shared:
    | {
        readonly rule: string;
        readonly source: CostSource;
        readonly method: AllocationMethod;
        readonly total: bigint;
      }
    | undefined;
}

/** What went into the cost of sales is appended right behind the part that it is of. */
export async function readParts(tx: Tx, query: EntryQuery): Promise<readonly AllocatedPart[]> {
  const { where, parameters } = whereOf([...filtersOf(query), ["t.kind = 'allocation' AND t.account = 'allocations'"]]);
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.record_no AS recordNo, t.happened_at AS at, t.value AS part, COALESCE(-x.value, 0) AS expensed,
       t.reason AS reason, t.command_id AS commandId, a.name AS rule, a.source AS source, a.method AS method, a.amount AS total
     FROM cost_record AS t FORCE INDEX (cost_record_period)
     LEFT JOIN cost_record AS x ON x.sku_id = t.sku_id AND x.record_no = t.record_no + 1 AND x.event_id = t.event_id
       AND x.account = 'cost_of_sales'
     LEFT JOIN cost_allocation AS a ON a.period_id = t.period_id AND a.command_id = t.command_id AND a.name = t.reason
     ${where} ORDER BY t.sku_id, t.record_no LIMIT ${query.limit}`,
    parameters,
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    recordNo: Number(row['recordNo']),
    at: fromDatabaseTime(String(row['at'])),
    part: parseMoney(String(row['part'])),
    expensed: parseMoney(String(row['expensed'])),
    reason: row['reason'] === null ? null : String(row['reason']),
    commandId: String(row['commandId']),
    shared:
      row['rule'] === null
        ? undefined
        : {
            rule: String(row['rule']),
            source: String(row['source']) as CostSource,
            method: String(row['method']) as AllocationMethod,
            total: parseMoney(String(row['total'])),
          },
  }));
}
