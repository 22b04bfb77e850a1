/** Answers of reading calls by way of the cache, where there is one. Only services that answer and never decide come here. */
import { NEVER } from '../entities/batch.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import type { Question, Sourced } from '../ports/read-cache.ts';
import type { Tx } from '../persistence/transaction.ts';
import { present } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { millisecondsUntil } from '../rules/offer.ts';

type Ports = Pick<DomainPorts, 'cache'>;

/** By key; a key that the load does not answer is left out. */
export async function answersOf<T>(
  { cache }: Ports,
  question: Question<T>,
  {
    keys,
    load,
  }: { keys: readonly string[]; load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Sourced<T>>> },
): Promise<ReadonlyMap<string, T>> {
  if (cache !== undefined) return await cache.answers(question, keys, load);
  return new Map([...(await load(keys))].map(([key, { answer }]) => [key, answer]));
}

export async function answerOf<T>(
  ports: Ports,
  question: Question<T>,
  { key, load }: { key: string; load: () => Promise<Sourced<T>> },
): Promise<T> {
  if (ports.cache === undefined) return (await load()).answer;
  const found = await ports.cache.answers(question, [key], async () => new Map([[key, await load()]]));
  return present(found.get(key), `the answer to ${question.kind}`);
}

/** An answer from all that was read into a draft: right until the next of its batches expires. */
export function fromDraft<T>(tx: Tx, draft: Draft, answer: T): Sourced<T> {
  let until = NEVER;
  for (const { expiresAt } of draft.batches.values()) if (expiresAt > draft.now && expiresAt < until) until = expiresAt;
  return {
    answer,
    sources: [...draft.skus.keys()],
    holdsMs: Math.min(tx.holdsMs, millisecondsUntil(until, draft.now)),
  };
}
