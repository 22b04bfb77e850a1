/**
 * In-process listeners to events, after commit and at least once. Each listener gets the events of an aggregate in order
 * and goes at its own pace: one that fails is tried again with what it lacks, and the others do not see repeats for it.
 */
import type { EventType, StockEvent } from '@granary/contracts/event';
import type { Log } from '@granary/platform/log';

export interface Listener {
  /** For the log. */
  readonly name: string;
  readonly types: readonly EventType[] | 'all';
  handle(event: StockEvent): Promise<void> | void;
}

export interface Listeners {
  /** The returned function ends it. */
  add(listener: Listener): () => void;
  /** Hands events to everybody; throws ListenersBehind while somebody lacks one, so that the same events are brought again. */
  deliver(events: readonly StockEvent[]): Promise<void>;
}

/** Some listener has not taken all events yet. */
export class ListenersBehind extends Error {
  override readonly name = 'ListenersBehind';
}

export function createListeners(log: Log): Listeners {
  /** What each listener has had of the events that are being brought again; empty once all have had all. */
  const taken = new Map<Listener, Set<string>>();
  return {
    add: (listener) => {
      taken.set(listener, new Set());
      return () => {
        taken.delete(listener);
      };
    },
    deliver: async (events) => {
      const lacking = await Promise.all([...taken].map(([listener, ids]) => deliverTo(listener, { events, ids, log })));
      const behind = lacking.filter((count) => count > 0).length;
      if (behind > 0) throw new ListenersBehind(`${behind} of ${taken.size} listeners have not taken all events`);
      for (const ids of taken.values()) ids.clear();
    },
  };
}

/** Answers how many events the listener still lacks. After a failure the rest of that aggregate waits, so its order is kept. */
async function deliverTo(
  listener: Listener,
  batch: { events: readonly StockEvent[]; ids: Set<string>; log: Log },
): Promise<number> {
  const stuck = new Set<string>();
  let lacking = 0;
  for (const event of batch.events) {
    if (batch.ids.has(event.id) || (listener.types !== 'all' && !listener.types.includes(event.type))) continue;
    const aggregate = `${event.aggregate.kind}:${event.aggregate.id}`;
    if (!stuck.has(aggregate)) {
      try {
        await listener.handle(event);
        batch.ids.add(event.id);
        continue;
      } catch (error) {
        stuck.add(aggregate);
        batch.log('warn', 'a listener failed; the event is brought again', {
          listener: listener.name,
          eventId: event.id,
          eventType: event.type,
          error,
        });
      }
    }
    lacking += 1;
  }
  return lacking;
}
