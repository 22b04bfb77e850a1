/** sku.create and sku.update. */
import type { Sku, SkuCreateInput, SkuUpdateInput } from '@granary/contracts/sku';
import { checkStrategy } from './hold-request.ts';
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
  };
  world.skus.set(made.skuId, made);
  expectSku(outcome.answer, made);
}

export function judgeSkuUpdate(world: World, input: SkuUpdateInput, outcome: Outcome<Sku>): void {
  const refusals = createRefusals();
  const known = world.skus.get(input.skuId);
  checkStrategy(world, input.defaultStrategy ?? undefined, refusals);
  if (known === undefined) refusals.must.set('INV_001', `no SKU ${input.skuId}`);
  if (!settle(outcome, refusals) || known === undefined) return;
  if (input.spuId !== undefined) known.spuId = input.spuId;
  if (input.status !== undefined) known.status = input.status;
  if (input.shelfLifeDays !== undefined) known.shelfLifeDays = input.shelfLifeDays;
  if (input.defaultStrategy !== undefined) known.defaultStrategy = input.defaultStrategy;
  expectSku(outcome.answer, known);
}

export function expectSku(actual: Sku, expected: OracleSku): void {
  const { skuId, spuId, status, shelfLifeDays, defaultStrategy } = actual;
  expectEqual(`SKU ${expected.skuId}`, { skuId, spuId, status, shelfLifeDays, defaultStrategy }, expected);
}
