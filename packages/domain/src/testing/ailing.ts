/** A seeded fault of every ailment that lies in the database, for the rich history: what the doctor must find, and whether it may mend it. */
import type { Ailment } from '@granary/contracts/doctor';
import { type Corruption } from './corruptions.ts';

export interface Fault extends Pick<Corruption, 'what' | 'row' | 'sql'> {
  readonly ailment: Ailment;
  /** Whether a repair puts it right; else a person must decide. */
  readonly heals: boolean;
}

const H1 = `sku_id = 'H1' AND location_id = 'default'`;
const LEVEL = 'level H1 / default';
const AGO = `UTC_TIMESTAMP(6) - INTERVAL 1 HOUR`;
const GHOST = '01J0000000000000000000GONE';

type How = readonly [row: string, ...sql: string[]];
const fault =
  (ailment: Ailment, heals: boolean) =>
  (what: string, [row, ...sql]: How): Fault => ({
    ...{ ailment, heals, what, row, sql },
  });
const heals = (ailment: Ailment, what: string, how: How) => fault(ailment, true)(what, how);
const stays = (ailment: Ailment, what: string, how: How) => fault(ailment, false)(what, how);

const subscriber = (name: string) =>
  `INSERT INTO event_subscriber (subscriber, delivered, failed) VALUES ('${name}', 0, 0)`;
const delivery = (name: string, state: string, next: string) =>
  `INSERT INTO event_delivery (subscriber, event_id, position, aggregate, to_version, event_type, event_json, state, attempts, next_attempt_at, created_at)
   VALUES ('${name}', 'level:H1/default:1', '${GHOST}', 'level:H1/default', 1, 'stock.level.changed', '{}', '${state}', 0, ${next}, ${AGO})`;
const job = (state: string, cancel: number) =>
  `INSERT INTO job (job_id, kind, state, is_cancel_requested, input_json, done, row_count, attempts, holder, lease_until, requested_by, command_id, requested_at, version)
   SELECT '${GHOST}', 'verify', '${state}', ${cancel}, '{}', 0, 0, 1, 'dead', ${AGO}, 'local', command_id, ${AGO}, 1 FROM command ORDER BY command_id LIMIT 1`;

const told = (id: string, from: number) =>
  `JSON_OBJECT('type', 'stock.reservation.extended', 'kind', 'reservation', 'id', '${id}', 'from', ${from}, 'to', ${from + 1}, 'commandId', '${GHOST}')`;

