/** Lists and single rows: what is told must be what there is, once each, through every filter and page size. */
import type { Batch, BatchListInput } from '@granary/contracts/batch';
import type { Document, DocumentGetInput, DocumentSummary, DocumentType } from '@granary/contracts/document';
import type { Location } from '@granary/contracts/location';
import type { Movement } from '@granary/contracts/movement';
import type { Reservation, ReservationListInput } from '@granary/contracts/reservation';
import type { Sku, SkuListInput } from '@granary/contracts/sku';
import type { Level, LevelListInput, StockMovementsInput } from '@granary/contracts/stock';
import { expectBatch, statusOf } from './batch.ts';
import { toldNow } from './documents.ts';
import { expectLevel } from './level.ts';
import { expectLocation } from './location.ts';
import { expectReservation } from './reserve-answer.ts';
import { expectSku } from './sku.ts';
import { createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import { keyOf, type OracleLevel, type World } from './world.ts';

/** The items of all pages of one list, in order. */
export interface Listed<T> {
  readonly items: readonly T[];
}

/** Compares a list with the rows that it should hold, by key, and each row by itself. */
function compareRows<A, E>(
  what: string,
  lists: { actual: readonly A[]; expected: readonly E[] },
  of: { actualKey: (row: A) => string; expectedKey: (row: E) => string; compare?: (actual: A, expected: E) => void },
): void {
  expectEqual(
    `the rows of ${what}`,
    lists.actual.map(of.actualKey).toSorted(),
    lists.expected.map(of.expectedKey).toSorted(),
  );
  const byKey = new Map(lists.expected.map((row) => [of.expectedKey(row), row]));
  for (const row of lists.actual) {
    const expected = byKey.get(of.actualKey(row));
    if (expected !== undefined) of.compare?.(row, expected);
  }
}

export function judgeSkuList(world: World, input: SkuListInput, outcome: Outcome<Listed<Sku>>): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.skus.values()].filter(
    (sku) =>
      (input.spuId === undefined || sku.spuId === input.spuId) &&
      (input.status === undefined || sku.status === input.status),
  );
  const key = (row: { skuId: string }) => row.skuId;
  compareRows(
    'sku.list',
    { actual: outcome.answer.items, expected: fits },
    { actualKey: key, expectedKey: key, compare: expectSku },
  );
}

export function judgeLocationList(world: World, _input: unknown, outcome: Outcome<Listed<Location>>): void {
  if (!settle(outcome, createRefusals())) return;
  const key = (row: { locationId: string }) => row.locationId;
  const lists = { actual: outcome.answer.items, expected: [...world.locations.values()] };
  compareRows('location.list', lists, { actualKey: key, expectedKey: key, compare: expectLocation });
}

export function judgeLevels(world: World, input: LevelListInput, outcome: Outcome<Listed<Level>>): void {
  if (!settle(outcome, createRefusals())) return;
  // A level without a movement may have a row or not.
  const fits = [...world.levels.values()].filter((level) => level.version > 0 && matches(input, level));
  const key = (row: { skuId: string; locationId: string }) => keyOf(row.skuId, row.locationId);
  const lists = { actual: outcome.answer.items.filter((row) => row.version > 0), expected: fits };
  compareRows('stock.levels', lists, {
    actualKey: key,
    expectedKey: key,
    compare: (actual, expected) => expectLevel(world, actual, expected),
  });
}

export function judgeBatchList(world: World, input: BatchListInput, outcome: Outcome<Listed<Batch>>): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.batches.values()].filter(
    (batch) => matches(input, batch) && (input.status === undefined || statusOf(batch) === input.status),
  );
  compareRows(
    'batch.list',
    { actual: outcome.answer.items, expected: fits },
    {
      actualKey: (row) => row.batchId,
      expectedKey: (row) => row.id,
      compare: (actual, expected) => expectBatch(world, actual, expected),
    },
  );
}

function matches(
  input: { skuId?: string | undefined; locationId?: string | undefined },
  row: { skuId: string; locationId: string },
): boolean {
  return (
    (input.skuId === undefined || input.skuId === row.skuId) &&
    (input.locationId === undefined || input.locationId === row.locationId)
  );
}

