/** One way or more to break each invariant past the engine, and the row that verify must then name. For the rich history. */
import type { DataSource } from 'typeorm';
import { valueOf } from './database-state.ts';
import { movementEdits } from './movement-edits.ts';

export interface Corruption {
  readonly invariant: string;
  readonly what: string;
  readonly row: string;
  readonly sql: readonly string[];
}

const H1 = `sku_id = 'H1' AND location_id = 'default'`;
const LEVEL = 'level H1 / default';
const breaks = (invariant: string, what: string, how: readonly [row: string, ...sql: string[]]): Corruption => {
  const [row, ...sql] = how;
  return { invariant, what, row, sql };
};
const level = (set: string) => [LEVEL, `UPDATE stock_level SET ${set} WHERE ${H1}`] as const;
const lot = (set: string) => ['batch {lot}', `UPDATE stock_batch SET ${set} WHERE batch_id = '{lot}'`] as const;
const move = (version: string, set: string) =>
  [
    `movement H1 / default / ${version}`,
    `UPDATE stock_movement SET ${set} WHERE ${H1} AND version = ${version}`,
  ] as const;
const line = (of: string, set: string) =>
  [`reservation {${of}}`, `UPDATE reservation_line SET ${set} WHERE reservation_id = '{${of}}'`] as const;
const header = (of: string, set: string) =>
  [`reservation {${of}}`, `UPDATE reservation SET ${set} WHERE reservation_id = '{${of}}'`] as const;

const lockLine = (businessId: string, set: string) =>
  `UPDATE stock_lock_line SET ${set} WHERE lock_id = '{${businessId}}'`;

const part = (transferNo: string, set: string) =>
  `UPDATE stock_transfer_part SET ${set} WHERE transfer_id = '{${transferNo}}'`;

const INSERTED = `INSERT INTO stock_movement SELECT sku_id, location_id, version + 1, batch_id, kind, 0, 0, 0, 0, on_hand, reserved,
  locked, deficit, command_id, reservation_id, document_id, reason, occurred_at, recorded_at, hash FROM stock_movement`;

