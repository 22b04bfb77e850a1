/**
 * What a SKU brings along that has stock and was never costed: its batches, and what is on its way, at the unit cost of the
 * batch; what it was sold short is owed at the cost of its newest batch. What the unit of work at hand moved is taken out,
 * since it is costed by events of its own.
 */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import type { CostEvent } from '../core/event.ts';

/** Goods as they lie after what this unit of work has written, or are on their way as they were before it: that is written later. */
export interface FoundGoods {
  readonly skuId: string;
  readonly batchId: string;
  readonly batchNo: string;
  readonly expiresAt: Instant | null;
  readonly quantity: number;
  readonly unitCost: Money;
  readonly isMoving: boolean;
}

export interface FoundStock {
  /** In the order in which they were received. */
  readonly goods: readonly FoundGoods[];
  readonly owed: readonly { readonly skuId: string; readonly quantity: number; readonly unitCost: Money | null }[];
}

interface Opening {
  readonly at: Instant;
  readonly ids: () => string;
}

export function openingOf(
  skuId: string,
  { stock, changes }: { readonly stock: FoundStock; readonly changes: readonly OnHandChange[] },
  { at, ids }: Opening,
): readonly CostEvent[] {
  const own = changes.filter((change) => change.skuId === skuId);
  const receipts = stock.goods.flatMap((goods): CostEvent[] => {
    if (goods.skuId !== skuId) return [];
    const { quantity, value } = goods.isMoving ? whole(goods) : before(goods, own);
    if (quantity <= 0) return [];
    const dated = goods.expiresAt === null ? {} : { expiresAt: goods.expiresAt };
    const what = { lot: goods.batchNo, ...dated, receiptId: `opening:${goods.batchId}` };
    return [{ type: 'receipt', id: ids(), at, quantity, value, account: 'opening', ...what, settles: 0 }];
  });
  const owed = stock.owed.flatMap((debt): CostEvent[] => {
    const quantity = debt.quantity - sum(own.map(({ deficitDelta }) => deficitDelta));
    if (debt.skuId !== skuId || quantity <= 0) return [];
    const stated = debt.unitCost === null ? {} : { value: debt.unitCost * BigInt(quantity) };
    return [{ type: 'issue', id: ids(), at, quantity, account: 'cost_of_sales', owed: quantity, ...stated }];
  });
  return [...receipts, ...owed];
}

const whole = ({ quantity, unitCost }: FoundGoods) => ({ quantity, value: unitCost * BigInt(quantity) });

/** The mean of a batch that was topped up just now has taken that in as well. */
function before(goods: FoundGoods, changes: readonly OnHandChange[]): { quantity: number; value: bigint } {
  const own = changes.filter(({ batchId }) => batchId === goods.batchId);
  const quantity = goods.quantity - sum(own.map(({ onHandDelta }) => onHandDelta));
  let [came, worth] = [0, 0n];
  for (const { onHandDelta, unitCost } of own) {
    if (unitCost === null || onHandDelta <= 0) continue;
    came += onHandDelta;
    worth += unitCost * BigInt(onHandDelta);
  }
  const value = goods.unitCost * BigInt(quantity + came) - worth;
  return { quantity, value: value > 0n ? value : 0n };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
