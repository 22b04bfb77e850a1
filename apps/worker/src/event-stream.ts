/**
 * The stream as a subscriber. While its server does not answer nothing is held against the events: they wait, and the
 * stream is tried now and then, for ever. An event that fails although the stream would take others dies like any poison.
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

export function createEventStream({ publish, log }: { publish: EventStreamPublisher; log: Log }): EventStream {
  const state = { pauses: 0, pausedUntil: 0 };

  function succeeded(): void {
    if (state.pauses > 0) log('info', 'the stream of events takes events again');
    [state.pauses, state.pausedUntil] = [0, 0];
  }

  function rest(error: unknown): void {
    if (state.pauses === 0) log('warn', 'the stream of events does not take events; they wait', { error });
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(state.pauses, 20), LONGEST_PAUSE_MS);
    state.pauses += 1;
    state.pausedUntil = performance.now() + pauseMs;
  }

  const isPaused = () => performance.now() < state.pausedUntil;

  async function take(events: readonly StockEvent[]) {
    const untried = (event: StockEvent) => ({ event, error: null, counts: false });
    if (isPaused()) return events.map(untried);
    try {
      await publish(events);
      succeeded();
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
      succeeded();
      return { ok: true };
    } catch (error) {
      const counts = await wouldTake();
      if (counts) succeeded();
      else rest(error);
      return { ok: false, error: textOf(error), status: null, counts };
    }
  }

  /** Asked, since on a quiet system no other event tells. */
  async function wouldTake(): Promise<boolean> {
    return await publish([]).then(
      () => true,
      () => false,
    );
  }

  return { direct: { name: STREAM, types: 'all', take }, attempt, isPaused };
}
