/** After every call: all balances of Granary against all balances of the oracle. */
import type { Batch } from '@granary/contracts/batch';
import type { Reservation } from '@granary/contracts/reservation';
import type { Level } from '@granary/contracts/stock';
import { costText } from './inbound.ts';
import { learnExpired } from './ledger.ts';
import { expectEqual, Mismatch } from './verdict.ts';
import { heldOf, isHeld, keyOf, type World } from './world.ts';

export interface Dump {
  readonly levels: readonly Level[];
  readonly batches: readonly Batch[];
  /** Active and confirmed ones; when `complete`, the ended ones as well. */
  readonly reservations: readonly Reservation[];
  readonly complete: boolean;
}

export function compareDump(world: World, dump: Dump): void {
  learnExpired(
    world,
    new Set(
      dump.reservations.filter((each) => each.state === 'active' || each.state === 'confirmed').map((each) => each.id),
    ),
  );
  compareTexts(
    'the balances of levels',
    dump.levels
      .filter((each) => each.version > 0)
      .map((each) => [each.skuId, each.locationId, each.onHand, each.reserved, each.version]),
    [...world.levels.values()]
      .filter((each) => each.version > 0)
      .map((each) => [each.skuId, each.locationId, each.onHand, each.reserved, each.version]),
  );
  compareTexts(
    'the balances of batches',
    dump.batches.map((each) => [
      each.batchId,
      each.skuId,
      each.locationId,
      each.batchNo,
      each.onHand,
      each.reserved,
      each.unitCost,
      each.expiresAt,
      each.receivedAt,
    ]),
    [...world.batches.values()].map((each) => [
      ...[each.id, each.skuId, each.locationId, each.batchNo, each.onHand, each.reserved],
      ...[costText(each), each.expiresAt, each.receivedAt],
    ]),
  );
  const told = dump.reservations;
  compareTexts(
    'the reservations',
    told.map((each) => [
      each.id,
      each.type,
      each.businessId,
      each.skuId,
      each.lineId,
      each.state,
      each.quantity,
      each.held,
      heldState(each) ? each.expiresAt : null,
    ]),
    [...world.reservations.values()]
      .filter((each) => dump.complete || isHeld(each))
      .map((each) => [
        ...[each.id, each.type, each.businessId, each.skuId, each.lineId, each.state],
        ...[each.quantity, heldOf(each), isHeld(each) ? each.expiresAt : null],
      ]),
  );
  compareVersions(world, told);
}

function heldState(reservation: Reservation): boolean {
  return reservation.state === 'active' || reservation.state === 'confirmed';
}

/** After a sale only that the version has risen is certain. */
function compareVersions(world: World, told: readonly Reservation[]): void {
  for (const each of told) {
    const known = world.reservations.get(each.id);
    if (known === undefined) continue;
    if (known.versionIsAtLeast && each.version >= known.version) known.version = each.version;
    known.versionIsAtLeast = false;
    expectEqual(`the version of ${each.id}`, each.version, known.version);
  }
}

function compareTexts(
  what: string,
  actual: readonly (readonly (string | number | null)[])[],
  expected: readonly (readonly (string | number | null)[])[],
): void {
  const [told, believed] = [actual, expected].map((rows) => new Set(rows.map((row) => keyOf(...row))));
  if (told === undefined || believed === undefined) return;
  const differing = {
    actual: [...told].filter((row) => !believed.has(row)),
    expected: [...believed].filter((row) => !told.has(row)),
  };
  if (differing.actual.length + differing.expected.length > 0) throw new Mismatch(`${what} differ`, differing);
}
