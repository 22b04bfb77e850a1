/** What an accounting period shows of a SKU: opening + inbound + allocated - outbound = closing, in quantity and in value. */
import { insufficientLayers } from './refusal.ts';
import type { CostPolicy } from './policy.ts';
import type { CostRecord } from './record.ts';
import { atMost, type Rate, share, stepOf } from './share.ts';

/** So many units and what they are worth together. */
export interface Amount {
  readonly quantity: number;
  readonly value: bigint;
}

export interface PeriodSummary {
  readonly opening: Amount;
  readonly inbound: Amount;
  readonly allocated: bigint;
  readonly outbound: Amount;
  /** The opening of the next period (SPEC I9). */
  readonly closing: Amount;
}

/** What is there of it: what is owed counts for nothing. */
export function heldOf({ quantity, value }: Amount): Amount {
  return { quantity: Math.max(quantity, 0), value: value < 0n ? 0n : value };
}

/** The roll-forward of a period from the records posted in it; it adds up whatever the records are. */
export function summarise(opening: Amount, records: readonly CostRecord[]): PeriodSummary {
  const sums = { inbound: { quantity: 0, value: 0n }, allocated: 0n, outbound: { quantity: 0, value: 0n } };
  for (const record of records) {
    const column = columnOf(record);
    if (column === 'allocated') sums.allocated += record.value;
    else {
      const sign = column === 'inbound' ? 1 : -1;
      sums[column].quantity += sign * record.quantity;
      sums[column].value += BigInt(sign) * record.value;
    }
  }
  const { inbound, allocated, outbound } = sums;
  const quantity = opening.quantity + inbound.quantity - outbound.quantity;
  return { opening, ...sums, closing: { quantity, value: opening.value + inbound.value + allocated - outbound.value } };
}

/** Value that came without goods is allocated; what found goods, returns and standards bring is part of what came in. */
function columnOf({ kind, account, quantity }: CostRecord): 'inbound' | 'allocated' | 'outbound' {
  switch (account) {
    case 'allocations':
    case 'revaluation':
      return 'allocated';
    case 'purchases':
    case 'opening':
      return kind === 'issue' ? 'outbound' : 'inbound';
    case 'variance':
      return 'inbound';
    case 'cost_of_sales':
    case 'adjustments':
      return quantity > 0 ? 'inbound' : 'outbound';
  }
}

export interface RolledForward {
  /** The average of the period: what was there and came in, with what was allocated, per unit (IAS 2.27). */
  readonly unitCost: Rate | null;
  /** The value of each outflow, in the order given. */
  readonly outflows: readonly bigint[];
  readonly closing: Amount;
}

/**
 * A period by periodic weighted average: everything that left costs the average of the whole period, and so does what was
 * found (a negative outflow). Who empties the stock takes the whole residue, so quantity 0 is worth 0.
 */
export function rollForward(
  { opening, inbound, allocated }: Pick<PeriodSummary, 'opening' | 'inbound' | 'allocated'>,
  outflows: readonly number[],
  policy: Pick<CostPolicy, 'issueDecimals' | 'average'> = {},
): RolledForward {
  const all = { quantity: opening.quantity + inbound.quantity, value: opening.value + inbound.value + allocated };
  const unitCost = all.quantity === 0 ? null : averageOf(all, policy);
  let left: Amount = all;
  const values = outflows.map((quantity) => {
    if (quantity > left.quantity) throw insufficientLayers('the period', quantity, left.quantity);
    const value = cost(quantity);
    left = { quantity: left.quantity - quantity, value: left.value - value };
    return value;
  });
  return { unitCost, outflows: values, closing: left };

  function cost(quantity: number): bigint {
    if (quantity === left.quantity) return left.value;
    return unitCost === null ? 0n : atMost(share(unitCost, quantity, stepOf(policy.issueDecimals)), left.value);
  }
}

function averageOf(all: Rate, { average }: Pick<CostPolicy, 'average'>): Rate {
  if (average === undefined) return all;
  return { value: share(all, average.per, stepOf(average.decimals)), quantity: average.per };
}
