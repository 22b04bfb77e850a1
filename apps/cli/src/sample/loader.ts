/** Tells the sample's story to a running Granary, through the public client like any sibling app would. */
import type { GranaryClient } from '@granary/client';
import { createLanes, type LaneJob } from '../replay/lanes.ts';
import { locations, skus } from './catalogue.ts';
import type { Step } from './step.ts';
import { tellStory } from './story.ts';

const CONCURRENCY = 16;

export interface LoadOptions {
  readonly client: GranaryClient;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

export interface Sample {
  /** How many steps the progress will count. */
  readonly total: number;
  load(options: LoadOptions): Promise<LoadReport>;
}

export interface LoadReport {
  readonly skus: number;
  readonly locations: number;
  readonly steps: number;
}

/** True when nobody has put anything in yet. */
export async function isEmpty(client: GranaryClient): Promise<boolean> {
  return (await client.sku.list.query({ limit: 1 })).items.length === 0;
}

/** The same seed on the same day is the same sample. */
export function createSample(origin: { readonly seed: number; readonly now: Date }): Sample {
  const story = tellStory(origin);
  return { total: skus.length + story.length, load: (options) => load(story, options) };
}

async function load(story: readonly Step[], { client, onProgress, signal }: LoadOptions): Promise<LoadReport> {
  let done = 0;
  const step =
    <T>(work: () => Promise<T>) =>
    async () => {
      signal.throwIfAborted();
      await work();
      done += 1;
      onProgress(done);
    };
  for (const { locationId, name, priority } of locations) {
    if (locationId === 'default') await client.location.update.mutate({ locationId, name, priority });
    else await client.location.create.mutate({ locationId, name, priority });
  }
  await Promise.all(
    skus.map((sku) =>
      step(() =>
        client.sku.create.mutate({
          skuId: sku.skuId,
          spuId: sku.spuId,
          name: sku.name,
          unit: 'piece',
          shelfLifeDays: sku.shelfLifeDays ?? null,
          defaultStrategy: sku.strategy ?? null,
          attributes: { demand: sku.demand, unitsAWeek: sku.weekly },
        }),
      )(),
    ),
  );
  const lanes = createLanes({ concurrency: CONCURRENCY });
  for (const told of story) await lanes.add(jobOf(client, told, step));
  await lanes.finish();
  return { skus: skus.length, locations: locations.length, steps: story.length };
}

type Stage = () => Promise<unknown>;

/** The last call of a step counts as its progress. */
function jobOf(client: GranaryClient, step: Step, counted: (work: Stage) => () => Promise<void>): LaneJob {
  const keys = [...new Set(step.lines.map(({ skuId }) => skuId))];
  const stages = stagesOf(client, step);
  const last = stages.length - 1;
  return {
    keys,
    stages: stages.map((stage, index) =>
      index === last
        ? counted(stage)
        : async () => {
            await stage();
          },
    ),
  };
}

function stagesOf(client: GranaryClient, step: Step): Stage[] {
  switch (step.kind) {
    case 'purchase':
      return [
        () =>
          client.inbound.purchase.mutate({
            documentNo: step.documentNo,
            occurredAt: step.at,
            supplier: step.supplier,
            lines: [...step.lines],
          }),
      ];
    case 'return':
      return [
        () =>
          client.inbound.return.mutate({
            documentNo: step.documentNo,
            occurredAt: step.at,
            reason: 'sent back by the customer',
            lines: [...step.lines],
          }),
      ];
    case 'till':
      return [
        () => client.outbound.sales.mutate({ orderNo: step.documentNo, occurredAt: step.at, lines: [...step.lines] }),
      ];
    case 'cart':
      return [() => holdCart(client, step)];
    case 'order': {
      const order = { type: 'order', businessId: step.orderNo } as const;
      const lines = step.lines.map((line, index) => ({ ...order, ...line, lineId: String(index + 1) }));
      return [
        () => client.reservation.reserveMany.mutate({ lines }),
        () => client.reservation.confirm.mutate(order),
        // Paid today and not sent yet: still held.
        () =>
          step.shipped
            ? client.outbound.sales.mutate({ orderNo: step.orderNo, occurredAt: step.at, lines: [...step.lines] })
            : Promise.resolve(),
      ];
    }
  }
}

async function holdCart(client: GranaryClient, step: Extract<Step, { kind: 'cart' }>): Promise<void> {
  const cart = { type: 'cart', businessId: step.businessId } as const;
  await client.reservation.reserveMany.mutate({ lines: step.lines.map((line) => ({ ...cart, ...line })) });
  if (step.released) await client.reservation.release.mutate({ ...cart, reason: 'the basket was emptied' });
}
