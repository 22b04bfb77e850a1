/** What workers do for costing: books are opened, late news rippled through, periods closed, and variances watched. */
import type { Cost } from '@granary/cost/cost';
import type { Log } from '@granary/platform/log';
import { createCostOpening } from './cost-opening.ts';
import { startLoop, type Loop } from './loop.ts';
import { createPeriodAutoClose } from './period-auto-close.ts';
import { createRecosting } from './recosting.ts';
import { createVarianceWatch } from './variance-watch.ts';

export interface CostWork {
  readonly cost: Pick<Cost, 'recosting' | 'open' | 'autoClose' | 'watchVariance'>;
  readonly log: Log;
  /** Names this worker among others. */
  readonly holder: string;
  /** Between two looks for corrections. */
  readonly recostMs: number;
  /** Between two looks for what is due every day. */
  readonly upkeepMs: number;
  /** Between two looks at all variances. */
  readonly watchMs: number;
}

export function startCostWork({ cost, log, holder, recostMs, upkeepMs, watchMs }: CostWork): readonly Loop[] {
  const opening = createCostOpening({ cost, log, intervalMs: upkeepMs });
  const recosting = createRecosting({ cost, log, intervalMs: recostMs });
  const autoClose = createPeriodAutoClose({ cost, log, holder, intervalMs: upkeepMs });
  const variances = createVarianceWatch({ cost, holder, intervalMs: watchMs });
  return [
    startLoop({ name: 'the opening of books', round: opening.round, log }),
    startLoop({ name: 'the corrections of costs', round: recosting.round, log }),
    startLoop({ name: 'the close of periods', round: autoClose.round, log }),
    startLoop({ name: 'the watch over variances', round: variances.round, log }),
  ];
}
