/** One way or more to break each invariant past the engine, and the row that verify must then name. For the rich history. */
import type { DataSource } from 'typeorm';
import { valueOf } from './database-state.ts';

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

const INSERTED = `INSERT INTO stock_movement SELECT sku_id, location_id, version + 1, batch_id, kind, 0, 0, 0, 0, on_hand, reserved,
  locked, deficit, command_id, reservation_id, document_id, reason, occurred_at, recorded_at, hash FROM stock_movement`;

export const corruptions: readonly Corruption[] = [
  breaks('I1', 'a level that holds more than is on hand', level('reserved = on_hand + 1')),
  breaks('I1', 'a level with a deficit below zero', level('deficit = -1')),
  breaks('I1', 'a batch below zero', lot('on_hand = -1')),
  breaks('I1', 'a batch that holds more than is on hand', lot('locked = on_hand + 1')),
  breaks('I2', 'a level that is not the sum of its batches', [LEVEL, lot('on_hand = on_hand + 1')[1]]),
  breaks('I2', 'a batch whose level is gone', ['batch {lot}', `DELETE FROM stock_level WHERE ${H1}`]),
  breaks('I3', 'a level with another balance than its ledger', level('on_hand = on_hand + 1')),
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
  breaks('I5', 'a deadline that its lines do not know', header('O-5', 'expires_at = expires_at + INTERVAL 1 SECOND')),
  breaks('I5', 'a confirmed reservation with a deadline', line('O-1', 'due_at = UTC_TIMESTAMP(6)')),
  breaks('I6', 'a batch that is locked by no lock', lot('locked = 1')),
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
  breaks('I7', 'a document that says another quantity than it moved', [
    'document purchase PO-2',
    `UPDATE stock_document_line SET quantity = quantity + 1 WHERE document_id = '{PO-2}'`,
  ]),
  breaks('I10', 'an edited reason', move('1', `reason = 'nothing to see'`)),
  breaks('I10', 'an edited time', move('2', 'occurred_at = occurred_at - INTERVAL 1 SECOND')),
  breaks('I10', 'an inserted row with the right figures', [
    'movement H1 / default / {next}',
    `${INSERTED} WHERE ${H1} AND version = {last}`,
    level('version = version + 1')[1],
  ]),
  breaks('I10', 'a level that names another head', level(`head_hash = REPEAT('x', 32)`)),
  breaks(
    'I11',
    'a movement that takes stock out for no reason',
    move('{shipped}', 'document_id = NULL, reservation_id = NULL'),
  ),
  breaks('I11', 'a document that was deleted', [
    'movement H2 / default / {sold}',
    `DELETE FROM stock_document WHERE document_no = 'O-9'`,
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
  'O-1': `SELECT reservation_id FROM reservation WHERE business_id = 'O-1'`,
  'O-3': `SELECT reservation_id FROM reservation WHERE business_id = 'O-3'`,
  'O-5': `SELECT reservation_id FROM reservation WHERE business_id = 'O-5'`,
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

/** Without these the database itself refuses most of the above. Unique keys stay as plain ones: queries name them. */
export const takeDownTheWalls: readonly string[] = [
  ...['stock_level', 'stock_batch'].flatMap((table) =>
    ['on_hand', 'reserved', 'locked', 'free'].map((check) => `ALTER TABLE ${table} DROP CONSTRAINT ${table}_${check}`),
  ),
  'ALTER TABLE stock_level DROP CONSTRAINT stock_level_deficit',
  'ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_cause',
  'ALTER TABLE stock_document DROP INDEX stock_document_no, ADD INDEX stock_document_no (type, document_no)',
  'ALTER TABLE command DROP INDEX command_key, ADD INDEX command_key (actor, idempotency_key)',
  'ALTER TABLE reservation DROP INDEX reservation_held, ADD INDEX reservation_held (business_id, type, sku_id, line_id, held)',
];
