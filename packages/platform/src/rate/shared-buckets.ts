/**
 * Token buckets in Redis that all processes share. A process takes a twentieth of a second's share at once and spends that
 * by itself, so that a busy caller costs Redis some twenty commands a second and most calls cost it none.
 */
import type { Redis } from 'ioredis';
import { createCircuitBreaker } from '../circuit-breaker.ts';
import type { Log } from '../log.ts';
import { askBucket, type BucketAnswer } from './bucket-script.ts';
import type { RateRule } from './token-bucket.ts';

export interface SharedBuckets {
  /** As RateLimiter.take, but undefined when Redis did not answer. */
  take(key: string, weight: number, rule: RateRule): Promise<number | undefined>;
}

export interface SharedBucketsOptions {
  readonly redis: Redis;
  readonly log: Log;
  readonly prefix: string;
}

/** What this process has taken out of a bucket and not spent yet. */
interface Share {
  left: number;
  /** What is not spent by then is given up: the bucket has filled again meanwhile. */
  untilMs: number;
  /** Under way: one question at a time for each bucket. */
  asking: Promise<Asked> | undefined;
  /** Refused not long ago: nobody who wants as much need ask before then. */
  refused: { readonly weight: number; readonly untilMs: number } | undefined;
}

interface Asked {
  readonly weight: number;
  /** Undefined when Redis did not answer. */
  readonly answer: BucketAnswer | undefined;
}

const SHARES_A_SECOND = 20;
const KEPT_MS = 1_000;
const MAX_SHARES = 50_000;
const REST_MS = 1_000;

export function createSharedBuckets({ redis, log, prefix }: SharedBucketsOptions): SharedBuckets {
  const shares = new Map<string, Share>();
  const circuit = createCircuitBreaker({ failures: 1, restMs: REST_MS });

  async function ask(key: string, weight: number, rule: RateRule): Promise<Asked> {
    if (!circuit.mayTry()) return { weight, answer: undefined };
    const most = Math.max(weight, Math.floor(rule.perSecond / SHARES_A_SECOND));
    try {
      const answer = await askBucket(redis, prefix + key, { ...rule, least: weight, most });
      circuit.succeeded();
      return { weight, answer };
    } catch (error) {
      if (circuit.failed() === 1) log('warn', 'rates are counted by each process for itself: Redis is away', { error });
      return { weight, answer: undefined };
    }
  }

  function askOnce(key: string, share: Share, asked: () => Promise<Asked>): Promise<Asked> {
    share.asking ??= asked().then((result) => {
      share.asking = undefined;
      note(share, result);
      remember(shares, key, share);
      return result;
    });
    return share.asking;
  }

  return {
    async take(key, weight, rule) {
      for (;;) {
        const share = shareOf(shares, key);
        if (share.left >= weight) {
          share.left -= weight;
          return 0;
        }
        const waitMs = refusedFor(share, weight);
        if (waitMs > 0) return waitMs;
        const { answer } = await askOnce(key, share, () => ask(key, weight, rule));
        if (answer === undefined) return undefined;
      }
    },
  };
}

/** The share as it stands now. */
function shareOf(shares: Map<string, Share>, key: string): Share {
  const share = shares.get(key) ?? { left: 0, untilMs: 0, asking: undefined, refused: undefined };
  if (share.untilMs <= performance.now()) share.left = 0;
  remember(shares, key, share);
  return share;
}

function note(share: Share, { weight, answer }: Asked): void {
  if (answer === undefined) return;
  const nowMs = performance.now();
  share.left += answer.taken;
  if (answer.taken > 0) share.untilMs = nowMs + KEPT_MS;
  share.refused = answer.taken > 0 ? undefined : { weight, untilMs: nowMs + answer.waitMs };
}

function refusedFor({ refused }: Share, weight: number): number {
  return refused !== undefined && weight >= refused.weight
    ? Math.max(0, Math.ceil(refused.untilMs - performance.now()))
    : 0;
}

/** The longest silent is forgotten first. */
function remember(shares: Map<string, Share>, key: string, share: Share): void {
  shares.delete(key);
  const [oldest] = shares.keys();
  if (shares.size >= MAX_SHARES && oldest !== undefined) shares.delete(oldest);
  shares.set(key, share);
}
