/** What was bought and consumed while each standard cost held, and what was booked as variance. */
import { type Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { Rate } from '../core/share.ts';

export interface StatedStandard extends Rate {
  readonly skuId: string;
}

/** The last standard cost that was stated before a moment. */
export async function readStandards(
  tx: Tx,
  skuIds: readonly string[],
  until: Instant,
): Promise<ReadonlyMap<string, StatedStandard>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT x.skuId AS skuId, x.cost AS cost, x.per AS per FROM (
       SELECT t.sku_id AS skuId, t.cost AS cost, t.per AS per,
         ROW_NUMBER() OVER (PARTITION BY t.sku_id ORDER BY t.happened_at DESC, t.event_id DESC) AS place
       FROM standard_cost AS t WHERE t.sku_id IN (?) AND t.happened_at < ?
     ) AS x WHERE x.place = 1`,
    [[...skuIds], toDatabaseTime(until)],
  );
  return new Map(
    rows.map((row) => [
      String(row['skuId']),
      { skuId: String(row['skuId']), value: parseMoney(String(row['cost'])), quantity: Number(row['per']) },
    ]),
  );
}

export interface MovedAtStandard {
  readonly skuId: string;
  readonly account: 'purchases' | 'cost_of_sales';
  /** Changes of the stock: positive for what came. */
  readonly quantity: number;
  readonly value: bigint;
  readonly standard: Rate;
}

/** Purchases and sales of a period, apart for each standard that held while they happened; what was before the first one is left out. */
export async function sumAtStandard(
  tx: Tx,
  skuIds: readonly string[],
  periodId: string,
): Promise<readonly MovedAtStandard[]> {
  if (skuIds.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.account AS account, s.cost AS cost, s.per AS per, SUM(t.quantity) AS quantity, SUM(t.value) AS value
     FROM (
       SELECT c.sku_id, c.event_id, c.cost, c.per, c.happened_at AS since,
         LEAD(c.happened_at) OVER (PARTITION BY c.sku_id ORDER BY c.happened_at, c.event_id) AS until
       FROM standard_cost AS c WHERE c.sku_id IN (?)
     ) AS s JOIN cost_record AS t FORCE INDEX (cost_record_period)
       ON t.period_id = ? AND t.sku_id = s.sku_id AND t.happened_at >= s.since AND (s.until IS NULL OR t.happened_at < s.until)
     WHERE t.account IN ('purchases', 'cost_of_sales') GROUP BY t.sku_id, t.account, s.event_id, s.cost, s.per`,
    [[...skuIds], periodId],
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    account: row['account'] === 'purchases' ? 'purchases' : 'cost_of_sales',
    quantity: Number(row['quantity']),
    value: parseMoney(String(row['value'])),
    standard: { value: parseMoney(String(row['cost'])), quantity: Number(row['per']) },
  }));
}
