/** Holds whose deadline has passed, made by the product's own call, and what became of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Granary } from '@granary/platform/granary';
import { call } from '../load/stock.ts';

const PREFIX = 'due-';
const LINES_A_CALL = 200;
const CALLS_AT_ONCE = 4;
const TTL_SECONDS = 1;

/** As many as there are places in `skuIds`, over and over; it answers when the last one is overdue. */
export async function makeOverdue(
  { domain }: Pick<Granary, 'domain'>,
  { skuIds, holds, round }: { readonly skuIds: readonly string[]; readonly holds: number; readonly round: number },
): Promise<void> {
  let from = 0;
  const one = async () => {
    while (from < holds) {
      const start = from;
      const size = Math.min(LINES_A_CALL, skuIds.length, holds - start);
      from += size;
      const businessId = `${PREFIX}${round}-${start}`;
      const line = {
        quantity: 1,
        type: 'other',
        businessId,
        lineId: '',
        replace: false,
        ttlSeconds: TTL_SECONDS,
      } as const;
      const lines = Array.from({ length: size }, (_, at) => ({
        ...line,
        skuId: skuIds[(start + at) % skuIds.length] ?? '',
      }));
      await domain.reservations.reserveMany({ lines }, call);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, one));
  await sleep((TTL_SECONDS + 0.2) * 1000);
}

export interface Ended {
  readonly expired: number;
  /** Movements of expiry beyond one for each of them. */
  readonly again: number;
}

export async function endedOf({ dataSource }: Pick<Granary, 'dataSource'>): Promise<Ended> {
  const [row] = await dataSource.query<readonly Readonly<Record<'expired' | 'movements', string>>[]>(
    `SELECT COUNT(DISTINCT r.reservation_id) AS expired, COUNT(m.version) AS movements
     FROM reservation AS r LEFT JOIN stock_movement AS m ON m.sku_id = r.sku_id AND m.location_id = 'default'
       AND m.reservation_id = r.reservation_id AND m.kind = 'expire'
     WHERE r.business_id LIKE '${PREFIX}%' AND r.state = 'expired'`,
  );
  const expired = Number(row?.expired);
  return { expired, again: Number(row?.movements) - expired };
}
