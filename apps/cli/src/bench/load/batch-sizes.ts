/** How many reservations went in one transaction: what was written together carries one time, and identifiers rise with time. */
import type { Granary } from '@granary/platform/granary';
import { createIds } from '@granary/platform/ids';
import { percentile } from '../../snapshot/load.ts';
import { rounded } from '../bench.ts';

export interface BatchSizes {
  readonly transactions: number;
  readonly mean: number;
  readonly p50: number;
  readonly largest: number;
}

/** Notes where it begins; what it answers looks at everything that was reserved since. */
export function watchBatchSizes({ dataSource }: Pick<Granary, 'dataSource'>): () => Promise<BatchSizes> {
  const since = createIds()();
  return async () => {
    const rows = await dataSource.query<readonly { readonly size: string }[]>(
      'SELECT COUNT(*) AS size FROM reservation WHERE reservation_id > ? GROUP BY created_at',
      [since],
    );
    const sizes = rows.map(({ size }) => Number(size));
    const sum = sizes.reduce((total, size) => total + size, 0);
    return {
      transactions: sizes.length,
      mean: rounded(sum / Math.max(1, sizes.length), 1),
      p50: percentile(sizes, 0.5),
      largest: Math.max(0, ...sizes),
    };
  };
}
