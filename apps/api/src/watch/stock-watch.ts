/** Watching stock: joins what a caller asks for, and may see, with the one reader of the event stream. */
import { GranaryError } from '@granary/contracts/error';
import type { Principal } from '@granary/contracts/permission';
import type { StockWatchInput, StockWatchItem } from '@granary/contracts/watch';
import { notFound } from '@granary/domain/refusal';
import type { EventStreamReader } from '@granary/platform/event-stream-reader';
import type { StreamNotice } from '@granary/platform/stream-subscriber';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import { createPickItem } from './level-item.ts';

/** Refuses before the first item; afterwards it goes on until the watcher leaves. */
export type WatchStock = (
  input: StockWatchInput,
  signal: AbortSignal | undefined,
) => Promise<AsyncIterable<TrackedEnvelope<StockWatchItem>, void, undefined>>;

export interface Watcher {
  readonly principal: Pick<Principal, 'locationIds'>;
  /** Ends the connection of a watcher who does not read. */
  readonly hangUp: () => void;
}

/** Every item goes out with its place, so whoever comes back goes on from there. */
export function createWatchStock(reader: EventStreamReader | undefined, watcher: Watcher): WatchStock {
  return async (input, signal = new AbortController().signal) => {
    const { skuIds, locationId, lastEventId } = input;
    const { locationIds } = watcher.principal;
    if (locationId !== undefined && locationIds?.includes(locationId) === false) throw notFound('location', locationId);
    if (reader === undefined) throw withoutRedis();
    const pick = createPickItem({ skuIds, locationId }, locationIds);
    return trackedItems(await reader.subscribe({ from: lastEventId, pick, signal, hangUp: watcher.hangUp }));
  };
}

async function* trackedItems(
  notices: AsyncGenerator<StreamNotice<StockWatchItem>, void, undefined>,
): AsyncGenerator<TrackedEnvelope<StockWatchItem>, void, undefined> {
  for await (const notice of notices) yield tracked(notice.streamId, itemOf(notice));
}

function itemOf(notice: StreamNotice<StockWatchItem>): StockWatchItem {
  switch (notice.kind) {
    case 'item':
      return notice.item;
    case 'reset':
      return { kind: 'reset', reason: notice.reason };
    case 'position':
      return { kind: 'position' };
  }
}

function withoutRedis(): GranaryError {
  return new GranaryError('unavailable', {
    message: 'Stock cannot be watched here: this Granary runs without Redis.',
    hint: 'Ask the operator to set REDIS_URL, for the api and for the worker; until then ask stock.levels again and again.',
    details: { dependency: 'Redis', retryAfterSeconds: 30 },
  });
}
