/** The one loop that fills a need from ordered candidates, location by location. */
import type { Instant } from '@granary/contracts/instant';
import type { LocationRow } from '../entities/location.ts';
import { invariant } from '../refusal.ts';
import { ascending, type AllocationStrategy, type Candidate } from '../strategies/strategy.ts';

export interface AllocatedLine {
  readonly batchId: string;
  readonly locationId: string;
  readonly quantity: number;
}

export interface Allocation {
  readonly lines: readonly AllocatedLine[];
  /** What could not be found. */
  readonly shortfall: number;
}

export interface AllocationRequest {
  readonly quantity: number;
  readonly strategy: AllocationStrategy;
  readonly locations: ReadonlyMap<string, LocationRow>;
  readonly now: Instant;
}

/** Locations by priority, then id; within one, the order of the strategy. */
export function allocate(candidates: readonly Candidate[], request: AllocationRequest): Allocation {
  const lines: AllocatedLine[] = [];
  let missing = request.quantity;
  for (const local of byLocation(candidates, request.locations)) {
    if (missing === 0) break;
    for (const candidate of request.strategy.order(local, { quantity: missing, now: request.now })) {
      const quantity = Math.min(missing, candidate.free);
      if (quantity <= 0) continue;
      lines.push({ batchId: candidate.batchId, locationId: candidate.locationId, quantity });
      missing -= quantity;
      if (missing === 0) break;
    }
  }
  const taken = lines.reduce((sum, line) => sum + line.quantity, 0);
  invariant(taken + missing === request.quantity, 'allocated and missing do not add up to what was requested');
  invariant(
    new Set(lines.map((line) => line.batchId)).size === lines.length,
    `strategy ${request.strategy.name} named a batch twice`,
  );
  return { lines, shortfall: missing };
}

function byLocation(
  candidates: readonly Candidate[],
  locations: ReadonlyMap<string, LocationRow>,
): readonly (readonly Candidate[])[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const group = groups.get(candidate.locationId);
    if (group === undefined) groups.set(candidate.locationId, [candidate]);
    else group.push(candidate);
  }
  const rank = (locationId: string) => locations.get(locationId)?.priority ?? Number.MAX_SAFE_INTEGER;
  return [...groups].toSorted(([a], [b]) => rank(a) - rank(b) || ascending(a, b)).map(([, group]) => group);
}
