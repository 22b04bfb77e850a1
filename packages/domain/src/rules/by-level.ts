/** Rows put together by the level that they belong to, in the order in which they come. */
import { type LevelKey, levelKey } from '../entities/level.ts';

export function byLevel<Row extends { readonly skuId: string; readonly locationId: string }>(
  rows: readonly Row[],
): ReadonlyMap<LevelKey, readonly Row[]> {
  const groups = new Map<LevelKey, Row[]>();
  for (const row of rows) {
    const key = levelKey(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
