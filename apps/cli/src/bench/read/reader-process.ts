/** One of several processes that read everybody's stock and write their own; it notes what each answer contained. */
import { type Granary, openGranary } from '@granary/platform/granary';
import { parseConfig } from '@granary/platform/env';
import { silentLog } from '@granary/platform/log';
import { answerParent } from '../load/answer-parent.ts';
import { reserving } from '../load/arms.ts';
import { demandFor } from '../load/stock.ts';

export type AgeOrder =
  | {
      readonly kind: 'open';
      readonly databaseUrl: string;
      readonly redisUrl: string;
      readonly skuIds: readonly string[];
      /** On hand of each. */
      readonly units: number;
    }
  | { readonly kind: 'run'; readonly own: readonly string[]; readonly reads: number; readonly writes: number };

/** Of a SKU of another process: how many writes an answer contained, and when it was asked for the last time that it did. */
export interface Read {
  readonly skuId: string;
  readonly contained: number;
  readonly lastAskedAtMs: number;
}

export interface Written {
  readonly reads: number;
  readonly writes: number;
  readonly kept: number;
  readonly olderThanOwn: number;
  readonly seen: readonly Read[];
  /** When the writes of each SKU were acknowledged, in their order; all processes of a machine share this clock. */
  readonly written: readonly { readonly skuId: string; readonly ackedAtMs: readonly number[] }[];
}

const READERS = 16;
/** Reads before whoever waits for the network has a turn. */
const READS_A_TURN = 50;

let opened: { readonly granary: Granary; readonly skuIds: readonly string[]; readonly units: number } | undefined;

/** All processes of a machine share this clock. */
const nowMs = () => performance.timeOrigin + performance.now();
const turn = () => new Promise((resolve) => setImmediate(resolve));

answerParent<AgeOrder>(async (order) => {
  if (order.kind === 'run') return await run(order);
  const { databaseUrl, redisUrl, skuIds, units } = order;
  const settings = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, STOCK_LOCK: 'none', STOCK_COST_ENABLED: 'false' };
  opened = { granary: await openGranary(parseConfig(settings), { log: silentLog }), skuIds, units };
  return 'ready';
});

async function run({ own, reads, writes }: Extract<AgeOrder, { kind: 'run' }>): Promise<Written> {
  if (opened === undefined) throw new Error('the process is not open yet');
  const { granary, skuIds, units } = opened;
  const acked = new Map(own.map((skuId): [string, number[]] => [skuId, []]));
  const seen = new Map(skuIds.filter((skuId) => !acked.has(skuId)).map((skuId) => [skuId, new Map<number, number>()]));
  const demand = demandFor(skuIds);
  const done = { reads: 0, olderThanOwn: 0, writing: true };

  const read = async () => {
    for (let at = 1; done.writing || done.reads < reads; at += 1) {
      if (at % READS_A_TURN === 0) await turn();
      const skuId = demand();
      const [askedAtMs, known] = [nowMs(), acked.get(skuId)?.length ?? 0];
      const contained = units - (await granary.domain.stock.check({ skuId })).available;
      done.reads += 1;
      if (contained < known) done.olderThanOwn += 1;
      seen.get(skuId)?.set(contained, askedAtMs);
    }
  };
  const write = async (skuId: string, times: number) => {
    const reserve = reserving(granary, () => skuId);
    for (let at = 0; at < times; at += 1) {
      await reserve();
      acked.get(skuId)?.push(nowMs());
    }
  };
  const writing = Promise.all(own.map((skuId) => write(skuId, Math.ceil(writes / own.length)))).then(
    () => (done.writing = false),
  );
  await Promise.all([writing, ...Array.from({ length: READERS }, read)]);
  const { hits } = granary.readCounters().cache;
  return {
    ...{ reads: done.reads, writes: sizeOf(acked), kept: hits, olderThanOwn: done.olderThanOwn },
    seen: [...seen].flatMap(([skuId, each]) =>
      [...each].map(([contained, lastAskedAtMs]) => ({ skuId, contained, lastAskedAtMs })),
    ),
    written: [...acked].map(([skuId, ackedAtMs]) => ({ skuId, ackedAtMs })),
  };
}

const sizeOf = (acked: ReadonlyMap<string, readonly number[]>) =>
  [...acked.values()].reduce((sum, { length }) => sum + length, 0);
