/**
 * The order of changes as this process has heard of them. What is read from a mark on contains every change noted before it; so an
 * answer holds as long as nothing that it was read from has changed since its mark.
 */
import type { Sources } from '@granary/domain/ports/read-cache';

export interface Freshness {
  /** A place in the order: taken before reading, never after. */
  mark(): number;
  changed(sources: Sources): void;
  holds(mark: number, sources: Sources): boolean;
}

/** `most`: SKUs whose last change is remembered one by one; of the others it is only known that it was earlier. */
export function createFreshness(most: number): Freshness {
  const lastChange = new Map<string, number>();
  let count = 0;
  let everybody = 0;
  const note = (skuId: string) => {
    // The oldest stay in front: whoever is forgotten changed before all that are remembered.
    lastChange.delete(skuId);
    lastChange.set(skuId, count);
    if (lastChange.size <= most) return;
    for (const [oldest, at] of lastChange) {
      everybody = Math.max(everybody, at);
      lastChange.delete(oldest);
      break;
    }
  };
  return {
    mark: () => count,
    changed: (sources) => {
      if (sources.length === 0) return;
      count += 1;
      if (sources !== 'everything') {
        for (const skuId of sources) note(skuId);
        return;
      }
      everybody = count;
      lastChange.clear();
    },
    holds: (mark, sources) => {
      if (mark < everybody) return false;
      if (sources === 'everything') return mark === count;
      return sources.every((skuId) => (lastChange.get(skuId) ?? 0) <= mark);
    },
  };
}
