/** What an identifier does in a call: that decides what an unknown one is answered with. */
import type { Field } from './schema-fields.ts';

export type Role =
  /** Any well-formed value is kept as it is. */
  | 'stored'
  /** It must name a row that is there: 404 otherwise. */
  | 'lookup'
  /** It narrows a list: nothing fits an unknown one, or 404. */
  | 'filter'
  /** It narrows the stock that counts: none is left. */
  | 'criterion'
  /** It must be the name of a strategy. */
  | 'strategy'
  /** The idempotency key. */
  | 'key';

const STORED: Readonly<Record<string, readonly string[]>> = {
  'sku.create': ['skuId', 'spuId'],
  'sku.update': ['spuId'],
  'location.create': ['locationId'],
  'batch.create': ['skuId', 'batchNo', 'qualityLevel'],
  'inbound.purchase': ['documentNo', 'lines.0.skuId', 'lines.0.batchNo', 'lines.0.qualityLevel'],
  'inbound.return': ['documentNo', 'lines.0.skuId', 'lines.0.batchNo', 'lines.0.qualityLevel'],
  'outbound.sales': ['documentNo', 'orderNo'],
  'reservation.reserve': ['businessId', 'lineId'],
  'reservation.reserveMany': ['lines.0.businessId', 'lines.0.lineId'],
  'reservation.convert': ['to.businessId'],
  'token.create': ['locationIds.0'],
};

/** Procedures that answer a page. */
export const LISTS: ReadonlySet<string> = new Set([
  'sku.list',
  'location.list',
  'batch.list',
  'stock.levels',
  'stock.movements',
  'reservation.list',
  'inbound.list',
  'outbound.list',
  'system.jobs',
  'token.list',
]);

export function roleOf(procedure: string, field: Field): Role {
  if (field.name === 'strategy' || field.name === 'defaultStrategy') return 'strategy';
  if (field.name === 'idempotencyKey') return 'key';
  if (STORED[procedure]?.includes(field.path.join('.')) === true) return 'stored';
  if (LISTS.has(procedure)) return 'filter';
  return field.name === 'qualityLevel' ? 'criterion' : 'lookup';
}

/** The smallest and largest whole number that each field takes, from SPEC: one that is missing here fails the run. */
export function rangeOf(procedure: string, field: Field): readonly [number, number] {
  const most = 2_147_483_647;
  if (field.name === 'quantity') return [procedure === 'batch.create' ? 0 : 1, most];
  const range = RANGES[field.name];
  if (range === undefined) throw new Error(`nobody said how large ${field.name} of ${procedure} may be`);
  return range;
}

/** STOCK_RESERVATION_MAX_TTL of the api under test. */
export const MAX_TTL_SECONDS = 86_400;

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  limit: [1, 500],
  priority: [0, 1_000_000],
  shelfLifeDays: [1, 36_500],
  minRemainingDays: [0, 36_500],
  ttlSeconds: [1, MAX_TTL_SECONDS],
  warningThreshold: [0, 2_147_483_647],
  criticalThreshold: [0, 2_147_483_647],
  highThreshold: [0, 2_147_483_647],
};
