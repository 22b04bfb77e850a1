/** least_batches leaves a choice between equals, so the oracle does not predict the plan: it proves the one that it sees to be a best one. */
import { Mismatch } from './verdict.ts';

interface Take {
  readonly batchId: string;
  readonly quantity: number;
}

const MOST_SUBSETS = 50_000;

/** Gives back what was taken of these batches when no plan touches fewer of them, nor leaves less of those that it touches. */
export function expectLeastBatches(
  free: ReadonlyMap<string, number>,
  wanted: number,
  observed: readonly Take[],
): Take[] {
  const mine = observed.filter((take) => free.has(take.batchId));
  const facts = { expected: { wanted, free: [...free] }, actual: mine };
  const touched = mine.map((take) => free.get(take.batchId) ?? 0);
  const fits = mine.every((take) => take.quantity > 0 && take.quantity <= (free.get(take.batchId) ?? 0));
  const distinct = new Set(mine.map((take) => take.batchId)).size === mine.length;
  if (!fits || !distinct || total(mine.map((take) => take.quantity)) !== wanted)
    throw new Mismatch('least_batches takes another quantity', facts);
  const amounts = [...free.values()].toSorted((a, b) => b - a);
  const fewest = fewestOf(amounts, wanted);
  if (mine.length !== fewest)
    throw new Mismatch(`least_batches touches ${mine.length} batches where ${fewest} cover`, facts);
  const least = leastCover({ amounts, size: fewest, wanted });
  if (least !== undefined && total(touched) !== least)
    throw new Mismatch('least_batches leaves more than it has to', {
      ...facts,
      expected: { ...facts.expected, least },
    });
  return [...mine];
}

function fewestOf(descending: readonly number[], wanted: number): number {
  let covered = 0;
  for (const [index, amount] of descending.entries()) {
    covered += amount;
    if (covered >= wanted) return index + 1;
  }
  return descending.length;
}

/** The smallest sum of `size` amounts that covers what is wanted; undefined when there are too many to try. */
function leastCover(search: { amounts: readonly number[]; size: number; wanted: number }): number | undefined {
  let best: number | undefined;
  let tried = 0;
  const visit = (from: number, left: number, covered: number): void => {
    tried += 1;
    if (tried > MOST_SUBSETS) return;
    if (left === 0) {
      if (covered >= search.wanted && (best === undefined || covered < best)) best = covered;
      return;
    }
    for (let index = from; index <= search.amounts.length - left; index += 1)
      visit(index + 1, left - 1, covered + (search.amounts[index] ?? 0));
  };
  visit(0, search.size, 0);
  return tried > MOST_SUBSETS ? undefined : best;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
