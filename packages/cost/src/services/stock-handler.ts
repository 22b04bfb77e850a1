/** Costing inside the transaction of whatever changes stock: heard by the stock engine's port, it costs the whole list or fails all of it. */
import type { OnHandHandler } from '@granary/domain/ports/on-hand-handler';
import { readSources } from '../persistence/source-store.ts';
import { eventsOf } from '../rules/movement-events.ts';
import type { CostEngine } from './cost-engine.ts';
import { postMoved } from './post-costs.ts';

export function createStockHandler(engine: CostEngine): OnHandHandler {
  return async (tx, changes) => {
    const work = eventsOf(changes, await readSources(tx, changes), engine.ids);
    if (work.size > 0) await postMoved(tx, engine, { work, changes });
  };
}
