/** A strategy of one's own: what expires within a week leaves first; of the rest the fullest batch, to close whole shelves. */
import type { AllocationStrategy, Candidate, Need } from '@granary/domain';

const WEEK_MS = 7 * 86_400_000;

export const clearShelves: AllocationStrategy = {
  name: 'clear_shelves',
  // It looks at every candidate: how much is free is no order that an index has.
  scan: 'all',
  order: (candidates, need) =>
    candidates.toSorted(
      (a, b) =>
        Number(isUrgent(b, need)) - Number(isUrgent(a, need)) ||
        b.free - a.free ||
        // The last word must be unique, or two runs could choose differently.
        (a.batchId < b.batchId ? -1 : 1),
    ),
};

function isUrgent(candidate: Candidate, need: Need): boolean {
  return Date.parse(candidate.expiresAt) - Date.parse(need.now) < WEEK_MS;
}
