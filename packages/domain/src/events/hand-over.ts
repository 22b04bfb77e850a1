/**
 * Events handed to the subscribers of this process, each at once and in order. What one of them does not take, and what
 * stands behind that along the same aggregate, is left for its queue: the relay waits for nobody.
 */
import type { EventType, StockEvent } from '@granary/contracts/event';
import { blockedKey } from '../persistence/event-delivery-store.ts';
import { aggregateOf } from '../rules/succession.ts';

export interface Untaken {
  readonly event: StockEvent;
  /** Why; null when it was not tried. */
  readonly error: string | null;
  /** False when the failure tells nothing of the event, such as a connection that is gone: it brings nothing nearer to its death. */
  readonly counts: boolean;
}

export interface DirectSubscriber {
  /** `stream` or `listener:<name>`. */
  readonly name: string;
  readonly types: readonly EventType[] | 'all';
  /** Answers what was not taken, in order; never throws and never takes long. */
  readonly take: (events: readonly StockEvent[]) => Promise<readonly Untaken[]>;
}

export interface Handed {
  readonly subscriber: string;
  readonly taken: readonly StockEvent[];
  readonly left: readonly Untaken[];
}

/** `blocked` has the aggregates of which a subscriber has events waiting already. */
export async function handOver(
  subscribers: readonly DirectSubscriber[],
  events: readonly StockEvent[],
  blocked: ReadonlySet<string>,
): Promise<readonly Handed[]> {
  return await Promise.all(subscribers.map((subscriber) => handTo(subscriber, events, blocked)));
}

async function handTo(
  { name, types, take }: DirectSubscriber,
  events: readonly StockEvent[],
  blocked: ReadonlySet<string>,
): Promise<Handed> {
  const wanted = events.filter(({ type }) => types === 'all' || types.includes(type));
  const open = wanted.filter((event) => !blocked.has(blockedKey(name, aggregateOf(event))));
  const untaken = new Map(
    (open.length === 0 ? [] : await take(open)).map((left): [string, Untaken] => [left.event.id, left]),
  );
  const isOpen = new Set(open.map(({ id }) => id));
  const left = wanted.flatMap((event): Untaken[] => {
    if (!isOpen.has(event.id)) return [{ event, error: null, counts: false }];
    const kept = untaken.get(event.id);
    return kept === undefined ? [] : [kept];
  });
  return { subscriber: name, taken: open.filter(({ id }) => !untaken.has(id)), left };
}
