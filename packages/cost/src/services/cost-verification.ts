/** Verification of costs, a chunk of SKUs in one snapshot each, so that postings go on. */
import type { Violation } from '@granary/contracts/system';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { Books } from '@granary/domain/ports/books';
import { checkCosts, nextCostedSkus } from '../persistence/verify-cost.ts';
import type { CostStrategyRegistry } from '../strategies/registry.ts';

const SKUS_A_CHUNK = 200;
const CHUNK_DEADLINE_MS = 600_000;
const MAX_FINDINGS = 1000;

export interface CostVerifyReport {
  readonly ok: boolean;
  readonly skus: number;
  readonly violations: readonly Violation[];
}

/** As the stock engine's own verification looks at them. */
export function createCostBooks(strategies: CostStrategyRegistry): Books {
  const pools = strategies.names().filter((name) => strategies.get(name).value === 'pool');
  return { next: nextCostedSkus, check: (tx, skuIds) => checkCosts(tx, skuIds, pools) };
}

/** Of costs alone. */
export function createCostVerification(units: UnitOfWork, books: Books) {
  return async (): Promise<CostVerifyReport> => {
    const violations: Violation[] = [];
    let skus = 0;
    for (let after = ''; ;) {
      const from = after;
      const chunk = await units.read(async (tx) => {
        const skuIds = await books.next(tx, from, SKUS_A_CHUNK);
        return { skuIds, found: skuIds.length === 0 ? [] : await books.check(tx, skuIds) };
      }, CHUNK_DEADLINE_MS);
      const last = chunk.skuIds.at(-1);
      if (last === undefined) return { ok: violations.length === 0, skus, violations };
      violations.push(...chunk.found.slice(0, MAX_FINDINGS - violations.length));
      skus += chunk.skuIds.length;
      after = last;
    }
  };
}
