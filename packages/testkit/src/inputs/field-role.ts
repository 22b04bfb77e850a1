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
  /** It must be the name of a strategy: no other text will do. */
  | 'strategy'
  /** It must be an address: hardly any other text will do, though letters that look like its own may make another one. */
  | 'address'
  /** The idempotency key. */
  | 'key';

const STORED: Readonly<Record<string, readonly string[]>> = {
  'sku.create': ['skuId', 'spuId'],
  'sku.update': ['spuId'],
  'location.create': ['locationId'],
  'bundle.create': ['skuId'],
  'virtual.create': ['skuId'],
  'batch.create': ['skuId', 'batchNo', 'qualityLevel', 'serials.0'],
  'batch.merge': ['targetBatchNo'],
  'batch.update': ['qualityLevel'],
  'lock.business': ['type', 'businessId'],
  'lock.operation': ['operationType'],
  'inbound.purchase': ['documentNo', 'lines.0.serials.0', 'lines.0.skuId', 'lines.0.batchNo', 'lines.0.qualityLevel'],
  'inbound.return': ['documentNo', 'lines.0.serials.0', 'lines.0.skuId', 'lines.0.batchNo', 'lines.0.qualityLevel'],
  'inbound.production': [
    'documentNo',
    'lines.0.serials.0',
    'workOrderNo',
    'lines.0.skuId',
    'lines.0.batchNo',
    'lines.0.qualityLevel',
  ],
  'inbound.opening': ['documentNo', 'lines.0.serials.0', 'lines.0.skuId', 'lines.0.batchNo', 'lines.0.qualityLevel'],
  'inbound.reverse': ['documentNo'],
  'outbound.sales': ['documentNo', 'orderNo'],
  'outbound.damage': ['documentNo'],
  'outbound.pick': ['documentNo', 'workOrderNo'],
  'outbound.supplierReturn': ['documentNo'],
  'outbound.reverse': ['documentNo'],
  'adjustment.adjust': ['adjustmentNo', 'serials.0'],
  'adjustment.adjustMany': ['adjustmentNo', 'lines.0.serials.0'],
  'adjustment.count': ['countNo', 'serials.0'],
  'adjustment.countMany': ['countNo', 'lines.0.serials.0'],
  'transfer.create': ['transferNo', 'lines.0.qualityLevel'],
  'outbound.transfer': ['transferNo'],
  'transfer.receive': ['documentNo'],
  'inbound.transfer': ['documentNo'],
  'transfer.cancel': ['documentNo'],
  'inTransit.create': ['reference', 'lines.0.skuId'],
  'reservation.reserve': ['businessId', 'lineId'],
  'reservation.reserveMany': ['lines.0.businessId', 'lines.0.lineId'],
  'reservation.convert': ['to.businessId'],
};

/** Procedures that answer a page. */
export const LISTS: ReadonlySet<string> = new Set([
  'sku.list',
  'location.list',
  'bundle.list',
  'virtual.list',
  'batch.list',
  'batch.trace',
  'stock.trace',
  'lock.list',
  'serial.list',
  'snapshot.list',
  'snapshot.rows',
  'snapshot.compare',
  'import.list',
  'import.errors',
  'alert.list',
  'stock.lowStock',
  'stock.levels',
  'stock.movements',
  'reservation.list',
  'inbound.list',
  'outbound.list',
  'adjustment.list',
  'transfer.list',
  'inTransit.list',
  'system.jobs',
  'token.list',
  'webhook.list',
  'webhook.deliveries',
  'audit.search',
]);

export function roleOf(procedure: string, field: Field): Role {
  if (field.name === 'strategy' || field.name === 'defaultStrategy') return 'strategy';
  if (field.name === 'url') return 'address';
  if (field.name === 'idempotencyKey') return 'key';
  if (STORED[procedure]?.includes(field.path.join('.')) === true) return 'stored';
  if (LISTS.has(procedure)) return 'filter';
  return field.name === 'qualityLevel' ? 'criterion' : 'lookup';
}

/** Whether no other call may have used the same value: a key, a number that two procedures share, a SKU that never moved. */
export function isOwn(procedure: string, field: Field): boolean {
  return field.name === 'idempotencyKey' || OWN.has(`${procedure} ${field.path.join('.')}`);
}

const OWN = new Set([
  'bundle.create skuId',
  'virtual.create skuId',
  'inbound.opening lines.0.skuId',
  'transfer.cancel documentNo',
  'inbound.transfer documentNo',
  'outbound.transfer transferNo',
  'inbound.reverse documentNo',
  'outbound.reverse documentNo',
]);

/** The smallest and largest whole number that each field takes, from SPEC: one that is missing here fails the run. */
export function rangeOf(procedure: string, field: Field): readonly [number, number] {
  const most = 2_147_483_647;
  if (field.name === 'quantity') return [procedure === 'batch.create' ? 0 : 1, most];
  // A lock may have no deadline at all, which 0 says.
  if (field.name === 'ttlSeconds' && procedure.startsWith('lock.')) return [0, 315_360_000];
  if (field.name === 'limit' && procedure === 'lock.expireDue') return [1, 100];
  const range = RANGES[field.name];
  if (range === undefined) throw new Error(`nobody said how large ${field.name} of ${procedure} may be`);
  return range;
}

/** STOCK_RESERVATION_MAX_TTL of the api under test. */
export const MAX_TTL_SECONDS = 86_400;

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  limit: [1, 500],
  part: [1, 200],
  quantities: [1, 2_147_483_647],
  originalLine: [1, 1000],
  counted: [0, 2_147_483_647],
  delta: [-2_147_483_647, 2_147_483_647],
  onHandVersion: [0, Number.MAX_SAFE_INTEGER],
  line: [1, 1000],
  ratio: [1, 2_147_483_647],
  cap: [0, 2_147_483_647],
  priority: [0, 1_000_000],
  shelfLifeDays: [1, 36_500],
  minRemainingDays: [0, 36_500],
  ttlSeconds: [1, MAX_TTL_SECONDS],
  overlapSeconds: [0, 604_800],
  warningThreshold: [0, 2_147_483_647],
  criticalThreshold: [0, 2_147_483_647],
  highThreshold: [0, 2_147_483_647],
};
