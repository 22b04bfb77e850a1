/** Costing inside the transaction of whatever changes stock: heard by the stock engine's port, it costs the whole list or fails all of it. */
import type { Tx } from '@granary/domain/persistence/transaction';
import type { ComingMove, OnHandChange, OnHandHandler } from '@granary/domain/ports/on-hand-handler';
import { readSources } from '../persistence/source-store.ts';
import { eventsOf } from '../rules/movement-events.ts';
import type { CostEngine } from './cost-engine.ts';
import { type BooksAhead, lockBooksAhead } from './lock-books.ts';
import { postMoved } from './post-costs.ts';

/** So few rows are read or written sooner than a packet of their own is sent. */
const FEW = 3;

export function createStockHandler(engine: CostEngine): OnHandHandler {
  const prepared = new WeakMap<Tx, BooksAhead>();
  const prepare = async (tx: Tx, { occurredAt, leaving }: ComingMove) => {
    // Whoever takes decides for a while, from what it asked for: meanwhile the server looks for the layers.
    if (leaving.size > FEW && [...leaving.values()].some((units) => units > 0)) await tx.apart();
    prepared.set(tx, await lockBooksAhead(tx, engine, { first: occurredAt, leaving }));
  };
  const handle = async (tx: Tx, changes: readonly OnHandChange[]) => {
    const ahead = prepared.get(tx);
    prepared.delete(tx);
    if (ahead !== undefined && changes.length > FEW) tx.hurry();
    const work = eventsOf(changes, await readSources(tx, changes), engine.ids);
    if (work.size === 0) return;
    await postMoved(tx, engine, { work, changes, ahead });
  };
  return Object.assign(handle, { prepare });
}
