/** Which batches would serve a request, and why each of the others would not. */
import { formatMoney } from '@granary/contracts/money';
import { type StockAllocateInput, type StockAllocation, stockAllocation } from '@granary/contracts/stock';
import type { Question, Sourced } from '../ports/read-cache.ts';
import { insufficientStock, invalidInput } from '../refusal.ts';
import { batchOf } from '../rules/draft.ts';
import { passedOver } from '../rules/eligibility.ts';
import { chooseStock } from '../rules/shortage.ts';
import { refusesAllocations } from '../rules/validate.ts';
import type { Engine } from './execution.ts';
import { answerOf, fromDraft } from './kept-answers.ts';
import { checkShelves, madeOf, tooManyUnits, wholeOf } from './made.ts';
import { chooseStrategy } from './stock-loader.ts';
import { readStock } from './stock-view.ts';

export function createStockPlanner(engine: Engine) {
  async function load(input: StockAllocateInput): Promise<Sourced<StockAllocation>> {
    return await engine.units.readAnywhere(async (tx) => {
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
      return fromDraft(tx, draft, {
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
      });
    });
  }

  /** A plan, and for every batch that is not in it one reason; changes nothing. What a shelf life ends is looked at every time. */
  async function allocate(input: StockAllocateInput): Promise<StockAllocation> {
    const { skuId, quantity, strategy, locationId, qualityLevel, minRemainingDays } = input;
    if (minRemainingDays !== undefined) return (await load(input)).answer;
    const key = JSON.stringify([skuId, quantity, strategy, locationId, qualityLevel]);
    return await answerOf(engine.ports, asked(skuId), { key, load: () => load(input) });
  }

  return { allocate };
}

const asked = (skuId: string): Question<StockAllocation> => ({
  kind: 'stock.allocate',
  read: (kept) => stockAllocation.safeParse(kept).data,
  asks: () => [skuId],
});
