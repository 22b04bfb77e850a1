/** An Instant beside its DATETIME(6) text: the same digits, another dress. */
import type { Instant } from '@granary/contracts/instant';

/** `2026-11-20T10:00:00.000000Z` -> `2026-11-20 10:00:00.000000` */
export function toDatabaseTime(instant: string): string {
  return instant.replace('T', ' ').slice(0, 26);
}

/** `2026-11-20 10:00:00.000000` -> `2026-11-20T10:00:00.000000Z` */
export function fromDatabaseTime(text: string): Instant {
  return `${text.slice(0, 10)}T${text.slice(11, 26).padEnd(15, '0')}Z` as Instant;
}
