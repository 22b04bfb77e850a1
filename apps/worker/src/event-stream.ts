/**
 * The stream as a subscriber. While its server does not answer nothing is held against the events: they wait, and the
 * stream is tried now and then, for ever. An event that fails although others get through dies like any poison.
 */
import type { StockEvent } from '@granary/contracts/event';
import type { DirectSubscriber } from '@granary/domain/events/hand-over';
import type { EventStreamPublisher } from '@granary/domain/ports/event-stream';
import type { Log } from '@granary/platform/log';
import type { Outcome } from './delivery-pump.ts';
import { textOf } from './listeners.ts';

export const STREAM = 'stream';

export interface EventStream {
  readonly direct: DirectSubscriber;
  attempt(event: StockEvent): Promise<Outcome>;
  /** Whether it is left alone for now. */
  isPaused(): boolean;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** One alone may be the event's own fault. */
const FAILURES_OF_A_SERVER = 3;

export function createEventStream({ publish, log }: { publish: EventStreamPublisher; log: Log }): EventStream {
  const state = { successes: 0, inARow: 0, pauses: 0, pausedUntil: 0 };
  /** How many others had got through when an event failed last. */
  const failed = new Map<string, number>();

  function succeeded(count: number): void {
    if (state.pauses > 0) log('info', 'the stream of events takes events again');
    state.successes += count;
    [state.inARow, state.pauses, state.pausedUntil] = [0, 0, 0];
  }

  function rest(error: unknown): void {
    if (state.pauses === 0) log('warn', 'the stream of events does not take events; they wait', { error });
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(state.pauses, 20), LONGEST_PAUSE_MS);
    state.pauses += 1;
    state.inARow = 0;
    state.pausedUntil = performance.now() + pauseMs;
  }

  const isPaused = () => performance.now() < state.pausedUntil;

  async function take(events: readonly StockEvent[]) {
    const untried = (event: StockEvent) => ({ event, error: null, counts: false });
    if (isPaused()) return events.map(untried);
    try {
      await publish(events);
      succeeded(events.length);
      return [];
    } catch (error) {
      rest(error);
      // Which of them it was shows when they are tried one by one.
      return events.map((event, at) => (at === 0 ? { event, error: textOf(error), counts: false } : untried(event)));
    }
  }

  async function attempt(event: StockEvent): Promise<Outcome> {
    try {
      await publish([event]);
      succeeded(1);
      failed.delete(event.id);
      return { ok: true };
    } catch (error) {
      const before = failed.get(event.id);
      const counts = before !== undefined && state.successes > before;
      failed.set(event.id, state.successes);
      state.inARow += 1;
      if (state.inARow >= FAILURES_OF_A_SERVER) rest(error);
      return { ok: false, error: textOf(error), status: null, counts };
    }
  }

  return { direct: { name: STREAM, types: 'all', take }, attempt, isPaused };
}
