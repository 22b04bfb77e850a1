/** Which batches would serve a request, and why each of the others would not. */
import { formatMoney } from '@granary/contracts/money';
import type { StockAllocateInput, StockAllocation } from '@granary/contracts/stock';
import { freeOf } from '../entities/batch.ts';
import { insufficientStock } from '../refusal.ts';
import { allocate as fill } from '../rules/allocation.ts';
import { batchOf } from '../rules/draft.ts';
import { passedOver } from '../rules/eligibility.ts';
import type { Engine } from './execution.ts';
import { checkPlace, chooseStrategy } from './stock-loader.ts';
import { readStock } from './stock-view.ts';

export function createStockPlanner(engine: Engine) {
  /** A plan, and for every batch that is not in it one reason; changes nothing. */
  async function allocate(input: StockAllocateInput): Promise<StockAllocation> {
    return await engine.units.read(async (tx) => {
      const { skuId, quantity, locationId, qualityLevel, minRemainingDays } = input;
      const draft = await readStock(tx, engine, [skuId]);
      const refusal = checkPlace(draft, input);
      if (refusal !== undefined) throw refusal;
      const strategy = chooseStrategy(engine, draft, { skuId, strategy: input.strategy, path: 'strategy' });
      const batches = [...draft.batches.values()].map((batch) => ({
        batch,
        reason: passedOver(batch, { locationId, qualityLevel, minRemainingDays }, { places: draft, now: draft.now }),
      }));
      const candidates = batches.flatMap(({ batch, reason }) =>
        reason === undefined ? [{ ...batch, free: freeOf(batch) }] : [],
      );
      const { lines, shortfall } = fill(candidates, { quantity, strategy, locations: draft.locations, now: draft.now });
      if (shortfall > 0)
        throw insufficientStock([
          { skuId, locationId: locationId ?? null, requested: quantity, available: quantity - shortfall },
        ]);
      const used = new Set(lines.map((line) => line.batchId));
      return {
        ...{ skuId, quantity },
        strategy: strategy.name,
        lines: lines.map((line) => {
          const { batchNo, unitCost } = batchOf(draft, line.batchId);
          return { ...line, batchNo, unitCost: formatMoney(unitCost) };
        }),
        passedOver: batches
          .filter(({ batch }) => !used.has(batch.batchId))
          .map(({ batch: { batchId, batchNo, locationId: at }, reason }) => ({
            batchId,
            batchNo,
            locationId: at,
            reason: reason ?? 'not needed',
          })),
        asOf: draft.now,
      };
    });
  }

  return { allocate };
}
