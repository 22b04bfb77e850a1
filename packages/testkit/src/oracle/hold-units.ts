/** Holds in their own units: pieces, whole bundles, virtual units. A hold keeps the composition that it was made with, and its lines tell which that is. */
import { batchOf, type OracleLine, type OracleReservation, type World } from './world.ts';

/** Units of each SKU in one unit of the hold. */
export function compositionOf(world: World, { quantity, lines }: OracleReservation): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const { skuId } = batchOf(world, line.batchId);
    sums.set(skuId, (sums.get(skuId) ?? 0) + line.quantity);
  }
  return new Map([...sums].map(([skuId, sum]) => [skuId, sum / quantity]));
}

/** Whether a unit of it is several SKUs, which then lie and leave at one place. */
export function isPutTogether(world: World, reservation: OracleReservation): boolean {
  return compositionOf(world, reservation).size > 1;
}

/** Whole units that some of its lines still hold. */
export function unitsIn(world: World, reservation: OracleReservation, lines: readonly OracleLine[]): number {
  const composition = compositionOf(world, reservation);
  const placeOf = (line: OracleLine) => (composition.size > 1 ? batchOf(world, line.batchId).locationId : '');
  return [...new Set(lines.map(placeOf))].reduce((sum, place) => {
    const here = lines.filter((line) => placeOf(line) === place);
    const units = [...composition].map(([skuId, perUnit]) => {
      const held = here.filter((line) => batchOf(world, line.batchId).skuId === skuId);
      return held.reduce((total, line) => total + line.held, 0) / perUnit;
    });
    return sum + Math.floor(Math.min(...units));
  }, 0);
}

export function isFrozen(world: World, { batchId }: OracleLine): boolean {
  return batchOf(world, batchId).frozenBy !== null;
}
