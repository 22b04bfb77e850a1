/** A SKU that has stock and no cost, because costing was switched on later, is opened before anything else is posted of it. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import type { CostStateRow } from '../entities/cost-state.ts';
import { readStock } from '../persistence/opening-store.ts';
import { present } from '@granary/domain/refusal';
import { openingOf } from '../rules/opening-events.ts';
import type { CostEngine, Posted, Work } from './cost-engine.ts';

const REASON = 'stock from before costing';

export interface Opening {
  /** Of the SKUs of the work. */
  readonly rows: ReadonlyMap<string, CostStateRow>;
  readonly work: Work;
  /** What this unit of work has moved already. */
  readonly changes: readonly OnHandChange[];
}

/** The work with the openings before it. A state that nothing was ever posted to has version 0. */
export async function withOpenings(tx: Tx, engine: CostEngine, { rows, work, changes }: Opening): Promise<Work> {
  const fresh = [...rows.values()].filter(({ version }) => version === 0).map(({ skuId }) => skuId);
  if (fresh.length === 0) return work;
  const batchIds = changes.flatMap(({ batchId }) => batchId ?? []);
  const settledSkuIds = changes.flatMap(({ skuId, deficitDelta }) => (deficitDelta === 0 ? [] : [skuId]));
  const stock = await readStock(tx, fresh, { batchIds, settledSkuIds });
  const opened = new Map(work);
  for (const skuId of fresh) {
    const posted = present(work.get(skuId), 'the work of a SKU');
    const at = first(posted) ?? (await tx.now());
    const events = openingOf(skuId, { stock, changes }, { at, ids: engine.ids });
    opened.set(skuId, [...events.map((event): Posted => ({ event, reason: REASON })), ...posted]);
  }
  return opened;
}

function first(posted: readonly Posted[]): Instant | undefined {
  return posted.map(({ event }) => event.at).toSorted()[0];
}
