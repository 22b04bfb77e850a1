/**
 * The fewest batches that cover the need, and among those the least surplus, so that whole batches are closed rather
 * than opened (the least-packages removal of warehouse systems); ties by receipt, then id.
 */
import { type AllocationStrategy, type Candidate, oldestFirst } from './strategy.ts';

/** Subset choice is exponential at worst; past this many steps the best found so far is taken. */
const MAX_STEPS = 20_000;

export const leastBatches: AllocationStrategy = {
  name: 'least_batches',
  scan: 'all',
  order: (candidates, need) => {
    const largestFirst = candidates.toSorted((a, b) => b.free - a.free || oldestFirst(a, b));
    const fewest = fewestThatCover(largestFirst, need.quantity);
    return fewest === undefined ? largestFirst : leastSurplus(largestFirst, need.quantity, fewest);
  },
};

/** How many of the largest it takes; undefined when all together are too few. */
function fewestThatCover(largestFirst: readonly Candidate[], quantity: number): number | undefined {
  let sum = 0;
  for (const [at, candidate] of largestFirst.entries()) {
    sum += candidate.free;
    if (sum >= quantity) return at + 1;
  }
  return undefined;
}

/** Depth first over subsets of the given size, largest first, cut where a branch cannot cover the need or cannot be better. */
function leastSurplus(largestFirst: readonly Candidate[], quantity: number, size: number): readonly Candidate[] {
  let best = largestFirst.slice(0, size);
  let bestSum = sumOf(best);
  let steps = 0;
  const chosen: Candidate[] = [];
  const descend = (from: number, sum: number): void => {
    const missing = size - chosen.length;
    if (missing === 0) {
      if (sum >= quantity && sum < bestSum) [best, bestSum] = [[...chosen], sum];
      return;
    }
    for (
      let at = from;
      at + missing <= largestFirst.length && bestSum > quantity && (steps += 1) < MAX_STEPS;
      at += 1
    ) {
      const candidate = largestFirst[at];
      if (candidate === undefined || sum + candidate.free * missing < quantity) return;
      chosen.push(candidate);
      descend(at + 1, sum + candidate.free);
      chosen.pop();
    }
  };
  descend(0, 0);
  return best;
}

function sumOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, candidate) => sum + candidate.free, 0);
}
