/** The levels that events tell of, and of each the largest movement in and out of the door. Pure. */
import type { StockEvent } from '@granary/contracts/event';

export interface LargestMovement {
  readonly version: number;
  readonly onHandDelta: number;
}

export interface MovedLevel {
  readonly skuId: string;
  readonly locationId: string;
  /** At most one that came and one that went. */
  readonly largest: readonly LargestMovement[];
}

/** Each level once, however many events tell of it. */
export function movedLevels(events: readonly StockEvent[]): readonly MovedLevel[] {
  const found = new Map<string, MovedLevel>();
  for (const event of events) {
    if (event.type !== 'stock.level.changed' && event.type !== 'stock.level.configured') continue;
    const after = recordOf(event.after);
    const { skuId, locationId } = after;
    if (typeof skuId !== 'string' || typeof locationId !== 'string') continue;
    const key = `${skuId}\0${locationId}`;
    const known = found.get(key)?.largest ?? [];
    found.set(key, { skuId, locationId, largest: extremes([...known, ...movementsOf(after['movements'])]) });
  }
  return [...found.values()];
}

function movementsOf(value: unknown): readonly LargestMovement[] {
  if (!Array.isArray(value)) return [];
  return value
    .map(recordOf)
    .flatMap(({ version, onHandDelta }): LargestMovement[] =>
      typeof version === 'number' && typeof onHandDelta === 'number' && onHandDelta !== 0
        ? [{ version, onHandDelta }]
        : [],
    );
}

function extremes(movements: readonly LargestMovement[]): readonly LargestMovement[] {
  const ordered = movements.toSorted((a, b) => a.onHandDelta - b.onHandDelta);
  const [first] = ordered;
  const last = ordered.at(-1);
  return [
    ...(first !== undefined && first.onHandDelta < 0 ? [first] : []),
    ...(last !== undefined && last.onHandDelta > 0 ? [last] : []),
  ];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
