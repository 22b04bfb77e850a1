/** Turns the events of a stream into calls of the public client. */
import { type GranaryClient, isGranaryError } from '@granary/client';
import { PlainError } from '../command.ts';
import { type FeedCounts, noCounts } from './counts.ts';
import { createHolds, type Holds } from './holds.ts';
import type { LaneJob } from './lanes.ts';
import type { ReplayEvent } from './orders.ts';

export interface Feeder {
  readonly counts: FeedCounts;
  /** The event as a job for the lanes: its keys and its stages. */
  jobOf(event: ReplayEvent): LaneJob;
}

interface Feed {
  readonly client: GranaryClient;
  readonly counts: FeedCounts;
  readonly holds: Holds;
}

type Stage = () => Promise<void>;

export interface FeederOptions {
  /** Whether an order is held and confirmed before it ships, as in a shop; else its document ships it at once. */
  readonly reserving: boolean;
}

export function createFeeder(client: GranaryClient, { reserving }: FeederOptions): Feeder {
  const counts = noCounts();
  const feed = { client, counts, holds: createHolds(client, counts) };
  const stagesOf = (event: ReplayEvent): Stage[] => {
    if (event.kind !== 'sale') return [inboundStage(feed, event)];
    return reserving ? saleStages(feed, event) : [() => naming(event, () => ship(feed, event))];
  };
  return {
    counts,
    jobOf(event) {
      // Two parts of one ref share a business id, so they keep their order too.
      const keys = [...new Set(event.rows.map(({ sku }) => `sku ${sku}`)), `${event.kind} ${event.ref}`];
      return { keys, stages: stagesOf(event) };
    },
  };
}

function saleStages(feed: Feed, event: ReplayEvent): Stage[] {
  const { client, counts, holds } = feed;
  const { rows, ref } = event;
  let refused = false;
  const stage =
    (work: () => Promise<unknown>): Stage =>
    () =>
      refused ? Promise.resolve() : naming(event, work);
  return [
    stage(async () => {
      try {
        await holds.beside(event);
        await holds.reserve(rows, { type: 'order', businessId: ref });
      } catch (error) {
        if (!isGranaryError(error, 'insufficientStock')) throw error;
        // The rest of the stream can still tell something, so the run goes on and ends not ok.
        counts.refusals += 1;
        refused = true;
      }
    }),
    stage(() => {
      counts.calls += 1;
      return client.reservation.confirm.mutate({ type: 'order', businessId: ref });
    }),
    stage(() => ship(feed, event)),
  ];
}

async function ship({ client, counts }: Feed, { rows, ref, documentNo, occurredAt }: ReplayEvent): Promise<void> {
  counts.calls += 1;
  const lines = rows.map((row) => ({ skuId: row.sku, quantity: row.qty }));
  await client.outbound.sales.mutate({ orderNo: ref, documentNo, occurredAt, lines });
  counts.orders += 1;
}

function inboundStage({ client, counts }: Feed, event: ReplayEvent): Stage {
  const { kind, rows, documentNo, occurredAt } = event;
  const lines = rows.map((row) => ({ skuId: row.sku, quantity: row.qty, unitCost: row.unitCost }));
  const input = { documentNo, occurredAt, lines };
  return () =>
    naming(event, async () => {
      counts.calls += 1;
      if (kind === 'receipt') await client.inbound.purchase.mutate(input);
      else await client.inbound.return.mutate(input);
      counts[kind === 'receipt' ? 'receipts' : 'returns'] += 1;
    });
}

/** A failure names the row of the file that it came from. */
async function naming(event: ReplayEvent, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const line = event.rows[0]?.line;
    const answer = isGranaryError(error) ? `${error.code}: ${error.message}` : String(error);
    throw new PlainError(`Line ${line} (${event.kind} ${event.ref}) failed. ${answer}`, { cause: error });
  }
}
