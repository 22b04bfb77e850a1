/**
 * The locations that a caller may name and see. A transaction carries it, so stores load no row from elsewhere for an
 * answer, and decisions treat what they had to load all the same (who holds a unique key, what is overdue) as absent.
 */
export interface LocationScope {
  /** Null is every location. */
  readonly locationIds: readonly string[] | null;
  holds(locationId: string): boolean;
}

export const everywhere: LocationScope = { locationIds: null, holds: () => true };

export function scopeOf(locationIds: readonly string[] | null): LocationScope {
  if (locationIds === null) return everywhere;
  const own: ReadonlySet<string> = new Set(locationIds);
  return { locationIds, holds: (locationId) => own.has(locationId) };
}

/** What stands elsewhere in part is as absent as what stands there wholly: nobody sees or moves half a reservation. */
export function isWhole(
  scope: LocationScope,
  of: { readonly lines: readonly { readonly locationId: string }[] },
): boolean {
  return of.lines.every(({ locationId }) => scope.holds(locationId));
}

/** The value of an SQL filter by location; none where everything may be seen. */
export function placesOf({ locationIds }: LocationScope): readonly string[] | undefined {
  return locationIds ?? undefined;
}

/** What callers put into it has names of their own. */
const FREE = 'attributes';

/** The first location outside that an input names anywhere: `locationId`, or a name that ends so. */
export function placeOutside(scope: LocationScope, input: unknown): string | undefined {
  if (scope.locationIds === null || typeof input !== 'object' || input === null) return undefined;
  for (const [name, value] of Object.entries(input)) {
    if (name === FREE) continue;
    const isPlace = typeof value === 'string' && /^(?:locationId|.*LocationId)$/.test(name);
    if (isPlace && !scope.holds(value)) return value;
    const outside = placeOutside(scope, value);
    if (outside !== undefined) return outside;
  }
  return undefined;
}
