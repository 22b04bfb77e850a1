/** Opens the books of stock that was there before costing was switched on, so that a valuation holds it before it moves. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Cost } from '@granary/cost/cost';
import type { Log } from '@granary/platform/log';

export interface CostOpeningOptions {
  readonly cost: Pick<Cost, 'open'>;
  readonly log: Log;
  /** Between two looks; a round that opened some is followed at once by the next. */
  readonly intervalMs: number;
}

/** Several workers may: what one of them opened is not opened again. */
export function createCostOpening({ cost, log, intervalMs }: CostOpeningOptions): { round: () => Promise<number> } {
  let after = '';
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      const { skus, refused, next } = await cost.open({ after }, { caller });
      if (skus > 0) log('info', 'costing took over stock that it had never seen', { skus });
      for (const { skuId, cause } of refused)
        log('warn', 'costing cannot take over this stock until it has a cost', { skuId, cause });
      after = next ?? '';
      return next === null ? intervalMs : 0;
    },
  };
}
