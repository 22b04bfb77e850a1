/** Shoppers who put things into carts, of which there are enough: whether all of them succeed, and how fast. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@granary/client';
import { percentile } from '../snapshot/load.ts';
import { type Happening, unless } from './fault.ts';
import type { Testbed } from './testbed.ts';

export interface Sold {
  readonly calls: number;
  /** What was answered to those that did not succeed. */
  readonly failed: readonly string[];
  readonly p99Ms: number;
}

export interface Selling {
  readonly skuIds: readonly string[];
  readonly url: string;
  /** Until this resolves. */
  readonly until: Promise<unknown>;
}

const CALLERS = 6;
const PAUSE_MS = 15;
const HEALTHY_MS = 1_500;
const PLENTY = 1_000_000;
/** What a shopper may notice at most of a Redis that is away, paused, emptied or mad. */
export const MOST_SLOWER_MS = 100;

export async function sell(bed: Testbed, { skuIds, url, until }: Selling): Promise<Sold> {
  const client = createClient({ url, batch: false, retries: 0 });
  const took: number[] = [];
  const failed: string[] = [];
  let isOver = false;
  const lane = async (caller: number) => {
    for (let each = caller; !isOver; each += 1) {
      const skuId = skuIds[each % skuIds.length] ?? '';
      const businessId = bed.name('CART');
      const startedAt = performance.now();
      await client.reservation.reserve
        .mutate({ type: 'cart', businessId, skuId, quantity: 1 })
        .then(() => took.push(performance.now() - startedAt))
        .catch((error: unknown) => failed.push(String(error)));
      await sleep(PAUSE_MS);
    }
  };
  const lanes = Promise.all(Array.from({ length: CALLERS }, (_, caller) => lane(caller)));
  try {
    await until;
  } finally {
    isOver = true;
    await lanes;
  }
  return { calls: took.length, failed, p99Ms: Math.round(percentile(took, 0.99)) };
}

/** Sells before, while the fault lasts, and after it was mended; the fault answers how often it struck. */
export async function sellThrough(
  bed: Testbed,
  {
    url,
    fault,
  }: { readonly url: string; readonly fault: () => Promise<{ happened: number; mend?: () => Promise<unknown> }> },
): Promise<Happening> {
  const skuIds = [...(await bed.stock('SELL', 3, PLENTY)).keys()];
  const before = await sell(bed, { skuIds, url, until: sleep(HEALTHY_MS) });
  const striking = fault();
  const meanwhile = await sell(bed, { skuIds, url, until: striking });
  const { happened, mend } = await striking;
  await mend?.();
  const after = await sell(bed, { skuIds, url, until: sleep(HEALTHY_MS) });
  // A machine that has other work to do is slow for a while: the worse of both is what was to be expected.
  const healthyMs = Math.max(before.p99Ms, after.p99Ms);
  const held = await bed.ask('SELECT COUNT(*) AS n FROM reservation WHERE sku_id IN (?)', [skuIds]);
  const acknowledged = before.calls + meanwhile.calls + after.calls;
  return {
    happened: meanwhile.calls === 0 ? 0 : happened,
    problems: [
      ...[...new Set([...before.failed, ...meanwhile.failed, ...after.failed])].map(
        (text) => `a shopper was told ${text}`,
      ),
      ...unless(
        Number(held[0]?.['n']) === acknowledged,
        `${acknowledged} were told of a hold, and there are ${String(held[0]?.['n'])}`,
      ),
      ...unless(
        meanwhile.p99Ms <= healthyMs + MOST_SLOWER_MS,
        `p99 rose from ${healthyMs} ms to ${meanwhile.p99Ms} ms`,
      ),
    ],
    figures: { calls: meanwhile.calls, 'p99 healthy, ms': healthyMs, 'p99 meanwhile, ms': meanwhile.p99Ms },
  };
}
