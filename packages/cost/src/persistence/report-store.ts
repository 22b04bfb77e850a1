/** What reports of cost read: always for some SKUs in the order of their key, never one at a time. */
import type { Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import { whereOf } from '@granary/domain/persistence/filter';
import type { Raw } from '@granary/domain/persistence/table';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { Amount } from '../core/period.ts';

/** SKUs from one on, itself included; from the first when left out. */
export interface SkuRange {
  readonly skuId?: string | undefined;
  readonly from?: string | undefined;
  readonly limit: number;
}

const within = ({ skuId, from }: SkuRange) => [['t.sku_id = ?', skuId] as const, ['t.sku_id >= ?', from] as const];

export interface StandingSku extends Amount {
  readonly skuId: string;
}

/** Every SKU that ever had a cost, with what is held less what is owed now. */
export async function readStanding(tx: Tx, range: SkuRange): Promise<readonly StandingSku[]> {
  const { where, parameters } = whereOf(within(range));
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.quantity - t.owed_quantity AS quantity, t.value - t.owed_value AS value
     FROM cost_state AS t FORCE INDEX (PRIMARY) ${where} ORDER BY t.sku_id LIMIT ${range.limit}`,
    parameters,
  );
  return rows.map((row) => ({ skuId: String(row['skuId']), ...amountOf(row) }));
}

export interface ClosedSku {
  readonly skuId: string;
  readonly opening: Amount;
  readonly closing: Amount;
}

/** The SKUs of a closed period, without the states that a close may keep beside them. */
export async function readClosed(tx: Tx, periodId: string, range: SkuRange): Promise<readonly ClosedSku[]> {
  const { where, parameters } = whereOf([['t.period_id = ?', periodId], ...within(range)]);
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.opening_quantity AS openingQuantity, t.opening_value AS openingValue,
       t.closing_quantity AS quantity, t.closing_value AS value
     FROM cost_snapshot AS t FORCE INDEX (PRIMARY) ${where} ORDER BY t.sku_id LIMIT ${range.limit}`,
    parameters,
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    opening: { quantity: Number(row['openingQuantity']), value: parseMoney(String(row['openingValue'])) },
    closing: amountOf(row),
  }));
}

/** With what some SKUs ended a closed period; who is not there ended it with nothing. */
export async function readClosings(
  tx: Tx,
  periodId: string,
  skuIds: readonly string[],
): Promise<ReadonlyMap<string, Amount>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.closing_quantity AS quantity, t.closing_value AS value
     FROM cost_snapshot AS t FORCE INDEX (PRIMARY) WHERE t.period_id = ? AND t.sku_id IN (?)`,
    [periodId, [...skuIds]],
  );
  return new Map(rows.map((row) => [String(row['skuId']), amountOf(row)]));
}

export interface SumsOf {
  readonly periodIds: readonly string[];
  /** In their order, and none between them left out. */
  readonly skuIds: readonly string[];
  /** Only what happened before. */
  readonly until?: Instant | undefined;
}

/** What the records of some periods add up to. One range of SKUs for each period: one for each SKU and period may be too many to plan. */
export async function sumMoves(tx: Tx, { periodIds, skuIds, until }: SumsOf): Promise<ReadonlyMap<string, Amount>> {
  if (periodIds.length === 0 || skuIds.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, SUM(t.quantity) AS quantity, SUM(t.value) AS value
     FROM cost_record AS t FORCE INDEX (cost_record_period) WHERE t.period_id IN (?) AND t.sku_id BETWEEN ? AND ?
       ${until === undefined ? '' : 'AND t.happened_at < ?'} GROUP BY t.sku_id`,
    [[...periodIds], skuIds[0], skuIds.at(-1), ...(until === undefined ? [] : [toDatabaseTime(until)])],
  );
  return new Map(rows.map((row) => [String(row['skuId']), amountOf(row)]));
}

const amountOf = (row: Raw): Amount => ({
  quantity: Number(row['quantity']),
  value: parseMoney(String(row['value'])),
});

export interface PlacedUnits {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/** On hand less owed, by location, now. */
export async function readPlaces(tx: Tx, skuIds: readonly string[]): Promise<readonly PlacedUnits[]> {
  if (skuIds.length === 0) return [];
  return placed(
    await tx.rows(
      `SELECT t.sku_id AS skuId, t.location_id AS locationId, CAST(t.on_hand AS SIGNED) - CAST(t.deficit AS SIGNED) AS quantity
       FROM stock_level AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.location_id`,
      [[...skuIds]],
    ),
  );
}

export interface Moment {
  /** Only what happened before. */
  readonly until: Instant;
  /** And was known by then: what is told of a closed period later is none of its report. */
  readonly knownBy?: Instant | undefined;
}

/** The same as it was, from the ledger. */
export async function readPlacesAt(
  tx: Tx,
  skuIds: readonly string[],
  { until, knownBy }: Moment,
): Promise<readonly PlacedUnits[]> {
  if (skuIds.length === 0) return [];
  const moments = [until, ...(knownBy === undefined ? [] : [knownBy])].map((moment) => toDatabaseTime(moment));
  return placed(
    await tx.rows(
      `SELECT t.sku_id AS skuId, t.location_id AS locationId, SUM(t.on_hand_delta - t.deficit_delta) AS quantity
       FROM stock_movement AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) AND t.occurred_at < ?
         ${knownBy === undefined ? '' : 'AND t.recorded_at <= ?'}
       GROUP BY t.sku_id, t.location_id ORDER BY t.sku_id, t.location_id`,
      [[...skuIds], ...moments],
    ),
  );
}

const placed = (rows: readonly Raw[]): readonly PlacedUnits[] =>
  rows
    .map((row) => ({
      skuId: String(row['skuId']),
      locationId: String(row['locationId']),
      quantity: Number(row['quantity']),
    }))
    .filter(({ quantity }) => quantity !== 0);

export interface AgedLayers extends Amount {
  readonly skuId: string;
  /** The first of the moments at or after which they came in; as many as there are moments for those before all of them. */
  readonly bucket: number;
}

/** The open layers of some SKUs by when they came in. `since` falls. */
export async function sumLayers(
  tx: Tx,
  skuIds: readonly string[],
  since: readonly Instant[],
): Promise<readonly AgedLayers[]> {
  if (skuIds.length === 0) return [];
  const cases = since.map((_, at) => `WHEN t.received_at >= ? THEN ${at}`).join(' ');
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, CASE ${cases} ELSE ${since.length} END AS bucket, SUM(t.remaining) AS quantity, SUM(t.value) AS value
     FROM cost_layer AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) GROUP BY t.sku_id, bucket`,
    [...since.map((moment) => toDatabaseTime(moment)), [...skuIds]],
  );
  return rows.map((row) => ({ skuId: String(row['skuId']), bucket: Number(row['bucket']), ...amountOf(row) }));
}
