/** Single pieces of serial-tracked SKUs: where each is and what it was, and the one way in which one moves. In stock lie exactly as many as are on hand. */
import type { SerialState } from '@granary/contracts/serial';
import { compare } from './fill.ts';
import type { OraclePiece } from './piece-row.ts';
import { keyOf, type OracleBatch, type World } from './world.ts';

export function isTracked(world: World, skuId: string): boolean {
  return world.skus.get(skuId)?.serialTracked === true;
}

export function pieceOf(world: World, skuId: string, serial: string): OraclePiece | undefined {
  return world.pieces.get(keyOf(skuId, serial));
}

/** The names of what lies in a batch, lowest first. */
export function piecesIn(world: World, batchId: string): string[] {
  const own = [...world.pieces.values()].filter((piece) => piece.state === 'inStock' && piece.batchId === batchId);
  return own.map((piece) => piece.serial).toSorted(compare);
}

export interface PieceMove {
  readonly state: SerialState;
  readonly batch: Pick<OracleBatch, 'id' | 'skuId' | 'locationId'>;
  readonly documentId: string | null | undefined;
  readonly reservationId?: string | null;
}

export function movePieces(world: World, serials: readonly string[], move: PieceMove): void {
  const { state, batch, documentId, reservationId = null } = move;
  const { skuId, id: batchId, locationId } = batch;
  for (const serial of serials) {
    const history = [...(pieceOf(world, skuId, serial)?.history ?? []), state];
    const piece = { skuId, serial, state, batchId, locationId, documentId, reservationId, history };
    world.pieces.set(keyOf(skuId, serial), piece);
  }
}

/** The oracle's own conscience: a way of goods on which it forgot the pieces would show here first. */
export function expectPieces(world: World): void {
  for (const batch of world.batches.values()) {
    if (!isTracked(world, batch.skuId)) continue;
    const pieces = piecesIn(world, batch.id).length;
    if (pieces !== batch.onHand)
      throw new Error(
        `the oracle broke I12: ${pieces} pieces of ${batch.onHand} in ${batch.batchNo} at ${batch.locationId}`,
      );
  }
}
