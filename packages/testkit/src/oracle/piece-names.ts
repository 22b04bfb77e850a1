/** The names of pieces that a call says: as many as there are units, each once, and each of a piece that can do what it shall. */
import { checkNamed } from './named-batch.ts';
import { isTracked, pieceOf } from './piece.ts';
import { met } from './sometimes.ts';
import type { Refusals } from './verdict.ts';
import { keyOf, type World } from './world.ts';

export interface NamingLine {
  readonly skuId: string;
  readonly quantity: number;
  readonly serials?: readonly string[] | undefined;
}

/** Whatever the pieces are: only of a tracked SKU, exactly so many, none twice. */
export function checkShape(world: World, lines: readonly NamingLine[], refusals: Refusals): void {
  const seen = new Set<string>();
  for (const { skuId, quantity, serials = [] } of lines) {
    if (serials.length > 0 && !isTracked(world, skuId)) refusals.must.set('INV_005', `${skuId} is not serial-tracked`);
    if (serials.length > 0 && serials.length !== quantity) refusals.must.set('INV_005', 'not a name for each unit');
    for (const serial of serials) {
      if (seen.has(keyOf(skuId, serial))) refusals.must.set('INV_005', `${serial} is named twice`);
      seen.add(keyOf(skuId, serial));
    }
  }
}

/**
 * Every piece that comes in has a name. A receipt brings new ones, and such whose receipt was taken back; what comes back may
 * also have left for good before.
 */
export function checkEntering(
  world: World,
  entering: { readonly lines: readonly NamingLine[]; readonly mayHaveLeft: boolean },
  refusals: Refusals,
): void {
  const { lines, mayHaveLeft } = entering;
  checkShape(world, lines, refusals);
  for (const { skuId, quantity, serials = [] } of lines) {
    if (isTracked(world, skuId) && quantity > 0 && serials.length === 0)
      refusals.must.set('INV_005', `pieces of ${skuId} have no names`);
    for (const serial of serials) {
      const state = pieceOf(world, skuId, serial)?.state;
      if (state === undefined || state === 'withdrawn') continue;
      if (state === 'inTransit' && mayHaveLeft) refusals.must.set('INV_010', `${serial} is on its way`);
      else if (state === 'inStock' || !mayHaveLeft) refusals.must.set('INV_008', `there is a piece ${serial} already`);
    }
  }
}

export interface LeavingLine extends NamingLine {
  readonly locationId?: string | undefined;
  /** The batch that the line means. */
  readonly batchId?: string | undefined;
}

/** So many named pieces of one batch. */
export interface PieceGroup {
  readonly batchId: string;
  readonly quantity: number;
}

/** Named pieces say from which batches a line takes, which obey the rules of named batches. Undefined where it names none. */
export function checkLeaving(
  world: World,
  leaving: { readonly lines: readonly LeavingLine[]; readonly evenExpired: boolean },
  refusals: Refusals,
): (PieceGroup[] | undefined)[] {
  const { lines, evenExpired } = leaving;
  checkShape(
    world,
    lines.filter((line) => line.serials !== undefined),
    refusals,
  );
  return lines.map((line) => {
    if (line.serials === undefined) return undefined;
    met(world, 'pieces are named that shall leave');
    const groups = new Map<string, number>();
    for (const serial of line.serials) {
      const piece = pieceOf(world, line.skuId, serial);
      if (piece === undefined) refusals.must.set('INV_007', `no piece ${serial}`);
      else if (piece.state !== 'inStock') refusals.must.set('INV_010', `${serial} is not in stock`);
      else if (line.batchId !== undefined && piece.batchId !== line.batchId)
        refusals.must.set('INV_005', `${serial} lies in another batch`);
      else if (line.locationId !== undefined && piece.locationId !== line.locationId)
        refusals.must.set('INV_005', `${serial} lies elsewhere`);
      else groups.set(piece.batchId, (groups.get(piece.batchId) ?? 0) + 1);
    }
    return [...groups].map(([batchId, quantity]) => {
      checkNamed(world, { line, batchId, evenExpired }, refusals);
      return { batchId, quantity };
    });
  });
}
