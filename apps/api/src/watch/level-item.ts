/** What a watcher is told of one entry of the event stream. */
import type { StockWatchInput, WatchAlert, WatchLevel } from '@granary/contracts/watch';
import type { StreamEntry } from '@granary/platform/stream-entries';
import { z } from 'zod';
import { readAlert } from './alert-item.ts';

/** Of a level's event only what a watcher needs; the stream may be older or newer than this process. */
const levelChanged = z.object({
  id: z.string(),
  fromVersion: z.number(),
  recordedAt: z.string(),
  after: z.object({
    skuId: z.string(),
    locationId: z.string(),
    onHand: z.number(),
    reserved: z.number(),
    locked: z.number(),
    deficit: z.number(),
    version: z.number(),
    movements: z.array(z.object({ recordedAt: z.string() })),
  }),
});

export type PickItem = (entry: StreamEntry) => WatchLevel | WatchAlert | undefined | 'unreadable';

/** `locationIds` is all that the watcher may see; null is every place. What an alert says of no SKU or place is for those who name none. */
export function createPickItem(
  { skuIds, locationId }: Pick<StockWatchInput, 'skuIds' | 'locationId'>,
  locationIds: readonly string[] | null,
): PickItem {
  const skus = skuIds === undefined ? undefined : new Set(skuIds);
  const named = locationId === undefined ? locationIds : [locationId];
  const locations = named === null ? undefined : new Set(named);
  return (entry) => {
    // Without a type an entry is nobody's: who watches cannot know whether it was meant for them.
    if (entry.type === '') return 'unreadable';
    if (entry.type !== 'stock.level.changed' && entry.type !== 'stock.alert') return undefined;
    const item = itemOf(entry);
    if (item === undefined) return 'unreadable';
    const isWanted = (skus?.has(item.skuId ?? '') ?? true) && (locations?.has(item.locationId ?? '') ?? true);
    return isWanted ? item : undefined;
  };
}

/** Made once for all watchers of a process. */
const items = new WeakMap<StreamEntry, { readonly item: WatchLevel | WatchAlert | undefined }>();

function itemOf(entry: StreamEntry): WatchLevel | WatchAlert | undefined {
  let known = items.get(entry);
  if (known === undefined) {
    known = { item: entry.type === 'stock.alert' ? readAlert(entry) : read(entry) };
    items.set(entry, known);
  }
  return known.item;
}

function read(entry: StreamEntry): WatchLevel | undefined {
  const { data: event } = levelChanged.safeParse(entry.event());
  if (event === undefined) return undefined;
  const { movements, ...after } = event.after;
  return {
    kind: 'level',
    ...after,
    previousVersion: event.fromVersion,
    recordedAt: movements.at(-1)?.recordedAt ?? event.recordedAt,
    eventId: event.id,
  };
}
