/** The last state of a SKU that a close has kept, from which its past can be costed again; the very beginning where there is none. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { endOfDay } from '@granary/domain/rules/calendar';
import { emptyState, type CostState } from '../core/state.ts';
import { findKeptState } from '../persistence/period-store.ts';
import { fromStateText } from '../rules/state-text.ts';
import type { CostConfig } from '../config.ts';

export interface KeptState {
  readonly state: CostState;
  /** From when on events are not part of it; undefined when it is the beginning. */
  readonly from: Instant | undefined;
}

export async function keptState(tx: Tx, skuId: string, config: CostConfig): Promise<KeptState> {
  const kept = await findKeptState(tx, skuId);
  if (kept === undefined) return { state: emptyState(skuId, config.defaultStrategy), from: undefined };
  return { state: fromStateText(kept.state), from: endOfDay(kept.endsOn, config.timezone) };
}
