/**
 * In-process listeners to events, after commit and at least once. Each is called with one event at a time and goes at its
 * own pace: what it fails at, or has no time for, waits in its queue, and with it what follows along the same aggregate.
 */
import type { EventType, StockEvent } from '@granary/contracts/event';
import type { DirectSubscriber, Untaken } from '@granary/domain/events/hand-over';
import { aggregateOf } from '@granary/domain/rules/succession';
import type { Log } from '@granary/platform/log';
import type { Outcome } from './delivery-pump.ts';

export interface Listener {
  /** Its queue in the database goes by this name, so it stays the same from one start to the next. */
  readonly name: string;
  readonly types: readonly EventType[] | 'all';
  handle(event: StockEvent): Promise<void> | void;
  /** For one that would rather hear of a whole round at once: all of it is taken, or all of it comes again, one by one. */
  handleAll?(events: readonly StockEvent[]): Promise<void>;
}

export interface ListenersOptions {
  readonly log: Log;
  /** How long a round of the relay may wait for one listener. */
  readonly budgetMs?: number;
  /** How long a listener may take for one event that it is brought again. */
  readonly timeoutMs?: number;
}

export interface Listeners {
  /** The returned function ends it; what it lacks stays in its queue. */
  add(listener: Listener): () => void;
  /** As the relay sees them. */
  direct(): readonly DirectSubscriber[];
  /** Brings one event again. */
  attempt(subscriber: string, event: StockEvent): Promise<Outcome>;
}

const BUDGET_MS = 1_000;
const TIMEOUT_MS = 15_000;
const LONGEST_NAME = 80;

interface Entry {
  readonly listener: Listener;
  /** Resolves when the calls so far have ended. */
  tail: Promise<unknown>;
  calls: number;
}

export function createListeners(options: ListenersOptions): Listeners {
  const { log, budgetMs = BUDGET_MS, timeoutMs = TIMEOUT_MS } = options;
  const entries = new Map<string, Entry>();
  return {
    add: (listener) => {
      const name = `listener:${listener.name}`;
      if (entries.has(name)) throw new Error(`there is a listener "${listener.name}" already`);
      if (listener.name === '' || listener.name.length > LONGEST_NAME)
        throw new Error(`the name of a listener has 1 to ${LONGEST_NAME} characters`);
      entries.set(name, { listener, tail: Promise.resolve(), calls: 0 });
      return () => {
        entries.delete(name);
      };
    },
    direct: () =>
      [...entries].map(([name, entry]) => ({
        name,
        types: entry.listener.types,
        take: (events) => takeOf(entry, { events, budgetMs, log }),
      })),
    attempt: async (subscriber, event) => {
      const entry = entries.get(subscriber);
      if (entry === undefined) return { ok: false, error: 'the listener is gone', status: null, counts: false };
      try {
        await handled(entry, event, timeoutMs);
        return { ok: true };
      } catch (error) {
        log('warn', 'a listener failed again', { subscriber, eventId: event.id, error });
        return { ok: false, error: textOf(error), status: null };
      }
    },
  };
}

/** After a failure the rest of that aggregate waits; when the time is used up everything does. */
async function takeOf(
  entry: Entry,
  { events, budgetMs, log }: { events: readonly StockEvent[]; budgetMs: number; log: Log },
): Promise<readonly Untaken[]> {
  // It is at an event from its queue, or at one that it has not answered in time.
  if (entry.calls > 0) return events.map(untried);
  if (entry.listener.handleAll !== undefined) return await takeAll(entry, { events, budgetMs, log });
  const deadline = performance.now() + budgetMs;
  const stuck = new Set<string>();
  const left: Untaken[] = [];
  for (const event of events) {
    const rest = deadline - performance.now();
    if (rest <= 0 || entry.calls > 0 || stuck.has(aggregateOf(event))) {
      stuck.add(aggregateOf(event));
      left.push(untried(event));
      continue;
    }
    try {
      await handled(entry, event, rest);
    } catch (error) {
      stuck.add(aggregateOf(event));
      left.push({ event, error: textOf(error), counts: true });
      log('warn', 'a listener failed; the event is brought again', {
        listener: entry.listener.name,
        eventId: event.id,
        eventType: event.type,
        error,
      });
    }
  }
  return left;
}

async function takeAll(
  entry: Entry,
  { events, budgetMs, log }: { events: readonly StockEvent[]; budgetMs: number; log: Log },
): Promise<readonly Untaken[]> {
  try {
    await called(entry, async () => await entry.listener.handleAll?.(events), budgetMs);
    return [];
  } catch (error) {
    log('warn', 'a listener failed; the events are brought again', { listener: entry.listener.name, error });
    // Which of them it is the fault of shows when they come again one by one.
    return events.map((event) => ({ event, error: textOf(error), counts: false }));
  }
}

const untried = (event: StockEvent): Untaken => ({ event, error: null, counts: false });

/** One call after the other. A call that takes too long is given up, and the next one still waits until it has ended, or as long again. */
async function handled(entry: Entry, event: StockEvent, timeoutMs: number): Promise<void> {
  await called(entry, async () => await entry.listener.handle(event), timeoutMs);
}

async function called(entry: Entry, work: () => Promise<void>, timeoutMs: number): Promise<void> {
  const before = entry.tail;
  entry.calls += 1;
  let isGivenUp = false;
  const call = before.then(async () => {
    if (!isGivenUp) await work();
  });
  const end = Promise.race([call.catch(() => undefined), pause(timeoutMs + TIMEOUT_MS)]).then(() => {
    entry.calls -= 1;
  });
  entry.tail = end;
  await withTimeout(call, timeoutMs).finally(() => {
    isGivenUp = true;
  });
}

async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the listener took too long')), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
