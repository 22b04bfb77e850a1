/** Lets callers in as often as they may call: by the address they come from, and by the token they show. */
import type { IncomingMessage } from 'node:http';
import { GranaryError } from '@granary/contracts/error';
import type { Principal } from '@granary/contracts/permission';
import type { RateLimiter } from '@granary/platform/rate/rate-limiter';
import type { Authenticate } from '../access/authentication.ts';
import { MAX_BATCH } from '../transport-refusal.ts';
import { addressKey } from './address-key.ts';

export interface RateLimits {
  readonly limiter: RateLimiter;
  /** Calls a second; 0 is no limit. */
  readonly perAddress: number;
  readonly perToken: number;
  /** Told of each request that was turned away, and by which of the two. */
  readonly countRefusal?: ((by: RateSubject) => void) | undefined;
}

/** What the calls are counted by. */
export type RateSubject = 'address' | 'token';

/** Who is asking, and may: `callCount` is how many calls the request holds, each of which counts. */
export type Admit = (request: IncomingMessage, callCount: number) => Promise<Principal>;

/** Whoever shows what lets nobody in makes the database look, and most likely guesses. */
const REFUSED_WEIGHT = 10;
const BURST_SECONDS = 2;

export function createRateGate(authenticate: Authenticate, limits: RateLimits | undefined): Admit {
  if (limits === undefined) return authenticate;
  const { limiter, perAddress, perToken, countRefusal } = limits;

  const limitOf: Record<RateSubject, number> = { address: perAddress, token: perToken };

  async function spend(by: RateSubject, key: string, weight: number): Promise<void> {
    const perSecond = limitOf[by];
    if (perSecond === 0) return;
    // The largest batch must fit, or it could never be let in.
    const burst = Math.max(BURST_SECONDS * perSecond, MAX_BATCH);
    const waitMs = await limiter.take(key, weight, { perSecond, burst });
    if (waitMs <= 0) return;
    countRefusal?.(by);
    throw rateLimited(waitMs);
  }

  return async (request, callCount) => {
    const address = `address:${addressKey(request.socket.remoteAddress)}`;
    await spend('address', address, callCount);
    const principal = await authenticate(request).catch(async (refusal: unknown) => {
      await spend('address', address, REFUSED_WEIGHT);
      throw refusal;
    });
    if (principal.actor.startsWith('token:')) await spend('token', principal.actor, callCount);
    return principal;
  };
}

function rateLimited(waitMs: number): GranaryError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new GranaryError('rateLimited', {
    message: 'This token or address calls more often than it may.',
    hint: `Send the call again after ${retryAfterSeconds} s with the same idempotency key; nothing was done. Each call of a batch counts.`,
    details: { retryAfterSeconds },
  });
}
