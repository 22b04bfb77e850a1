/** Adjustments and counts as the contracts parse them, so that a test names only what it is about. */
import type { AdjustInput, CountInput } from '@granary/contracts/adjustment';
import type { TestDomain } from './test-domain.ts';

export function adjusting(skuId: string, delta: number, more: Partial<AdjustInput> = {}): AdjustInput {
  return { skuId, delta, reasonCode: 'correction', operator: 'Ann', ...more };
}

export function counting(
  skuId: string,
  counted: number,
  more: Partial<CountInput> & Pick<CountInput, 'onHandVersion'>,
): CountInput {
  return { skuId, counted, reasonCode: 'stocktake', operator: 'Ann', ...more };
}

/** What stands at a level: all 0 where nothing ever lay. */
export async function levelOf(at: TestDomain, skuId: string, locationId = 'default') {
  const { items } = await at.domain.stock.levels({ skuId, locationId, limit: 1 });
  const { onHand = 0, reserved = 0, deficit = 0, onHandVersion = 0, version = 0 } = items[0] ?? {};
  return { onHand, reserved, deficit, onHandVersion, version };
}

/** How much of each batch, by number, is on hand. */
export async function shelfOf(at: TestDomain, skuId: string): Promise<Record<string, number>> {
  const { items } = await at.domain.batches.list({ skuId, limit: 100 });
  return Object.fromEntries(items.map(({ batchNo, onHand }) => [batchNo, onHand]));
}