export const corruptions: readonly Corruption[] = [
  breaks('I1', 'a level that holds more than is on hand', level('reserved = on_hand + 1')),
  breaks('I1', 'a level with a deficit below zero', level('deficit = -1')),
  breaks('I1', 'a batch below zero', lot('on_hand = -1')),
  breaks('I1', 'a batch that holds more than is on hand', lot('locked = on_hand + 1')),
  breaks('I2', 'a level that is not the sum of its batches', [LEVEL, lot('on_hand = on_hand + 1')[1]]),
  breaks('I2', 'a bundle with stock of its own', [LEVEL, `UPDATE sku SET kind = 'bundle' WHERE sku_id = 'H1'`]),
  breaks('I2', 'a bundle that its SKU does not know of', [
    'SKU SET',
    `UPDATE sku SET kind = 'stock' WHERE sku_id = 'SET'`,
  ]),
  breaks('I2', 'a merged batch that nothing took over', lot(`status = 'merged'`)),
  breaks('I2', 'a merged batch that kept its goods', lot(`status = 'merged', merged_into = batch_id`)),
  breaks('I2', 'a batch whose level is gone', ['batch {lot}', `DELETE FROM stock_level WHERE ${H1}`]),
  breaks('I3', 'a level with another balance than its ledger', level('on_hand = on_hand + 1')),
  breaks('I3', 'a level that reserves less than its ledger', level('reserved = reserved - 1')),
  breaks('I3', 'a level that locks what its ledger does not', level('locked = locked + 1')),
  breaks('I3', 'a level that owes what its ledger does not', level('deficit = deficit + 1')),
  breaks('I3', 'a batch with other goods than its ledger', lot('on_hand = on_hand - 1')),
  breaks('I3', 'a batch that locks what its ledger does not', lot('locked = locked + 1')),
  breaks('I3', 'a level with movements and no row', [LEVEL, `DELETE FROM stock_level WHERE ${H1}`]),
  breaks('I3', 'a level that forgot when onHand last changed', level('on_hand_version = on_hand_version - 1')),
  breaks('I3', 'a movement whose balances do not follow', move('2', 'on_hand = on_hand + 1')),
  breaks('I3', 'a batch with another balance than its ledger', lot('reserved = reserved - 1')),
  breaks('I4', 'a version that is not the number of movements', level('version = version + 1')),
  breaks('I4', 'a newest movement that was deleted', [
    LEVEL,
    `DELETE FROM stock_movement WHERE ${H1} AND version = {last}`,
  ]),
  breaks('I4', 'a movement in the middle that was deleted', [
    'movement H1 / default / 3',
    `DELETE FROM stock_movement WHERE ${H1} AND version = 2`,
  ]),
  breaks('I4', 'a gap before the newest movement', [
    'movement H1 / default / {next}',
    move('{last}', 'version = version + 1')[1],
  ]),
  breaks('I5', 'a batch that is reserved by nobody', lot('reserved = reserved + 1')),
  breaks('I5', 'a line that forgot what it holds', line('O-5', 'held = 0')),
  breaks('I5', 'a header that asks for more than its lines', header('O-5', 'quantity = quantity + 1')),
  breaks('I5', 'a header that shipped what its lines still hold', header('O-5', 'fulfilled = 1')),
  breaks('I5', 'a reservation without lines', [
    'reservation {O-1}',
    `DELETE FROM reservation_line WHERE reservation_id = '{O-1}'`,
  ]),
  breaks('I5', 'an ended reservation that still holds', line('O-3', 'held = quantity')),
  breaks('I5', 'a bundle that holds another number of one part than of the others', [
    'reservation {O-11}',
    `UPDATE reservation_line SET held = held - 1 WHERE reservation_id = '{O-11}' AND sku_id = 'H7'`,
  ]),
  breaks('I5', 'a bundle whose parts lie at different places', [
    'reservation {O-11}',
    `UPDATE reservation_line SET location_id = 'south' WHERE reservation_id = '{O-11}' AND sku_id = 'H7' AND location_id = 'north'`,
  ]),
  breaks('I5', 'a deadline that its lines do not know', header('O-5', 'expires_at = expires_at + INTERVAL 1 SECOND')),
  breaks('I5', 'a confirmed reservation with a deadline', line('O-1', 'due_at = UTC_TIMESTAMP(6)')),
  breaks('I6', 'a batch that is locked by no lock', lot('locked = 1')),
  breaks('I6', 'a line of a lock that forgot what it holds', ['batch {L-1}', lockLine('LOCK-1', 'held = 0')]),
  breaks('I6', 'a lock that holds other than what it locked', [
    'lock {LOCK-1}',
    lockLine('LOCK-1', 'held = quantity - 1'),
  ]),
  breaks('I6', 'a released lock that still holds', ['lock {LOCK-2}', lockLine('LOCK-2', 'held = quantity')]),
  breaks('I6', 'a lock that ended and left its stock locked', [
    'batch {L-1}',
    `UPDATE stock_lock SET state = 'released' WHERE business_id = 'LOCK-1'`,
  ]),
  breaks('I6', 'a batch that is frozen by nobody', lot(`status = 'frozen'`)),
  breaks('I6', 'a frozen batch whose lock has ended', [
    'batch {L-2}',
    `UPDATE stock_lock SET state = 'released' WHERE kind = 'operation'`,
  ]),
  breaks('I6', 'an operation lock whose batch has thawed', [
    'lock {FREEZE}',
    `UPDATE stock_batch SET status = 'available', frozen_by = NULL WHERE batch_id = '{L-2}'`,
  ]),
  breaks('I7', 'two documents of one number', [
    'document purchase PO-1',
    `UPDATE stock_document SET document_no = 'PO-1' WHERE document_no = 'PO-2'`,
  ]),
  breaks('I7', 'two commands of one key', [
    'idempotency key of local',
    `UPDATE command SET idempotency_key = 'sold' WHERE idempotency_key = 'refused'`,
  ]),
  breaks('I7', 'one line of an order held twice', [
    'held reservation of order O-5',
    header('O-3', `business_id = 'O-5', state = 'active'`)[1],
  ]),
  breaks('I7', 'two business locks of one key', [
    'business lock of promotion LOCK-1',
    `UPDATE stock_lock SET business_id = 'LOCK-1', state = 'active' WHERE business_id = 'LOCK-2'`,
  ]),
  breaks('I7', 'a document that says another quantity than it moved', [
    'document purchase PO-2',
    `UPDATE stock_document_line SET quantity = quantity + 1 WHERE document_id = '{PO-2}'`,
  ]),
  ...Object.entries(movementEdits).map(([column, value]) =>
    breaks('I10', `an edited ${column} of a movement`, move('2', `${column} = ${value}`)),
  ),
  breaks('I10', 'an inserted row with the right figures', [
    'movement H1 / default / {next}',
    `${INSERTED} WHERE ${H1} AND version = {last}`,
    level('version = version + 1')[1],
  ]),
  breaks('I10', 'a level that names another head', level(`head_hash = REPEAT('x', 32)`)),
  breaks('I12', 'a piece that is sold and still on hand', [
    'level H12 / default',
    `UPDATE stock_serial SET state = 'sold' WHERE serial = 'S06'`,
  ]),
  breaks('I12', 'a piece in another batch than its own', [
    'batch {P-2}',
    `UPDATE stock_serial SET batch_id = '{P-2}' WHERE serial = 'S06'`,
  ]),
  breaks('I12', 'a piece that lies where its batch does not', [
    'serial H12 / S06',
    `UPDATE stock_serial SET location_id = 'north' WHERE serial = 'S06'`,
  ]),
  breaks('I12', 'a piece that is there and that nobody has', [
    'level H12 / default',
    `INSERT INTO stock_serial SELECT sku_id, 'GHOST', state, batch_id, location_id, document_id, reservation_id, version, created_at, changed_at, command_id FROM stock_serial WHERE serial = 'S06'`,
  ]),
  breaks('I12', 'a piece whose newest event was deleted', [
    'serial H12 / S06',
    `DELETE FROM stock_serial_event WHERE serial = 'S06'`,
  ]),
  breaks('I12', 'a piece on its way that was forgotten', [
    'SKU H12',
    `UPDATE stock_serial SET state = 'lost' WHERE state = 'inTransit'`,
  ]),
  breaks(
    'I11',
    'a movement that takes stock out for no reason',
    move('{shipped}', 'document_id = NULL, reservation_id = NULL'),
  ),
  breaks('I11', 'a document that was deleted', [
    'movement H2 / default / {sold}',
    `DELETE FROM stock_document WHERE document_no = 'O-9'`,
  ]),
  breaks('I11', 'a sold line of which more came back than left', [
    'document line {O-10} / 1',
    `UPDATE stock_document_line SET quantity = 1 WHERE document_id = '{O-10}'`,
  ]),
  breaks('I11', 'goods on their way that nobody received, lost or has', [
    'transfer TR-1 / 1',
    part('TR-1', 'in_transit = 1'),
  ]),
  breaks('I11', 'more on the way than left', ['transfer TR-1 / 1', part('TR-1', 'shipped = 6, in_transit = 3')]),
  breaks('I11', 'goods received that no document brought', [
    'transfer TR-1 / 1',
    part('TR-1', 'received = 3, in_transit = 1'),
  ]),
  breaks('I11', 'goods that came back without a document', [
    'transfer TR-2 / 1',
    part('TR-2', 'received = 5, returned = 0'),
  ]),
  breaks('I11', 'a transfer that ended with goods on the way', [
    'transfer TR-1 / 1',
    `UPDATE stock_transfer SET state = 'done' WHERE transfer_no = 'TR-1'`,
  ]),
  breaks('I11', 'goods on their way that are not expected', [
    'expected receipt {TR-1} / 1',
    `UPDATE stock_in_transit_line SET outstanding = 0 WHERE in_transit_id = '{TR-1}'`,
  ]),
  breaks('I11', 'a command that was deleted', [
    'movement H1 / default / 1',
    `DELETE FROM command WHERE command_id = (SELECT command_id FROM stock_movement WHERE ${H1} AND version = 1)`,
  ]),
];

