/** Which facts may be published now: those whose aggregate has been published up to exactly where they begin. */
import type { StockEvent } from '@granary/contracts/event';
import type { Fact } from '../entities/outbox.ts';

export interface Pointed {
  readonly fact: Fact;
  readonly outboxId: string;
  /** Its place in the outbox row. */
  readonly at: number;
}

export interface Succession {
  /** In an order in which every aggregate's versions follow each other. */
  readonly ready: readonly Pointed[];
  /** `<outboxId>/<place>` of what is published or was published before. */
  readonly done: ReadonlySet<string>;
  /** Where the aggregates stand after this round. */
  readonly cursors: ReadonlyMap<string, number>;
}

export function aggregateId({ kind, id }: Pick<Fact, 'kind' | 'id'>): string {
  return `${kind}:${typeof id === 'string' ? id : pairName(id)}`;
}

/** The same for an event. */
export function aggregateOf({ aggregate }: Pick<StockEvent, 'aggregate'>): string {
  return `${aggregate.kind}:${aggregate.id}`;
}

/** `S/default`. Identifiers may hold slashes: then the length of the first one tells where it ends. */
function pairName([skuId, locationId]: readonly [skuId: string, locationId: string]): string {
  return `${skuId.includes('/') ? `/${skuId.length}/` : ''}${skuId}/${locationId}`;
}

/** `known` is how far each aggregate has been published; one that is not there stands before its first version. */
export function publishable(facts: readonly Pointed[], known: ReadonlyMap<string, number>): Succession {
  const waiting = new Map<string, Pointed[]>();
  for (const pointed of facts) {
    const key = aggregateId(pointed.fact);
    const queue = waiting.get(key);
    if (queue === undefined) waiting.set(key, [pointed]);
    else queue.push(pointed);
  }
  const ready = new Set<Pointed>();
  const done = new Set<string>();
  const cursors = new Map<string, number>();
  for (const [key, queue] of waiting) {
    let version = known.get(key) ?? 0;
    for (const pointed of queue.toSorted((a, b) => a.fact.from - b.fact.from)) {
      if (pointed.fact.to > version && pointed.fact.from !== version) break;
      done.add(`${pointed.outboxId}/${pointed.at}`);
      if (pointed.fact.to <= version) continue;
      ready.add(pointed);
      version = pointed.fact.to;
    }
    if (version !== (known.get(key) ?? 0)) cursors.set(key, version);
  }
  const inOrder = [...ready].toSorted((a, b) => a.fact.from - b.fact.from);
  return { ready: inOrder, done, cursors };
}
