/**
 * Actual against standard. Purchase price variance = what was bought at its price less the same units at standard; usage
 * variance = what was consumed at its cost less the same units at standard. Positive is unfavourable.
 */
import type { VarianceRow } from '@granary/contracts/cost-analysis';
import { formatMoney } from '@granary/contracts/money';
import { share, type Rate } from '../core/share.ts';
import { unitCostOf } from '../core/state.ts';
import type { MovedAtStandard } from '../persistence/report-variance-store.ts';
import { type PeriodBook, ratioOf, sumOf } from './report-period.ts';

export interface VarianceParts {
  readonly book: PeriodBook;
  readonly skuId: string;
  /** The last one stated by the end of the period. */
  readonly standard: Rate | undefined;
  readonly moved: readonly MovedAtStandard[];
}

interface Side {
  readonly quantity: number;
  readonly actual: bigint;
  readonly standard: bigint;
}

/** Undefined of a SKU that no standard is known of. */
export function varianceRow(
  { book, skuId, standard, moved }: VarianceParts,
  thresholdMillionths: bigint,
): VarianceRow | undefined {
  const booked = -sumOf(book.sums, 'variance').value;
  if (moved.length === 0 && standard === undefined && booked === 0n) return undefined;
  // Who is costed at standard and never stated one has it booked: the stock stands at standard already.
  const isStated = standard !== undefined;
  const purchased = isStated ? sideOf(moved, 'purchases', 1) : bookedSide(book, booked);
  const consumed = isStated ? sideOf(moved, 'cost_of_sales', -1) : NONE;
  const larger = [purchased, consumed].toSorted(byShare)[0] ?? NONE;
  const deviation = absolute(larger.actual - larger.standard);
  return {
    ...{ periodId: book.period.periodId, period: book.period.name, skuId },
    standardCost: isStated ? formatMoney(unitCostOf(standard)) : null,
    ...{ purchasedQuantity: purchased.quantity, purchasedActual: formatMoney(purchased.actual) },
    purchasedStandard: formatMoney(purchased.standard),
    purchaseVariance: formatMoney(purchased.actual - purchased.standard),
    ...{ consumedQuantity: consumed.quantity, consumedActual: formatMoney(consumed.actual) },
    consumedStandard: formatMoney(consumed.standard),
    usageVariance: formatMoney(consumed.actual - consumed.standard),
    bookedVariance: formatMoney(booked),
    share: ratioOf(larger.actual - larger.standard, larger.standard),
    isExceeded: deviation * 1_000_000n > thresholdMillionths * absolute(larger.standard),
  };
}

const NONE: Side = { quantity: 0, actual: 0n, standard: 0n };

/** Each part at the standard that held when it happened. */
function sideOf(moved: readonly MovedAtStandard[], account: MovedAtStandard['account'], sign: 1 | -1): Side {
  return moved
    .filter((each) => each.account === account)
    .reduce<Side>(
      (side, { quantity, value, standard }) => ({
        quantity: side.quantity + sign * quantity,
        actual: side.actual + BigInt(sign) * value,
        standard: side.standard + share(standard, sign * quantity),
      }),
      NONE,
    );
}

function bookedSide({ sums }: PeriodBook, booked: bigint): Side {
  const { quantity, value } = sumOf(sums, 'purchases');
  return { quantity, actual: value, standard: value - booked };
}

/** The side that is farther from its standard, as a share of it, stands first. */
function byShare(a: Side, b: Side): number {
  const [left, right] = [farness(a) * absolute(b.standard), farness(b) * absolute(a.standard)];
  if (left !== right) return left > right ? -1 : 1;
  return farness(a) >= farness(b) ? -1 : 1;
}

const farness = ({ actual, standard }: Side): bigint => absolute(actual - standard);
const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
