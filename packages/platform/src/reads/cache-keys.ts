/** The names in Redis of kept answers, and of the tokens and the channel by which processes tell each other of changes. */
import { createHash, randomUUID } from 'node:crypto';
import type { Sources } from '@granary/domain/ports/read-cache';

export interface CacheKeys {
  readonly channel: string;
  /** Longer than any answer is kept. */
  readonly tokenMs: number;
  answer(kind: string, key: string): string;
  /** All that must be in force for an answer that was read from these. */
  tokens(sources: Sources): readonly string[];
  /** Those that a change of these renews. */
  renewed(sources: Sources): readonly string[];
  freshToken(): string;
  /** What the names of answers, and of all that is kept, begin with. */
  readonly begins: { readonly answers: string; readonly all: string };
}

const TOKEN_MS = 3_600_000;

/** `database`: what tells this database from every other one, as several may share one Redis. */
export function createCacheKeys(database: string): CacheKeys {
  const prefix = `granary:reads:${createHash('sha256').update(database).digest('hex').slice(0, 16)}`;
  const era = `${prefix}:era`;
  const all = `${prefix}:all`;
  const ofSku = (skuId: string) => `${prefix}:sku:${skuId}`;
  return {
    channel: `${prefix}:changes`,
    tokenMs: TOKEN_MS,
    answer: (kind, key) => `${prefix}:answer:${kind}:${key}`,
    tokens: (sources) => [era, ...(sources === 'everything' ? [all] : sources.map(ofSku))],
    renewed: (sources) => [all, ...(sources === 'everything' ? [era] : sources.map(ofSku))],
    freshToken: () => randomUUID(),
    begins: { answers: `${prefix}:answer:`, all: `${prefix}:` },
  };
}
