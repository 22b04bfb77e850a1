/** The production clock: the database's own time decides, unchanged. Tests hand in a clock that shifts it. */
import type { Instant } from '@granary/contracts/instant';

export const databaseClock = (databaseNow: Instant): Instant => databaseNow;
