/**
 * Tells all processes by Redis of what this one has changed, right after its COMMIT: tokens are renewed and a message goes out. Whatever
 * gathers while one telling is on its way goes with the next, and what failed is told again until it is confirmed.
 */
import type { Sources } from '@granary/domain/ports/read-cache';
import type { Redis } from 'ioredis';
import type { CacheKeys } from './cache-keys.ts';

export interface ChangeTeller {
  tell(sources: Sources): void;
  /** Whether anything of it was changed here and is not confirmed yet. */
  isUntold(sources: Sources): boolean;
  close(): void;
}

const AGAIN_MS = 100;
/** More at once are told as everything. */
const MOST_SKUS = 2_000;

export interface ChangeMessage {
  readonly from: string;
  readonly changed: Sources;
}

export function createChangeTeller({
  redis,
  keys,
  self,
}: {
  redis: Redis;
  keys: CacheKeys;
  self: string;
}): ChangeTeller {
  let waiting = createHeap();
  let going = createHeap();
  let isGoing = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function send(sources: Sources): Promise<void> {
    const pipeline = redis.pipeline();
    for (const key of keys.renewed(sources)) pipeline.set(key, keys.freshToken(), 'PX', keys.tokenMs);
    const message: ChangeMessage = { from: self, changed: sources };
    pipeline.publish(keys.channel, JSON.stringify(message));
    for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
  }

  async function run(): Promise<void> {
    isGoing = true;
    while (!waiting.isEmpty() && !closed) {
      [going, waiting] = [waiting, createHeap()];
      try {
        await send(going.sources());
      } catch {
        waiting.add(going.sources());
        await new Promise<void>((resolve) => {
          timer = setTimeout(resolve, AGAIN_MS);
          timer.unref();
        });
      }
      going = createHeap();
    }
    isGoing = false;
  }

  return {
    tell: (sources) => {
      if (sources.length === 0 || closed) return;
      waiting.add(sources);
      if (!isGoing) void run();
    },
    isUntold: (sources) => waiting.holdsAny(sources) || going.holdsAny(sources),
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function createHeap() {
  const skuIds = new Set<string>();
  let all = false;
  return {
    add: (sources: Sources) => {
      if (sources === 'everything') all = true;
      else for (const skuId of sources) skuIds.add(skuId);
      if (skuIds.size > MOST_SKUS) all = true;
    },
    isEmpty: () => !all && skuIds.size === 0,
    sources: (): Sources => (all ? 'everything' : [...skuIds]),
    holdsAny: (sources: Sources) =>
      all || (skuIds.size > 0 && (sources === 'everything' || sources.some((skuId) => skuIds.has(skuId)))),
  };
}
