/** The port to the stream on which every event is published, in order. */
import type { StockEvent } from '@granary/contracts/event';

/** Throws when the stream did not take all of them; some may be in it then. */
export type EventStreamPublisher = (events: readonly StockEvent[]) => Promise<void>;
