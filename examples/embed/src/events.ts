/** Events without a worker: the program takes them from the relay itself, when it likes, and hands them on in process. */
import type { StockEvent } from '@granary/contracts/event';
import type { Domain } from '@granary/domain';

/** May be called twice with the same event, and tells by its id. */
export type Listener = (event: StockEvent) => Promise<void> | void;

/** Rounds until nothing is left. If the listener throws, the events stay and come again at the next call. */
export async function pump({ relay }: Pick<Domain, 'relay'>, listener: Listener): Promise<number> {
  for (let total = 0; ;) {
    const { published } = await relay.publishOnce({
      holder: `warehouse:${process.pid}`,
      leaseMs: 5_000,
      limit: 100,
      publish: async (events) => {
        for (const event of events) await listener(event);
      },
    });
    if (published === 0) return total;
    total += published;
  }
}
