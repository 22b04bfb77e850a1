/** When something happened: never in the future, and before stock of the SKU last changed only by whom may tell so late. */
import { met } from './sometimes.ts';
import type { Refusals } from './verdict.ts';
import type { World } from './world.ts';

export interface Happening {
  /** As the caller says it; undefined is now. */
  readonly occurredAt: string | undefined;
  /** Everything that moves. */
  readonly skuIds: Iterable<string>;
}

export function checkOccurred(world: World, happening: Happening, refusals: Refusals): void {
  if ((happening.occurredAt ?? '') > world.now) refusals.must.set('INV_005', 'occurredAt in the future');
  if (!isBackdated(world, happening)) return;
  if (world.caller.mayBackdate) met(world, 'somebody tells late what happened');
  else refusals.must.set('INV_015', 'back-dated by whom may not');
}

export function isBackdated(world: World, { occurredAt, skuIds }: Happening): boolean {
  if (occurredAt === undefined) return false;
  return [...skuIds].some((skuId) => occurredAt < (world.lastChanged.get(skuId) ?? ''));
}

/** After the call: what it moved has changed at the moment that it told. */
export function noteHappened(world: World): void {
  for (const skuId of world.touched) {
    const last = world.lastChanged.get(skuId);
    if (last === undefined || last < world.happenedAt) world.lastChanged.set(skuId, world.happenedAt);
  }
  world.touched.clear();
}
