/** Reserving for orders, and the extra holds that real shops have beside them: some given up, some forgotten. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type GranaryClient, isGranaryError } from '@granary/client';
import { MAX_RESERVE_LINES } from '@granary/contracts/reservation';
import type { FeedCounts } from './counts.ts';
import type { EventRow } from './event-file.ts';
import type { ReplayEvent } from './orders.ts';

/** Before every 10th order the same lines are held and released; before every 25th they are held and left to the sweep. */
const RELEASED_EVERY = 10;
const LEFT_EVERY = 25;
const LEFT_TTL_SECONDS = 1;
/** Past its deadline a hold is expired by whoever meets it; this covers the way to the database. */
const DEADLINE_MARGIN_MS = 100;
/** Hold after hold may stand in the way, but not for ever. */
const MAX_WAITS = 20;

/** How the business ids of forgotten holds begin; orders are of another type, so they cannot collide. */
export const LEFT_PREFIX = 'replay-leave-';

export interface HoldOf {
  readonly type: 'cart' | 'order';
  readonly businessId: string;
  readonly ttlSeconds?: number;
}

export interface Holds {
  reserve(rows: readonly EventRow[], hold: HoldOf): Promise<void>;
  /** What is held beside this order before it. */
  beside(event: ReplayEvent): Promise<void>;
}

export function createHolds(client: GranaryClient, counts: FeedCounts): Holds {
  /** Until when a forgotten hold of this SKU may be in the way. */
  const heldUntil = new Map<string, number>();

  /** Refused while a forgotten hold of these SKUs lives, the call waits for that deadline and asks again. */
  async function patiently(rows: readonly EventRow[], send: () => Promise<unknown>): Promise<void> {
    for (let waits = 0; ; waits += 1) {
      const sentAt = Date.now();
      try {
        counts.calls += 1;
        await send();
        return;
      } catch (error) {
        const until = Math.max(...rows.map(({ sku }) => heldUntil.get(sku) ?? 0));
        if (!isGranaryError(error, 'insufficientStock') || until < sentAt || waits >= MAX_WAITS) throw error;
        if (waits === 0) counts.waitedForHold += 1;
        await sleep(Math.max(1, until - Date.now()));
      }
    }
  }

  async function reserve(rows: readonly EventRow[], hold: HoldOf): Promise<void> {
    for (const part of chunks(rows, MAX_RESERVE_LINES)) {
      const lines = part.map((row) => ({ ...hold, skuId: row.sku, quantity: row.qty, lineId: row.seq }));
      await patiently(part, () => client.reservation.reserveMany.mutate({ lines }));
    }
  }

  return {
    reserve,
    async beside({ orderNumber, rows }) {
      if (orderNumber % RELEASED_EVERY === 0) {
        const basket = { type: 'cart', businessId: `replay-release-${orderNumber}` } as const;
        await reserve(rows, basket);
        counts.calls += 1;
        await client.reservation.release.mutate({ ...basket, reason: 'the basket was given up' });
        counts.holdsReleased += 1;
      }
      if (orderNumber % LEFT_EVERY === 0) {
        await reserve(rows, { type: 'cart', businessId: `${LEFT_PREFIX}${orderNumber}`, ttlSeconds: LEFT_TTL_SECONDS });
        const until = Date.now() + LEFT_TTL_SECONDS * 1000 + DEADLINE_MARGIN_MS;
        for (const { sku } of rows) heldUntil.set(sku, until);
        counts.holdsLeft += 1;
      }
    },
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
