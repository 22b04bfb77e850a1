/** Whether two states will cost every future event alike. */
import type { Deficit, Layer } from './layer.ts';
import type { Rate } from './share.ts';
import type { CostState } from './state.ts';

export function sameState(a: CostState, b: CostState): boolean {
  return (
    a.strategy === b.strategy &&
    a.quantity === b.quantity &&
    a.value === b.value &&
    sameRate(a.lastCost, b.lastCost) &&
    sameRate(a.standardCost, b.standardCost) &&
    sameList(a.layers, b.layers, sameLayer) &&
    sameList(a.deficits, b.deficits, sameDeficit)
  );
}

/** 3 for 2 units is 6 for 4. */
function sameRate(a: Rate | null, b: Rate | null): boolean {
  if (a === null || b === null) return a === b;
  return a.value * BigInt(b.quantity) === b.value * BigInt(a.quantity);
}

function sameLayer(a: Layer, b: Layer): boolean {
  const isSameGoods = a.layerId === b.layerId && a.lot === b.lot && a.expiresAt === b.expiresAt;
  return isSameGoods && a.remaining === b.remaining && a.value === b.value && a.quantity === b.quantity;
}

function sameDeficit(a: Deficit, b: Deficit): boolean {
  return a.issueId === b.issueId && a.quantity === b.quantity && a.value === b.value && a.account === b.account;
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((each, at) => same(each, b[at] ?? each));
}
