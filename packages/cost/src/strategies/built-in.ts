/** Granary's own strategies, a line each. IAS 2.23-27 allows specific cost, FIFO and averages; IAS 2.21 standard cost. */
import { ascending, oldestFirst } from '../core/layer.ts';
import { orderedBy, periodically, receivedFirst } from './strategy.ts';

export const fifo = receivedFirst('fifo', 'oldest');

/** Not allowed by IAS 2, asked for by some local rules (US GAAP ASC 330-10-30-9). */
export const lifo = receivedFirst('lifo', 'newest');

/** Goods that expire first are costed first, undated ones last. */
export const fefo = orderedBy('fefo', (a, b) => expiry(a.expiresAt, b.expiresAt) || oldestFirst(a, b));

/** Perpetual: one pool, averaged anew by every receipt (IAS 2.27). */
export const weightedAverage = { ...receivedFirst('weighted_average', 'oldest'), value: 'pool' } as const;

/** The same pool during the month; the close makes one true-up to the average of the month (IAS 2.27). */
export const periodicAverage = periodically(weightedAverage, 'periodic_average');

/** The cost of the very batches that were taken (IAS 2.23); oldest first where no batch is named. */
export const specific = { ...orderedBy('specific', oldestFirst), byLot: true } as const;

/** Goods come in at the standard cost; the variance is booked at receipt (IAS 2.21). */
export const standard = { ...receivedFirst('standard', 'oldest'), value: 'pool', receipts: 'standard' } as const;

export const periodicFifo = periodically(fifo);
export const periodicLifo = periodically(lifo);

function expiry(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return ascending(a, b);
}
