/** The last state of a SKU that a close has kept, from which its past can be costed again; the very beginning where there is none. */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { endOfDay } from '@granary/domain/rules/calendar';
import { emptyState, type CostState } from '../core/state.ts';
import { readFirstStrategies } from '../persistence/close-store.ts';
import { readKeptStates } from '../persistence/period-store.ts';
import { present } from '@granary/domain/refusal';
import { fromStateText } from '../rules/state-text.ts';
import type { CostConfig } from '../config.ts';

export interface KeptState {
  readonly state: CostState;
  /** From when on events are not part of it; undefined when it is the beginning. */
  readonly from: Instant | undefined;
}

export async function keptState(tx: Tx, skuId: string, config: CostConfig): Promise<KeptState> {
  return present((await keptStates(tx, [skuId], config)).get(skuId), `the kept state of ${skuId}`);
}

/** Of each of them. */
export async function keptStates(
  tx: Tx,
  skuIds: readonly string[],
  { timezone, defaultStrategy }: CostConfig,
): Promise<ReadonlyMap<string, KeptState>> {
  const kept = await readKeptStates(tx, skuIds);
  // The default of today need not be the one with which a SKU began.
  const first = await readFirstStrategies(
    tx,
    skuIds.filter((skuId) => !kept.has(skuId)),
  );
  return new Map(
    skuIds.map((skuId): [string, KeptState] => {
      const last = kept.get(skuId);
      if (last !== undefined)
        return [skuId, { state: fromStateText(last.state), from: endOfDay(last.endsOn, timezone) }];
      return [skuId, { state: emptyState(skuId, first.get(skuId) ?? defaultStrategy), from: undefined }];
    }),
  );
}
