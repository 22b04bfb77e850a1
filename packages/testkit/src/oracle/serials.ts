/** serial.get and serial.list: where pieces are, and what they have been. */
import type { Serial, SerialListInput, SerialSummary } from '@granary/contracts/serial';
import type { Listed } from './lists.ts';
import type { OraclePiece } from './piece-row.ts';
import { pieceOf } from './piece.ts';
import { createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import { batchOf, type World } from './world.ts';

export function judgeSerialGet(
  world: World,
  { skuId, serial }: { skuId: string; serial: string },
  outcome: Outcome<Serial>,
): void {
  const refusals = createRefusals();
  const piece = pieceOf(world, skuId, serial);
  if (piece === undefined) refusals.must.set('INV_007', 'no such piece');
  if (!settle(outcome, refusals) || piece === undefined) return;
  const { history, truncated } = outcome.answer;
  expectSummary(world, outcome.answer, piece);
  expectEqual(
    `the history of ${serial}`,
    { truncated, steps: history.map(({ seq, state }) => [seq, state]) },
    { truncated: false, steps: piece.history.map((state, at) => [at + 1, state]) },
  );
}

export function expectSummary(world: World, actual: SerialSummary, piece: OraclePiece): void {
  const { skuId, serial, state, batchId, locationId, documentId, reservationId, history } = piece;
  const { batchNo } = batchOf(world, batchId);
  const told = {
    ...{
      skuId: actual.skuId,
      serial: actual.serial,
      state: actual.state,
      batchId: actual.batchId,
      batchNo: actual.batchNo,
    },
    ...{ locationId: actual.locationId, reservationId: actual.reservationId, version: actual.version },
    documentId: documentId === undefined ? undefined : actual.documentId,
  };
  expectEqual(`piece ${serial}`, told, {
    ...{ skuId, serial, state, batchId, batchNo, locationId, documentId, reservationId, version: history.length },
  });
}

export function judgeSerialList(world: World, input: SerialListInput, outcome: Outcome<Listed<SerialSummary>>): void {
  const refusals = createRefusals();
  if (!world.skus.has(input.skuId)) refusals.may.add('INV_001');
  if (!settle(outcome, refusals)) return;
  const fits = [...world.pieces.values()].filter(
    (piece) =>
      piece.skuId === input.skuId &&
      (input.state === undefined || piece.state === input.state) &&
      (input.batchId === undefined || piece.batchId === input.batchId) &&
      (input.locationId === undefined || piece.locationId === input.locationId),
  );
  const told = outcome.answer.items.map((row) => row.serial);
  expectEqual('the pieces listed', told.toSorted(), fits.map((piece) => piece.serial).toSorted());
  for (const row of outcome.answer.items) {
    const piece = fits.find((each) => each.serial === row.serial);
    if (piece !== undefined) expectSummary(world, row, piece);
  }
}
