/** Opens the books of SKUs that have stock and were never costed, some at a time, before anything moves them: so that a valuation holds them. */
import { GranaryError } from '@granary/contracts/error';
import type { Call } from '@granary/domain/call';
import { accepted } from '@granary/domain/refusal';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import { nextUncosted } from '../persistence/opening-store.ts';
import type { CostEngine } from './cost-engine.ts';
import { postCosts } from './post-costs.ts';

const SKUS_A_ROUND = 100;

export interface Opened {
  readonly skus: number;
  /** SKUs that cannot be opened, each with the refusal: they are tried again by the next round from the beginning. */
  readonly refused: readonly { readonly skuId: string; readonly cause: string }[];
  /** After which SKU the next round goes on; null when none is left. */
  readonly next: string | null;
}

export function createCostOpening(stock: Engine, engine: CostEngine) {
  const open = async (skuIds: readonly string[], call: Call) => {
    const input: object = { skuIds };
    return await execute(stock, {
      ...{ procedure: 'cost.open', input, call, lock: { scope: 'document', keys: ['cost:open'] } },
      decide: async (tx) => {
        await postCosts(tx, engine, new Map(skuIds.map((skuId) => [skuId, []])));
        const answer = { skus: skuIds.length };
        return { draft: await draftNow(tx, stock), outcome: accepted(answer), before: { skus: 0 }, after: answer };
      },
    });
  };
  return async ({ after = '' }: { readonly after?: string }, call: Call): Promise<Opened> => {
    const skuIds = await stock.units.read((tx) => nextUncosted(tx, after, SKUS_A_ROUND));
    const next = skuIds.at(-1) ?? null;
    if (next === null) return { skus: 0, refused: [], next };
    try {
      return { ...(await open(skuIds, call)), refused: [], next };
    } catch (error) {
      if (!(error instanceof GranaryError) || error.retryable) throw error;
    }
    // One that cannot be opened keeps no other one from it.
    const refused: { skuId: string; cause: string }[] = [];
    for (const skuId of skuIds) {
      try {
        await open([skuId], call);
      } catch (error) {
        if (!(error instanceof GranaryError) || error.retryable) throw error;
        refused.push({ skuId, cause: error.message });
      }
    }
    return { skus: skuIds.length - refused.length, refused, next };
  };
}
