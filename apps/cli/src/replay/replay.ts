/** Runs an order stream through a Granary and measures what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type GranaryClient, isGranaryError } from '@granary/client';
import { MAX_CHECK_SKUS } from '@granary/contracts/stock';
import { PlainError } from '../command.ts';
import type { FeedCounts } from './counts.ts';
import type { EventRow } from './event-file.ts';
import { createFeeder } from './feeder.ts';
import { LEFT_PREFIX } from './holds.ts';
import { createLanes } from './lanes.ts';
import { closingOf, eventsOf, type ReplayEvent } from './orders.ts';

export interface ReplayOptions {
  readonly client: GranaryClient;
  readonly rows: readonly EventRow[];
  readonly concurrency: number;
  readonly onProgress: (rows: number, note: string) => void;
  readonly signal: AbortSignal;
}

export interface ReplayReport {
  readonly counts: FeedCounts;
  readonly seconds: number;
  readonly ordersPerSecond: number;
  /** What the engine says is on hand per SKU of the file, less what was there before. */
  readonly closing: Readonly<Record<string, number>>;
  /** SKUs whose closing quantity is not what the file adds up to. */
  readonly differences: readonly { readonly sku: string; readonly expected: number; readonly found: number }[];
}

export async function replay({ client, rows, concurrency, onProgress, signal }: ReplayOptions): Promise<ReplayReport> {
  const events = eventsOf(rows);
  await assertNew(client, events[0]);
  const expected = closingOf(rows);
  const skuIds = [...expected.keys()];
  const before = await onHandOf(client, skuIds);
  const feeder = createFeeder(client, { reserving: true });
  const lanes = createLanes({ concurrency });
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let done = 0;
  for (const event of events) {
    signal.throwIfAborted();
    const { keys, stages } = feeder.jobOf(event);
    const last = stages.length - 1;
    await lanes.add({
      keys,
      stages: stages.map((stage, index) => async () => {
        await stage();
        if (index < last) return;
        done += event.rows.length;
        onProgress(done, `${(feeder.counts.orders / elapsed()).toFixed(0)} orders a second`);
      }),
    });
  }
  await lanes.finish();
  const seconds = elapsed();
  const after = await onHandOf(client, skuIds);
  const closing = Object.fromEntries(skuIds.map((sku) => [sku, (after.get(sku) ?? 0) - (before.get(sku) ?? 0)]));
  const differences = skuIds
    .map((sku) => ({ sku, expected: expected.get(sku) ?? 0, found: closing[sku] ?? 0 }))
    .filter(({ expected: wanted, found }) => wanted !== found);
  return { counts: feeder.counts, seconds, ordersPerSecond: feeder.counts.orders / seconds, closing, differences };
}

/** Documents of a second run would answer what the first one did, but its orders would hold stock once more. */
async function assertNew(client: GranaryClient, first: ReplayEvent | undefined): Promise<void> {
  if (first === undefined) return;
  const { kind, documentNo } = first;
  try {
    if (kind === 'sale') await client.outbound.get.query({ type: 'sales', documentNo });
    else await client.inbound.get.query({ type: kind === 'receipt' ? 'purchase' : 'return', documentNo });
  } catch (error) {
    if (isGranaryError(error, 'notFound')) return;
    throw error;
  }
  throw new PlainError(`This Granary has ${kind} ${documentNo} already: the file was fed to it before.`);
}

/** On hand, summed over locations; a SKU that is not known yet has none. */
async function onHandOf(client: GranaryClient, skuIds: readonly string[]): Promise<Map<string, number>> {
  const wanted = new Set(skuIds);
  const onHand = new Map<string, number>();
  for (let cursor: string | undefined; ;) {
    const page = await client.stock.levels.query({
      limit: MAX_CHECK_SKUS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const level of page.items) {
      if (wanted.has(level.skuId)) onHand.set(level.skuId, (onHand.get(level.skuId) ?? 0) + level.onHand);
    }
    if (page.nextCursor === null) return onHand;
    cursor = page.nextCursor;
  }
}

/** Waits until no extra hold is left alive, so that what follows sees the sweep's work. */
export async function untilSwept(client: GranaryClient, timeoutMs = 15_000): Promise<number> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const { items } = await client.reservation.list.query({ state: 'active', limit: 500 });
    const left = items.filter(({ businessId }) => businessId.startsWith(LEFT_PREFIX)).length;
    if (left === 0 || performance.now() > until) return left;
    await sleep(200);
  }
}
