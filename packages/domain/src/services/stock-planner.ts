/** Which batches would serve a request, and why each of the others would not. */
import { formatMoney } from '@granary/contracts/money';
import type { StockAllocateInput, StockAllocation } from '@granary/contracts/stock';
import { insufficientStock, invalidInput } from '../refusal.ts';
import { batchOf } from '../rules/draft.ts';
import { passedOver } from '../rules/eligibility.ts';
import { chooseStock } from '../rules/shortage.ts';
import { refusesAllocations } from '../rules/validate.ts';
import type { Engine } from './execution.ts';
import { checkShelves, madeOf, tooManyUnits, wholeOf } from './made.ts';
import { chooseStrategy } from './stock-loader.ts';
import { readStock } from './stock-view.ts';

export function createStockPlanner(engine: Engine) {
  /** A plan, and for every batch that is not in it one reason; changes nothing. */
  async function allocate(input: StockAllocateInput): Promise<StockAllocation> {
    return await engine.units.read(async (tx) => {
      const { skuId, quantity, locationId, qualityLevel, minRemainingDays } = input;
      const draft = await readStock(tx, engine, [skuId]);
      const refusal = checkShelves(draft, input);
      if (refusal !== undefined) throw refusal;
      const strategy = chooseStrategy(engine, draft, { skuId, strategy: input.strategy, path: 'strategy' });
      const batches = [...draft.batches.values()].map((batch) => ({
        batch,
        reason: passedOver(batch, { locationId, qualityLevel, minRemainingDays }, { places: draft, now: draft.now }),
      }));
      const made = madeOf(engine, draft, { skuId, strategy: input.strategy, path: 'strategy' });
      const issues = tooManyUnits(draft, input, 'quantity');
      if (issues.length > 0) throw invalidInput(issues);
      const criteria = { locationId, qualityLevel, minRemainingDays };
      const choice = chooseStock(draft, [{ skuId, quantity, criteria, strategy, ...wholeOf(made) }]);
      if (!choice.ok) throw insufficientStock(choice.short);
      const lines = choice.allocations.flat();
      const opposed = refusesAllocations(draft, 'plan', [{ path: '', of: { skuId, quantity, lines } }]);
      if (opposed !== undefined) throw opposed;
      const used = new Set(lines.map((line) => line.batchId));
      const names = made === undefined ? [strategy.name] : made.parts.map((part) => part.strategy.name);
      return {
        ...{ skuId, quantity },
        strategy: [...new Set(names)].join(', '),
        lines: lines.map((line) => {
          const batch = batchOf(draft, line.batchId);
          const { batchNo, unitCost } = batch;
          const taken = made === undefined ? {} : { skuId: batch.skuId };
          return { ...taken, ...line, batchNo, unitCost: formatMoney(unitCost) };
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
