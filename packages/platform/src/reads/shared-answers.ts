/**
 * Answers kept in Redis for all processes. Every SKU has a token there that each change renews; an answer carries the tokens that were
 * in force before it was read and counts only while they are, so a late writer of an old answer changes nothing. Redis
 * may lose, forget or garble whatever it likes: that is a miss.
 */
import type { Question, Sourced, Sources } from '@granary/domain/ports/read-cache';
import type { Redis } from 'ioredis';
import type { CircuitBreaker } from '../circuit-breaker.ts';
import type { KeptAnswer } from './answer-shelf.ts';
import type { CacheKeys } from './cache-keys.ts';
import type { Freshness } from './freshness.ts';

export interface FoundAnswers {
  readonly answers: ReadonlyMap<string, KeptAnswer>;
  /** Puts an answer there that was read after `find`; nobody waits for it. */
  keep<T>(key: string, sourced: Sourced<T>, forMs: number): void;
}

export interface SharedAnswers {
  find<T>(question: Question<T>, keys: readonly string[]): Promise<FoundAnswers>;
}

export interface SharedAnswersParts {
  readonly redis: Redis;
  readonly keys: CacheKeys;
  readonly freshness: Freshness;
  readonly breaker: CircuitBreaker;
  readonly now: () => number;
  /** A change of this process that Redis has not confirmed yet: its old answers must not come back from there. */
  readonly isUntold: (sources: Sources) => boolean;
}

/** More at once are read faster from the database. */
const MOST_KEYS = 20;
/** What holds for less is not worth a trip. */
const LEAST_MS = 2_000;

/** KEYS: the answer, then the tokens. ARGV: a token for what has none, and for how long. */
const FIND = `
local tokens = {}
for i = 2, #KEYS do
  local token = redis.call('GET', KEYS[i])
  if not token then
    token = ARGV[1]
    redis.call('SET', KEYS[i], token, 'PX', ARGV[2])
  end
  tokens[i - 1] = token
end
return { table.concat(tokens, ' '), redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }`;

/** Compares and writes in one step. ARGV: the tokens, the answer, its milliseconds. */
const KEEP = `
local tokens = {}
for i = 2, #KEYS do tokens[i - 1] = redis.call('GET', KEYS[i]) or '' end
if table.concat(tokens, ' ') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

const NOTHING: FoundAnswers = { answers: new Map(), keep: () => undefined };

export function createSharedAnswers(parts: SharedAnswersParts): SharedAnswers {
  const { redis, keys: names, freshness, breaker, now, isUntold } = parts;

  async function find<T>(question: Question<T>, keys: readonly string[]): Promise<FoundAnswers> {
    const isTold = keys.every((key) => !isUntold(question.asks(key)));
    if (keys.length > MOST_KEYS || !isTold || !breaker.mayTry()) return NOTHING;
    const [mark, readAtMs] = [freshness.mark(), now()];
    const answers = new Map<string, KeptAnswer>();
    const leases = new Map<string, { readonly tokens: string; readonly asked: Sources }>();
    try {
      await Promise.all(
        keys.map(async (key) => {
          const asked = question.asks(key);
          const all = [names.answer(question.kind, key), ...names.tokens(asked)];
          const found = await redis.eval(FIND, all.length, ...all, names.freshToken(), names.tokenMs);
          const [tokens, text, leftMs] = found as [string, string | null, number];
          leases.set(key, { tokens, asked });
          const answer = text === null ? undefined : question.read(answerIn(text, tokens));
          if (answer === undefined || leftMs <= 0) return;
          answers.set(key, { answer, sources: asked, mark, readAtMs, untilMs: readAtMs + leftMs, isShared: true });
        }),
      );
      breaker.succeeded();
    } catch {
      breaker.failed();
      return NOTHING;
    }
    return {
      answers,
      keep: (key, { answer, sources }, forMs) => {
        const lease = leases.get(key);
        if (lease === undefined || forMs < LEAST_MS || !isWithin(sources, lease.asked) || isUntold(sources)) return;
        const all = [names.answer(question.kind, key), ...names.tokens(lease.asked)];
        const text = JSON.stringify({ tokens: lease.tokens, answer });
        redis.eval(KEEP, all.length, ...all, lease.tokens, text, Math.floor(forMs)).catch(() => breaker.failed());
      },
    };
  }

  return { find };
}

/** What was read from other SKUs as well, whose tokens nobody looked at before, is kept in the process alone. */
function isWithin(sources: Sources, asked: Sources): boolean {
  if (asked === 'everything') return true;
  return sources !== 'everything' && sources.every((skuId) => asked.includes(skuId));
}

function answerIn(text: string, tokens: string): unknown {
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== 'object' || kept === null || !('tokens' in kept) || !('answer' in kept)) return undefined;
    return kept.tokens === tokens ? kept.answer : undefined;
  } catch {
    return undefined;
  }
}
