/** A token bucket as a value: it fills by so many a second up to its burst, and what is in it may be taken. */

export interface RateRule {
  /** How many come in each second; more than 0. */
  readonly perSecond: number;
  /** How many it holds at most, so how many may be taken at once. */
  readonly burst: number;
}

export interface TokenBucket {
  readonly tokens: number;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

export interface Taken {
  readonly bucket: TokenBucket;
  /** Milliseconds until that many will be there; 0 when they were taken. */
  readonly waitMs: number;
}

export function fullBucket({ burst }: RateRule, nowMs: number): TokenBucket {
  return { tokens: burst, atMs: nowMs };
}

/** All or nothing: what is refused takes nothing. */
export function takeFrom(before: TokenBucket, rule: RateRule, { weight, nowMs }: TakeAt): Taken {
  const gained = (Math.max(0, nowMs - before.atMs) * rule.perSecond) / 1_000;
  const tokens = Math.min(rule.burst, before.tokens + gained);
  if (tokens >= weight) return { bucket: { tokens: tokens - weight, atMs: nowMs }, waitMs: 0 };
  return { bucket: { tokens, atMs: nowMs }, waitMs: Math.ceil(((weight - tokens) * 1_000) / rule.perSecond) };
}

export interface TakeAt {
  readonly weight: number;
  readonly nowMs: number;
}
