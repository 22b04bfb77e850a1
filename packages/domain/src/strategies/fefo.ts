/** First expired, first out: the earliest expiry, undated last; ties by receipt, then id. */
import { ascending, oldestFirst, orderedBy } from './strategy.ts';

export const fefo = orderedBy('fefo', 'expiry', (a, b) => ascending(a.expiresAt, b.expiresAt) || oldestFirst(a, b));
