/** sku.create and sku.update. */
import type { Sku, SkuCreateInput, SkuUpdateInput } from '@granary/contracts/sku';
import { checkStrategy } from './hold-request.ts';
import { met } from './sometimes.ts';
import { createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import type { OracleSku, World } from './world.ts';

export function judgeSkuCreate(world: World, input: SkuCreateInput, outcome: Outcome<Sku>): void {
  const refusals = createRefusals();
  checkStrategy(world, input.defaultStrategy ?? undefined, refusals);
  if (world.skus.has(input.skuId)) refusals.must.set('INV_008', `SKU ${input.skuId} exists`);
  if (!settle(outcome, refusals)) return;
  const made: OracleSku = {
    skuId: input.skuId,
    spuId: input.spuId ?? null,
    status: input.status ?? 'active',
    shelfLifeDays: input.shelfLifeDays ?? null,
    defaultStrategy: input.defaultStrategy ?? null,
    serialTracked: input.serialTracked ?? false,
  };
  world.skus.set(made.skuId, made);
  expectSku(outcome.answer, made);
}

export function judgeSkuUpdate(world: World, input: SkuUpdateInput, outcome: Outcome<Sku>): void {
  const refusals = createRefusals();
  const known = world.skus.get(input.skuId);
  checkStrategy(world, input.defaultStrategy ?? undefined, refusals);
  if (known === undefined) refusals.must.set('INV_001', `no SKU ${input.skuId}`);
  const isTurned = input.serialTracked !== undefined && input.serialTracked !== known?.serialTracked;
  if (isTurned && hasStock(world, input.skuId)) refusals.must.set('INV_010', 'there are pieces of it');
  if (!settle(outcome, refusals) || known === undefined) return;
  if (isTurned) met(world, 'a SKU without stock begins or ends to have serials');
  if (input.spuId !== undefined) known.spuId = input.spuId;
  if (input.status !== undefined) known.status = input.status;
  if (input.shelfLifeDays !== undefined) known.shelfLifeDays = input.shelfLifeDays;
  if (input.defaultStrategy !== undefined) known.defaultStrategy = input.defaultStrategy;
  if (input.serialTracked !== undefined) known.serialTracked = input.serialTracked;
  expectSku(outcome.answer, known);
}

/** On hand, owed, or on its way. */
function hasStock(world: World, skuId: string): boolean {
  const lies = [...world.levels.values()].some(
    (level) => level.skuId === skuId && (level.onHand > 0 || level.deficit > 0),
  );
  const travels = [...world.transfers.values()].some((each) =>
    each.parts.some((part) => part.skuId === skuId && part.inTransit > 0),
  );
  return lies || travels;
}

export function expectSku(actual: Sku, expected: OracleSku): void {
  const { skuId, spuId, status, shelfLifeDays, defaultStrategy, serialTracked } = actual;
  const told = { skuId, spuId, status, shelfLifeDays, defaultStrategy, serialTracked };
  expectEqual(`SKU ${expected.skuId}`, told, expected);
}
