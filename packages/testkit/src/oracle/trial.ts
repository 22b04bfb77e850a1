/** A copy of the stock of a world, on which a call can be tried. */
import type { World } from './world.ts';

export function copyOf(world: World): World {
  const copied = <T extends object>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].map(([key, row]) => [key, { ...row }]));
  return {
    ...world,
    skus: copied(world.skus),
    levels: copied(world.levels),
    batches: copied(world.batches),
    reservations: new Map(
      [...world.reservations].map(([id, hold]) => [id, { ...hold, lines: hold.lines.map((line) => ({ ...line })) }]),
    ),
    touched: new Set(),
    mayExpire: new Set(),
    met: new Map(),
  };
}