export const faults: readonly Fault[] = [
  heals('counters', 'onHand of a level', [LEVEL, `UPDATE stock_level SET on_hand = on_hand + 3 WHERE ${H1}`]),
  heals('counters', 'reserved of a batch', [
    'batch {lot}',
    `UPDATE stock_batch SET reserved = 0 WHERE batch_id = '{lot}'`,
  ]),
  heals('counters', 'the version of a level', [LEVEL, `UPDATE stock_level SET version = version + 7 WHERE ${H1}`]),
  heals('missingLevels', 'a level that is gone', [LEVEL, `DELETE FROM stock_level WHERE ${H1}`]),
  heals('missingLevels', 'a level that is gone under a batch that never moved', [
    'batch GHOST',
    `INSERT INTO stock_batch (batch_id, sku_id, location_id, batch_no, quality_level, status, on_hand, reserved, locked, unit_cost, expires_at, received_at, version)
     SELECT 'GHOST', 'GHOST', location_id, batch_no, quality_level, status, 0, 0, 0, unit_cost, expires_at, received_at, 0 FROM stock_batch WHERE batch_id = '{lot}'`,
  ]),
  stays('ledger', 'an edited movement', [
    'movement H1 / default / 1',
    `UPDATE stock_movement SET reason = 'nothing to see' WHERE ${H1} AND version = 1`,
  ]),
  stays('counters', 'counters over a ledger that was cut', [
    LEVEL,
    `DELETE FROM stock_movement WHERE ${H1} AND version = {last}`,
  ]),
  stays('mergedBatches', 'a merged batch that nothing took over', [
    'batch {lot}',
    `UPDATE stock_batch SET status = 'merged' WHERE batch_id = '{lot}'`,
  ]),
  stays('holds', 'a header that asks for more than its lines', [
    'reservation {O-5}',
    `UPDATE reservation SET quantity = quantity + 1 WHERE reservation_id = '{O-5}'`,
  ]),
  heals('holdDeadlines', 'lines with another deadline', [
    'reservation {O-5}',
    `UPDATE reservation_line SET due_at = due_at + INTERVAL 1 DAY WHERE reservation_id = '{O-5}'`,
  ]),
  heals('holdDeadlines', 'a confirmed reservation with a deadline', [
    'reservation {O-1}',
    `UPDATE reservation_line SET due_at = ${AGO} WHERE reservation_id = '{O-1}'`,
  ]),
  stays('locks', 'a lock that forgot what it holds', [
    'lock {LOCK-1}',
    `UPDATE stock_lock_line SET held = 0 WHERE lock_id = '{LOCK-1}'`,
  ]),
  stays('serials', 'a piece that is sold and still on hand', [
    'level H12 / default',
    `UPDATE stock_serial SET state = 'sold' WHERE serial = 'S06'`,
  ]),
  stays('causes', 'a movement without its document', [
    'movement H2 / default / {sold}',
    `DELETE FROM stock_document WHERE document_no = 'O-9'`,
  ]),
  stays('keys', 'a document that says another quantity than it moved', [
    'document purchase PO-2',
    `UPDATE stock_document_line SET quantity = quantity + 1 WHERE document_id = '{PO-2}'`,
  ]),
  stays('bundles', 'a bundle that its SKU does not know of', [
    'SKU SET',
    `UPDATE sku SET kind = 'stock' WHERE sku_id = 'SET'`,
  ]),
  heals('overdueHolds', 'a hold that nobody expired', [
    'reservation {O-5}',
    `UPDATE reservation SET expires_at = ${AGO} WHERE reservation_id = '{O-5}'`,
    `UPDATE reservation_line SET due_at = ${AGO} WHERE reservation_id = '{O-5}' AND held > 0`,
  ]),
  heals('overdueLocks', 'a lock that nobody ended', [
    'lock {LOCK-1}',
    `UPDATE stock_lock SET expires_at = ${AGO} WHERE lock_id = '{LOCK-1}'`,
  ]),
  heals('expiredBatches', 'a batch that nobody marked', [
    'batch {lot}',
    `UPDATE stock_batch SET expires_at = ${AGO} WHERE batch_id = '{lot}'`,
  ]),
  heals('lostEvents', 'a pointer that is missing in the outbox', [
    LEVEL,
    `UPDATE outbox_cursor SET version = version - 2 WHERE aggregate = 'level:H1/default'`,
  ]),
  heals('lostEvents', 'a level of which nothing was ever told', [
    LEVEL,
    `DELETE FROM outbox_cursor WHERE aggregate = 'level:H1/default'`,
  ]),
  stays('lostEvents', 'more told than the level knows', [
    LEVEL,
    `UPDATE outbox_cursor SET version = version + 5 WHERE aggregate = 'level:H1/default'`,
  ]),
  stays('lostEvents', 'an event that waits for one that will not come', [
    'reservation:{O-5}',
    `INSERT INTO outbox (outbox_id, facts, created_at) VALUES ('${GHOST}', JSON_ARRAY(${told('{O-5}', 7)}, ${told('{O-5}', 8)}), ${AGO})`,
  ]),
  stays('lostEvents', 'an event of something of which nothing was ever told', [
    `reservation:${GHOST}`,
    `INSERT INTO outbox (outbox_id, facts, created_at) VALUES ('${GHOST}', JSON_ARRAY(${told(GHOST, 3)}), ${AGO})`,
  ]),
  stays('outbox', 'events that nobody publishes', [
    'outbox',
    `INSERT INTO outbox (outbox_id, facts, created_at) VALUES ('${GHOST}', '[]', ${AGO})`,
    `UPDATE lease SET expires_at = ${AGO}`,
  ]),
  stays('deadLetters', 'events that were given up', [
    'listener:dead',
    subscriber('listener:dead'),
    delivery('listener:dead', 'dead', 'NULL'),
  ]),
  heals('stuckDeliveries', 'events that will never be tried', [
    'listener:stuck / level:H1/default',
    subscriber('listener:stuck'),
    delivery('listener:stuck', 'pending', 'NULL'),
  ]),
  stays('lateDeliveries', 'events that nobody delivers', [
    'listener:late',
    subscriber('listener:late'),
    delivery('listener:late', 'pending', AGO),
  ]),
  heals('jobs', 'a job that was told to stop and whose worker died', [`job verify ${GHOST}`, job('running', 1)]),
  stays('jobs', 'a job whose worker died', [`job verify ${GHOST}`, job('running', 0)]),
  stays('jobs', 'a job that was handed back and nobody takes over', [
    `job verify ${GHOST}`,
    job('running', 0),
    `UPDATE job SET lease_until = NULL, holder = NULL, progress_at = ${AGO} WHERE job_id = '${GHOST}'`,
  ]),
  stays('jobs', 'a job that nobody takes', [`job verify ${GHOST}`, job('queued', 0)]),
  heals('snapshots', 'a snapshot that nobody takes', [
    `snapshot ${GHOST}`,
    `INSERT INTO stock_snapshot (snapshot_id, kind, state, at, level_count, batch_count, requested_by, created_at, version, command_id)
     SELECT '${GHOST}', 'manual', 'taking', ${AGO}, 0, 0, 'local', ${AGO}, 1, command_id FROM command ORDER BY command_id LIMIT 1`,
  ]),
  stays('imports', 'an import that nobody works at', [
    `import ${GHOST}`,
    `INSERT INTO stock_import (import_id, kind, state, file_hash, is_export, part_count, line_count, error_count, applied, unchanged, requested_by, created_at, updated_at, version)
     VALUES ('${GHOST}', 'skus', 'checking', REPEAT('x', 32), 0, 0, 0, 0, 0, 0, 'local', ${AGO}, ${AGO}, 1)`,
  ]),
  stays('transfers', 'a transfer of which nothing is on its way', [
    'transfer TR-1',
    `UPDATE stock_transfer_part SET in_transit = 0 WHERE transfer_id = '{TR-1}'`,
  ]),
  heals('oldKeys', 'keys that nobody takes away', [
    'command',
    `UPDATE command SET recorded_at = recorded_at - INTERVAL 30 DAY WHERE idempotency_key = 'sold'`,
  ]),
  stays('orphanRows', 'lines of a reservation that is gone', [
    'reservation_line {O-4}',
    `DELETE FROM reservation WHERE reservation_id = '{O-4}'`,
  ]),
  heals('strayRows', 'the SKUs of a command that is gone', [
    `command_sku ${GHOST}`,
    `INSERT INTO command_sku (command_id, sku_id, recorded_at) VALUES ('${GHOST}', 'H1', ${AGO})`,
  ]),
  heals('strayRows', 'rows of a snapshot that is gone', [
    `stock_snapshot_level ${GHOST}`,
    `INSERT INTO stock_snapshot_level (snapshot_id, sku_id, location_id, on_hand, reserved, locked, deficit, version) VALUES ('${GHOST}', 'H1', 'default', 1, 0, 0, 0, 1)`,
  ]),
];
