/** One of several processes over one database: its own engine, its own callers. It ends with its parent. */
import { openGranary } from '@granary/platform/granary';
import { parseConfig } from '@granary/platform/env';
import { silentLog } from '@granary/platform/log';
import { type ArmName, armsOn } from '../load/arms.ts';
import { answerParent } from '../load/answer-parent.ts';
import { type Loop, timesOf } from '../load/closed-loop.ts';
import { demandFor } from '../load/stock.ts';
import { openReferencePool } from '../reference/reference-pool.ts';

/** What its parent asks: first to open, then to load, as often as it likes. */
export type LoadOrder =
  | {
      readonly kind: 'open';
      readonly settings: Readonly<Record<string, string>>;
      readonly skuIds: readonly string[];
      readonly referencePool: number;
    }
  | { readonly kind: 'load'; readonly arm: ArmName; readonly loop: Loop };

let arms: ReturnType<typeof armsOn> = [];

answerParent<LoadOrder>(async (order) => {
  if (order.kind === 'load') {
    const arm = arms.find(({ name }) => name === order.arm);
    if (arm === undefined) throw new Error(`${order.arm} is not open`);
    return await timesOf(arm.call, order.loop);
  }
  const config = parseConfig(order.settings);
  const granary = await openGranary(config, { log: silentLog });
  const references = openReferencePool(config.databaseUrl, order.referencePool);
  arms = armsOn({ granary, references }, demandFor(order.skuIds));
  return 'ready';
});
