/** A token bucket in Redis, as one script: read, filled by the time that has passed, taken from and written in one step. */
import type { Redis } from 'ioredis';
import type { RateRule } from './token-bucket.ts';

export interface BucketQuestion extends RateRule {
  /** With fewer than this many, nothing is taken. */
  readonly least: number;
  readonly most: number;
}

export interface BucketAnswer {
  readonly taken: number;
  /** Milliseconds until `least` will be there; 0 when something was taken. */
  readonly waitMs: number;
}

/** The clock is that of Redis, so processes whose clocks differ count alike. A bucket that would be full again is forgotten. */
const SCRIPT = `
local perSecond, burst, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local passed = math.max(0, now - (tonumber(held[2] or '') or now))
local tokens = math.min(burst, (tonumber(held[1] or '') or burst) + passed * perSecond / 1000)
local taken = 0
if tokens >= least then taken = math.min(most, math.floor(tokens)) end
local left = tokens - taken
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', left), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - left) * 1000 / perSecond) + 1000)
if taken > 0 then return {taken, 0} end
return {0, math.ceil((least - tokens) * 1000 / perSecond)}`;

/** Rejects when Redis does not answer, or answers something else. */
export async function askBucket(redis: Redis, key: string, question: BucketQuestion): Promise<BucketAnswer> {
  const { perSecond, burst, least, most } = question;
  const answer: unknown = await redis.eval(SCRIPT, 1, key, perSecond, burst, least, most);
  const [taken, waitMs] = Array.isArray(answer) ? (answer as unknown[]) : [];
  if (!isCount(taken) || !isCount(waitMs)) throw new Error('Redis answered something that is no bucket');
  return { taken, waitMs };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
