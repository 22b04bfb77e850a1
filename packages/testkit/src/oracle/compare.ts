/** After every call: all balances of Granary against all balances of the oracle. */
import type { Batch } from '@granary/contracts/batch';
import type { Reservation } from '@granary/contracts/reservation';
import type { Level } from '@granary/contracts/stock';
import type { SerialSummary } from '@granary/contracts/serial';
import { statusOf } from './batch.ts';
import { costText } from './receipt.ts';
import { learnExpired } from './ledger.ts';
import type { OraclePiece } from './piece-row.ts';
import { Mismatch } from './verdict.ts';
import { heldOf, isHeld, keyOf, type OracleBatch, type OracleReservation, type World } from './world.ts';

export interface Dump {
  readonly levels: readonly Level[];
  readonly batches: readonly Batch[];
  /** Active and confirmed ones; when `complete`, the ended ones as well. */
  readonly reservations: readonly Reservation[];
  /** Of every SKU that ever had pieces. */
  readonly pieces: readonly SerialSummary[];
  readonly complete: boolean;
}

export function compareDump(world: World, dump: Dump): void {
  const held = dump.reservations.filter((each) => each.state === 'active' || each.state === 'confirmed');
  learnExpired(world, new Set(held.map((each) => each.id)));
  // A level without a movement may have a row or not.
  const moved = <T extends { readonly version: number }>(levels: readonly T[]) =>
    levels.filter((each) => each.version > 0);
  compareRows('the balances of levels', {
    actual: moved(dump.levels).map(levelRow),
    expected: moved([...world.levels.values()]).map(levelRow),
  });
  compareRows('the balances of batches', {
    actual: dump.batches.map((each) => batchRow({ ...each, id: each.batchId })),
    expected: [...world.batches.values()].map((each) =>
      batchRow({ ...each, unitCost: costText(each), status: statusOf(each) }),
    ),
  });
  compareRows('the pieces', {
    actual: dump.pieces.map((each) => pieceRow(each, each.version)),
    expected: [...world.pieces.values()].map((each) => pieceRow(each, each.history.length)),
  });
  const believed = [...world.reservations.values()].filter((each) => dump.complete || isHeld(each));
  compareRows('the reservations', {
    actual: dump.reservations.map((each) => reservationRow(each, each.held)),
    expected: believed.map((each) => reservationRow(each, heldOf(each))),
  });
}

type LevelBalances = Pick<
  Level,
  'skuId' | 'locationId' | 'onHand' | 'reserved' | 'locked' | 'deficit' | 'version' | 'onHandVersion'
>;

function levelRow(level: LevelBalances): string {
  const { skuId, locationId, onHand, reserved, locked, deficit, version, onHandVersion } = level;
  return keyOf(skuId, locationId, onHand, reserved, locked, deficit, version, onHandVersion);
}

type BatchBalances = Omit<OracleBatch, 'unitCost' | 'producedOn' | 'expiresAt' | 'receivedAt' | 'isMarked'> &
  Pick<Batch, 'unitCost' | 'producedOn' | 'expiresAt' | 'receivedAt' | 'status'>;

function batchRow(batch: BatchBalances): string {
  const { id, skuId, locationId, batchNo, onHand, reserved, locked, unitCost } = batch;
  const { qualityLevel, producedOn, expiresAt, receivedAt, status, frozenBy, mergedInto, splitFrom } = batch;
  const facts = keyOf(qualityLevel, producedOn, expiresAt, receivedAt, status, frozenBy, mergedInto, splitFrom);
  return keyOf(id, skuId, locationId, batchNo, onHand, reserved, locked, unitCost, facts);
}

type Whereabouts = Pick<OraclePiece, 'skuId' | 'serial' | 'state' | 'batchId' | 'locationId' | 'reservationId'>;

function pieceRow(each: Whereabouts, version: number): string {
  const { skuId, serial, state, batchId, locationId, reservationId } = each;
  return keyOf(skuId, serial, state, batchId, locationId, reservationId, version);
}

type Told = Pick<Reservation, 'id' | 'type' | 'businessId' | 'skuId' | 'lineId' | 'state' | 'quantity' | 'version'> &
  Pick<OracleReservation | Reservation, 'expiresAt'>;

function reservationRow(each: Told, held: number): string {
  const { id, type, businessId, skuId, lineId, state, quantity, version } = each;
  // What the deadline of an ended one is told as, SPEC leaves open.
  const expiresAt = state === 'active' ? each.expiresAt : null;
  return keyOf(id, type, businessId, skuId, lineId, state, quantity, held, version, expiresAt);
}

function compareRows(what: string, rows: { actual: readonly string[]; expected: readonly string[] }): void {
  const [told, believed] = [new Set(rows.actual), new Set(rows.expected)];
  const differing = {
    actual: rows.actual.filter((row) => !believed.has(row)),
    expected: rows.expected.filter((row) => !told.has(row)),
  };
  const repeated = told.size !== rows.actual.length;
  if (differing.actual.length + differing.expected.length > 0 || repeated) {
    throw new Mismatch(`${what} differ`, differing);
  }
}
