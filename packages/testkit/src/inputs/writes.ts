/** Which tables each mutation may write: whatever else changes is a defect, and a refusal changes nothing at all. */
import type { WireAnswer } from './wire.ts';

export interface Observed {
  readonly answer: WireAnswer;
  /** Tables whose rows changed. */
  readonly changed: readonly string[];
}

const PIECES = ['stock_serial', 'stock_serial_event'];
const STOCK = ['stock_level', 'stock_batch', 'stock_movement', ...PIECES];
const HOLD = ['reservation', 'reservation_line'];
const LOCK = ['stock_lock', 'stock_lock_line'];
const DOCUMENT = ['stock_document', 'stock_document_line'];
const TRANSFER = ['stock_transfer', 'stock_transfer_line', 'stock_transfer_part'];
const IN_TRANSIT = ['stock_in_transit', 'stock_in_transit_line'];
const ASSEMBLY = ['stock_assembly', 'stock_assembly_part'];

/** What a mutation may write, beside its command and its outbox row. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'sku.create': ['sku'],
  'sku.update': ['sku'],
  'location.create': ['location'],
  'location.update': ['location'],
  'batch.create': ['sku', ...STOCK],
  'stock.configure': ['stock_level'],
  'batch.recall': [...LOCK, ...HOLD, ...STOCK],
  'batch.merge': [...DOCUMENT, ...STOCK],
  'batch.split': [...DOCUMENT, ...STOCK],
  'batch.update': ['stock_batch'],
  'batch.expireDue': ['stock_batch'],
  'lock.business': [...LOCK, ...STOCK],
  'lock.operation': [...LOCK, 'stock_batch'],
  'lock.release': [...LOCK, ...STOCK],
  'lock.expireDue': [...LOCK, ...STOCK],
  'bundle.create': ['sku', ...ASSEMBLY],
  'bundle.update': ASSEMBLY,
  'bundle.remove': ['sku', ...ASSEMBLY],
  'virtual.create': ['sku', ...ASSEMBLY],
  'virtual.update': ASSEMBLY,
  'virtual.remove': ['sku', ...ASSEMBLY],
  'reservation.reserve': [...HOLD, ...STOCK],
  'reservation.reserveMany': [...HOLD, ...STOCK],
  'reservation.confirm': HOLD,
  'reservation.extend': HOLD,
  'reservation.convert': HOLD,
  'reservation.release': [...HOLD, ...STOCK],
  'reservation.deduct': [...HOLD, ...STOCK],
  'reservation.expireDue': [...HOLD, ...STOCK],
  'inbound.purchase': [...DOCUMENT, ...STOCK, ...IN_TRANSIT, 'sku'],
  'inbound.return': [...DOCUMENT, ...STOCK, 'sku'],
  'inbound.production': [...DOCUMENT, ...STOCK, 'sku'],
  'inbound.opening': [...DOCUMENT, ...STOCK, 'sku'],
  'inbound.reverse': [...DOCUMENT, ...STOCK],
  'outbound.sales': [...DOCUMENT, ...HOLD, ...STOCK],
  'outbound.damage': [...DOCUMENT, ...STOCK],
  'outbound.pick': [...DOCUMENT, ...STOCK],
  'outbound.supplierReturn': [...DOCUMENT, ...STOCK],
  'outbound.reverse': [...DOCUMENT, ...STOCK],
  'adjustment.adjust': [...DOCUMENT, ...STOCK],
  'adjustment.adjustMany': [...DOCUMENT, ...STOCK],
  'adjustment.count': [...DOCUMENT, ...STOCK, 'stock_count_line'],
  'adjustment.countMany': [...DOCUMENT, ...STOCK, 'stock_count_line'],
  'transfer.create': TRANSFER,
  'transfer.ship': [...TRANSFER, ...IN_TRANSIT, ...DOCUMENT, ...STOCK],
  'transfer.receive': [...TRANSFER, ...IN_TRANSIT, ...DOCUMENT, ...STOCK],
  'transfer.writeOff': [...TRANSFER, ...IN_TRANSIT, ...PIECES],
  'transfer.cancel': [...TRANSFER, ...IN_TRANSIT, ...DOCUMENT, ...STOCK],
  'outbound.transfer': [...TRANSFER, ...IN_TRANSIT, ...DOCUMENT, ...STOCK],
  'inbound.transfer': [...TRANSFER, ...IN_TRANSIT, ...DOCUMENT, ...STOCK],
  'inTransit.create': IN_TRANSIT,
  'inTransit.update': IN_TRANSIT,
  'inTransit.cancel': IN_TRANSIT,
  'system.verify': ['job'],
  'system.rebuild': ['job'],
  'system.prune': ['job'],
  'system.cancelJob': ['job'],
  'snapshot.create': ['stock_snapshot', 'job'],
  'import.create': ['stock_import'],
  'import.upload': ['stock_import', 'stock_import_part'],
  'import.check': ['stock_import', 'job'],
  'import.run': ['stock_import', 'job'],
  'import.cancel': ['stock_import'],
  'alert.evaluate': ['stock_alert'],
  'alert.acknowledge': ['stock_alert'],
  'alert.resolve': ['stock_alert'],
  'token.create': ['token'],
  'token.revoke': ['token'],
  'webhook.create': ['webhook', 'event_subscriber'],
  'webhook.update': ['webhook', 'event_subscriber', 'event_delivery'],
  'webhook.rotateSecret': ['webhook'],
  'webhook.test': ['webhook'],
  'webhook.replay': ['webhook', 'event_delivery'],
  'webhook.remove': ['webhook', 'event_subscriber', 'event_delivery'],
};

/** Undefined for a procedure that only looks. */
export function writesOf(procedure: string): readonly string[] | undefined {
  return WRITES[procedure];
}

/** What changed and must not have. */
export function strayOf(procedure: string, { answer, changed }: Observed): string[] {
  const own = writesOf(procedure);
  const allowed = answer.status === 200 && own !== undefined ? [...own, 'command', 'command_sku', 'outbox'] : [];
  const stray = changed.filter((table) => !allowed.includes(table));
  return stray.length === 0 ? [] : [`changed ${stray.join(', ')} although it answered ${answer.status} ${answer.code}`];
}
