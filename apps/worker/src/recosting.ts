/** Appends the corrections that movements told late have left to do, part by part. Workers side by side correct it once. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Cost } from '@granary/cost/cost';
import type { Log } from '@granary/platform/log';

export interface RecostingOptions {
  readonly cost: Pick<Cost, 'recosting'>;
  readonly log: Log;
  readonly intervalMs: number;
}

/** A round appends one part, and the next follows at once until nothing is left. Whoever was overtaken leaves it to the other one. */
export function createRecosting({ cost, log, intervalMs }: RecostingOptions): { round: () => Promise<number> } {
  const next = cost.recosting();
  return {
    round: async () => {
      const caller = { actor: localPrincipal.actor, address: null, agent: 'granary-worker', requestId: randomUUID() };
      const step = await next({ caller });
      if (step === undefined) return intervalMs;
      const { skuId, gaveUp } = step;
      if (gaveUp !== null) log('warn', 'what was told late is costed where it arrived', { skuId, cause: gaveUp });
      else if (step.isOver) log('info', 'all corrections of a movement told late are appended', { skuId });
      return step.isOvertaken ? intervalMs : 0;
    },
  };
}
