/** A strategy of one's own: what expires first leaves first, and as few full pallets as possible are broken open. */
import type { AllocationStrategy, Candidate } from '@granary/domain';

/** Units on a full pallet. */
export const PALLET = 48;

export const fullPallets: AllocationStrategy = {
  name: 'full_pallets',
  // It looks at every candidate: no index knows which pallets are broken.
  scan: 'all',
  order: (candidates, need) => {
    const wantsPallets = need.quantity >= PALLET;
    const goesFirst = (candidate: Candidate) => isFull(candidate) === wantsPallets;
    return candidates.toSorted(
      (a, b) =>
        Number(goesFirst(b)) - Number(goesFirst(a)) ||
        compare(a.expiresAt, b.expiresAt) ||
        // The last word must be unique, or two runs could choose differently.
        compare(a.batchId, b.batchId),
    );
  },
};

function isFull({ free }: Candidate): boolean {
  return free % PALLET === 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
