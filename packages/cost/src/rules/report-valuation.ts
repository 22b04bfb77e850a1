/** Where the value of a SKU lies: by quantity, the last place taking the residue, goods on their way last of all. */
import { divideMoney } from '@granary/contracts/money';
import type { Amount } from '../core/period.ts';

export interface ValuedPlace extends Amount {
  /** Null for goods on their way: what costing holds and no location does. */
  readonly locationId: string | null;
}

export function valuedPlaces(
  whole: Amount,
  places: readonly { readonly locationId: string; readonly quantity: number }[],
): readonly ValuedPlace[] {
  const lying = places.reduce((sum, { quantity }) => sum + quantity, 0);
  const all: Omit<ValuedPlace, 'value'>[] = [...places];
  // Value without units (nothing is held beyond what is owed) must lie somewhere as well.
  if (whole.quantity !== lying || (all.length === 0 && whole.value !== 0n))
    all.push({ locationId: null, quantity: whole.quantity - lying });
  let left = whole.value;
  return all.map(({ locationId, quantity }, at) => {
    const value = at === all.length - 1 ? left : shareOf(whole, quantity);
    left -= value;
    return { locationId, quantity, value };
  });
}

/** Of a place that owes more than it holds, a negative one: together they are what the SKU is worth. */
function shareOf({ quantity, value }: Amount, part: number): bigint {
  if (quantity === 0) return 0n;
  const sign = quantity < 0 ? -1n : 1n;
  return divideMoney(value * BigInt(part) * sign, BigInt(quantity) * sign);
}