export function judgeReservationList(
  world: World,
  input: ReservationListInput,
  outcome: Outcome<Listed<Reservation>>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.reservations.values()].filter((each) =>
    (['type', 'businessId', 'skuId', 'state'] as const).every(
      (field) => input[field] === undefined || input[field] === each[field],
    ),
  );
  const key = (row: { id: string }) => row.id;
  const lists = { actual: outcome.answer.items, expected: fits };
  compareRows('reservation.list', lists, {
    actualKey: key,
    expectedKey: key,
    compare: (actual, expected) => expectReservation(world, actual, expected),
  });
}

export function judgeDocumentList(
  world: World,
  call: {
    types: readonly DocumentType[];
    type?: DocumentType | undefined;
    orderNo?: string | undefined;
    supplier?: string | undefined;
  },
  outcome: Outcome<Listed<DocumentSummary>>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.documents.values()].filter(
    (each) =>
      (call.type === undefined ? call.types.includes(each.type) : call.type === each.type) &&
      (call.supplier === undefined || call.supplier === each.answer.supplier) &&
      (call.orderNo === undefined || call.orderNo === each.orderNo),
  );
  const key = (row: { type: string; documentNo: string; id: string }) => keyOf(row.type, row.documentNo, row.id);
  const told = outcome.answer.items.filter((row) => !world.untold.has(keyOf(row.type, row.documentNo)));
  compareRows('the list of documents', { actual: told, expected: fits }, { actualKey: key, expectedKey: key });
}

export function judgeDocumentGet(
  world: World,
  call: { types: readonly DocumentType[]; input: DocumentGetInput },
  outcome: Outcome<Document>,
): void {
  const { id, type, documentNo } = call.input;
  const known = [...world.documents.values()].find((each) =>
    id === undefined ? each.type === type && each.documentNo === documentNo : each.id === id,
  );
  const refusals = createRefusals();
  if (known === undefined || !(call.types.includes(known.type) || (known.type === 'reversal' && call.types.length > 2)))
    refusals.must.set('INV_007', 'no such document');
  if (settle(outcome, refusals) && known !== undefined)
    expectEqual(`document ${known.documentNo}`, outcome.answer, toldNow(known));
}

/** The ledger of a level: without a gap from 1 to its version, each balance following from the one before. */
export function judgeMovements(world: World, input: StockMovementsInput, outcome: Outcome<Listed<Movement>>): void {
  const refusals = createRefusals();
  // A reader of an unknown SKU may be told so, or be shown an empty ledger.
  if (input.skuId !== undefined && !world.skus.has(input.skuId)) refusals.may.add('INV_001');
  if (!settle(outcome, refusals)) return;
  for (const level of world.levels.values()) {
    if (level.skuId !== input.skuId || (input.locationId !== undefined && input.locationId !== level.locationId))
      continue;
    const rows = outcome.answer.items.filter((row) => row.skuId === level.skuId && row.locationId === level.locationId);
    expectLedger(
      rows.toSorted((a, b) => a.version - b.version),
      level,
    );
  }
}

function expectLedger(rows: readonly Movement[], level: OracleLevel): void {
  expectEqual(
    'the versions of the ledger',
    rows.map((row) => row.version),
    rows.map((_row, index) => index + 1),
  );
  expectEqual('the number of movements', rows.length, level.version);
  let [onHand, reserved, locked, deficit] = [0, 0, 0, 0];
  for (const row of rows) {
    onHand += row.onHandDelta;
    reserved += row.reservedDelta;
    locked += row.lockedDelta;
    deficit += row.deficitDelta;
    const told = [row.onHand, row.reserved, row.locked, row.deficit];
    expectEqual(`the balances of movement ${row.version}`, told, [onHand, reserved, locked, deficit]);
  }
  const believed = [level.onHand, level.reserved, level.locked, level.deficit];
  expectEqual('the newest balances', [onHand, reserved, locked, deficit], believed);
}

/** One row by its id, compared with what the oracle has under it. */
export function judgeGet<A, E>(
  found: E | undefined,
  call: { code: 'INV_001' | 'INV_007'; compare: (actual: A, expected: E) => void },
  outcome: Outcome<A>,
): void {
  const refusals = createRefusals();
  if (found === undefined) refusals.must.set(call.code, 'there is none');
  if (settle(outcome, refusals) && found !== undefined) call.compare(outcome.answer, found);
}
