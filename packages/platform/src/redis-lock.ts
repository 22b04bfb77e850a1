/** One Redis lock: asked for once with a bounded wait for the answer, extended while its work runs, given back without being waited for. */
import type { Redis } from 'ioredis';
import { ExecutionError, Redlock, ResourceLockedError, type Lock } from 'redlock';
import type { Log } from './log.ts';

export interface RedisLocksOptions {
  readonly redis: Redis;
  readonly log: Log;
  /** How long Redis keeps a lock whose holder is silent. */
  readonly ttlMs: number;
  /** How long Redis may take to answer. */
  readonly answerMs: number;
  /** A lock was gone before its work had ended. */
  readonly onLost: () => void;
}

export type Attempt =
  | { readonly kind: 'held'; readonly lock: Lock }
  | { readonly kind: 'taken' }
  | { readonly kind: 'silent'; readonly error: unknown };

export interface RedisLocks {
  /** Asks once for all keys together. Never rejects. */
  attempt(keys: string[]): Promise<Attempt>;
  /** Extends a held lock from now on. The returned function ends that and gives the lock back. */
  keep(lock: Lock): () => void;
  /** Resolves when every release that is under way has been answered. */
  settled(): Promise<void>;
}

export function createRedisLocks(options: RedisLocksOptions): RedisLocks {
  const { redis, ttlMs, answerMs } = options;
  const underWay = new Set<Promise<void>>();
  const track = (work: Promise<void>) => {
    const tracked: Promise<void> = work.catch(() => undefined).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  // Redlock's scripts select the database themselves, so it has to be told the one that the URL names.
  const redlock = new Redlock([redis], { retryCount: 0, db: redis.options.db ?? 0 });
  // The event comes for every attempt that found the lock taken; what matters reaches us as the result of the attempt.
  redlock.on('error', () => undefined);
  return {
    attempt: async (keys) => {
      const asked = redlock.acquire(keys, ttlMs).then((lock): Attempt => ({ kind: 'held', lock }), outcomeOf);
      const answer = await answerWithin(asked, answerMs);
      if (answer !== undefined) return answer;
      // It may still be granted: then nobody would hold it, and nobody else could.
      track(
        asked.then((late) =>
          late.kind === 'held' ? giveBack(late.lock, { ...options, onLost: () => undefined }) : undefined,
        ),
      );
      return { kind: 'silent', error: new Error(`no answer within ${answerMs} ms`) };
    },
    keep: (lock) => keep(lock, options, track),
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** While an extension is under way it is the one that gives the lock back, as only its answer tells what there is to give. */
function keep(acquired: Lock, options: RedisLocksOptions, track: (work: Promise<void>) => void): () => void {
  const { ttlMs, log } = options;
  const state = { lock: acquired, ended: false, gone: false, extending: false };
  let timer = setTimeout(extend, ttlMs / 2);
  function extend(): void {
    state.extending = true;
    track(state.lock.extend(ttlMs).then(extended, notExtended));
  }
  async function extended(lock: Lock): Promise<void> {
    state.lock = lock;
    state.extending = false;
    if (state.ended) await giveBack(lock, options);
    else timer = setTimeout(extend, ttlMs / 2);
  }
  async function notExtended(error: unknown): Promise<void> {
    const taken = (await outcomeOf(error)).kind === 'taken';
    state.extending = false;
    if (taken || state.lock.expiration <= Date.now()) {
      state.gone = true;
      options.onLost();
      const keys = acquired.resources;
      log('warn', 'a lock was lost while its work was running; the database decides', { keys, error });
    } else if (state.ended) await giveBack(state.lock, options);
    else timer = setTimeout(extend, ttlMs / 10);
  }
  return () => {
    state.ended = true;
    clearTimeout(timer);
    if (!state.extending && !state.gone) track(giveBack(state.lock, options));
  };
}

/** A failing release harms nobody: the lock ends by itself. */
async function giveBack(lock: Lock, { ttlMs, log, onLost }: RedisLocksOptions): Promise<void> {
  try {
    await lock.release();
  } catch (error) {
    if ((await outcomeOf(error)).kind === 'taken') onLost();
    log('warn', 'a lock could not be given back; it ends by itself', { keys: lock.resources, ttlMs, error });
  }
}

/** Redis answered that the lock is somebody else's (or nobody's), or it did not answer properly. */
async function outcomeOf(error: unknown): Promise<Attempt> {
  if (!(error instanceof ExecutionError)) return { kind: 'silent', error };
  const votes = await Promise.all(error.attempts);
  const reasons = votes.flatMap((vote) => [...vote.votesAgainst.values()]);
  const taken = reasons.some((reason) => reason instanceof ResourceLockedError);
  return taken ? { kind: 'taken' } : { kind: 'silent', error: reasons[0] ?? error };
}

/** Undefined when there is no answer in time. */
async function answerWithin<T>(answer: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