/** What stands in braces above. */
const lookups: Readonly<Record<string, string>> = {
  lot: `SELECT batch_id FROM stock_batch WHERE ${H1} AND batch_no = 'LOT-1'`,
  last: `SELECT MAX(version) FROM stock_movement WHERE ${H1}`,
  next: `SELECT MAX(version) + 1 FROM stock_movement WHERE ${H1}`,
  shipped: `SELECT MIN(version) FROM stock_movement WHERE ${H1} AND on_hand_delta < 0`,
  sold: `SELECT m.version FROM stock_movement AS m JOIN stock_document AS d USING (document_id) WHERE d.document_no = 'O-9'`,
  'PO-2': `SELECT document_id FROM stock_document WHERE document_no = 'PO-2'`,
  'O-10': `SELECT document_id FROM stock_document WHERE type = 'sales' AND document_no = 'O-10'`,
  'O-1': `SELECT reservation_id FROM reservation WHERE business_id = 'O-1'`,
  'O-3': `SELECT reservation_id FROM reservation WHERE business_id = 'O-3'`,
  'O-11': `SELECT reservation_id FROM reservation WHERE business_id = 'O-11'`,
  'O-4': `SELECT reservation_id FROM reservation WHERE business_id = 'O-4'`,
  'O-5': `SELECT reservation_id FROM reservation WHERE business_id = 'O-5'`,
  'P-2': `SELECT batch_id FROM stock_batch WHERE sku_id = 'H12' AND location_id = 'default' AND batch_no = 'P-2'`,
  'L-1': `SELECT batch_id FROM stock_batch WHERE batch_no = 'L-1'`,
  'L-2': `SELECT batch_id FROM stock_batch WHERE batch_no = 'L-2'`,
  'LOCK-1': `SELECT lock_id FROM stock_lock WHERE business_id = 'LOCK-1'`,
  'LOCK-2': `SELECT lock_id FROM stock_lock WHERE business_id = 'LOCK-2'`,
  'TR-1': `SELECT transfer_id FROM stock_transfer WHERE transfer_no = 'TR-1'`,
  'TR-2': `SELECT transfer_id FROM stock_transfer WHERE transfer_no = 'TR-2'`,
  FREEZE: `SELECT lock_id FROM stock_lock WHERE kind = 'operation'`,
};

/** Breaks it and answers the row that must be named. */
export async function spoil(dataSource: DataSource, { row, sql }: Corruption): Promise<string> {
  const resolve = async (text: string): Promise<string> => {
    let resolved = text;
    for (const [, name = ''] of text.matchAll(/\{([^}]+)\}/g))
      resolved = resolved.replaceAll(`{${name}}`, await valueOf(dataSource, lookups[name] ?? ''));
    return resolved;
  };
  const [named, ...statements] = await Promise.all([row, ...sql].map(resolve));
  for (const statement of statements) {
    const { affectedRows } = (await dataSource.query(statement)) as { affectedRows: number };
    if (affectedRows === 0) throw new Error(`spoiled nothing: ${statement}`);
  }
  return named ?? '';
}
