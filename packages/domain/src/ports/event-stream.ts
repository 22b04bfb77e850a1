/** The port to the stream on which every event is published, in order. */
import type { StockEvent } from '@granary/contracts/event';

/**
 * Throws when the stream did not take all of them; some may be in it then. Of no events it must tell whether the stream would
 * take any, by asking it: what fails at one event while this succeeds is held against the event.
 */
export type EventStreamPublisher = (events: readonly StockEvent[]) => Promise<void>;
