/** The rows of the reports by period, each from what a period says of a SKU or of all of them. */
import type { TrendRow } from '@granary/contracts/cost-analysis';
import type { CostOfSalesRow, RollForwardRow, TurnoverRow } from '@granary/contracts/cost-report';
import { divideMoney, formatMoney } from '@granary/contracts/money';
import { isNothing, meanOf, type PeriodBook, ratioOf, rolled, sumOf } from './report-period.ts';

const named = ({ period: { periodId, name } }: PeriodBook) => ({ periodId, period: name });

/** The accounts of profit and loss that stock is charged to, in the order of the rows. */
const CHARGED = ['adjustments', 'cost_of_sales', 'revaluation', 'variance'] as const;

export function costOfSalesRows(book: PeriodBook, only: string | undefined): readonly CostOfSalesRow[] {
  const accounts = CHARGED.filter((account) => only === undefined || account === only);
  return accounts.flatMap((account): CostOfSalesRow[] => {
    const sum = sumOf(book.sums, account);
    if (isNothing(sum)) return [];
    const quantity = sum.quantity === 0 ? 0 : -sum.quantity;
    return [{ ...named(book), skuId: book.skuId, account, quantity, cost: formatMoney(-sum.value) }];
  });
}

export function rollForwardRow(book: PeriodBook): RollForwardRow {
  const { opening, closing } = book;
  const { inbound, outbound, adjusted, allocated, revalued } = rolled(book);
  return {
    ...{ ...named(book), skuId: book.skuId },
    ...{ openingQuantity: opening.quantity, openingValue: formatMoney(opening.value) },
    ...{ inboundQuantity: inbound.quantity, inboundValue: formatMoney(inbound.value) },
    ...{ outboundQuantity: outbound.quantity, outboundValue: formatMoney(outbound.value) },
    ...{ adjustedQuantity: adjusted.quantity, adjustedValue: formatMoney(adjusted.value) },
    ...{ allocatedValue: formatMoney(allocated), revaluedValue: formatMoney(revalued) },
    ...{ closingQuantity: closing.quantity, closingValue: formatMoney(closing.value) },
    averageCost: meanOf(closing),
  };
}

/** Inventory turnover = cost of sales / average inventory; days of inventory = days * average inventory / cost of sales. */
export function turnoverRow(book: PeriodBook, today: string): TurnoverRow {
  const { opening, closing, sums, period, skuId } = book;
  const cost = -sumOf(sums, 'cost_of_sales').value;
  const twice = opening.value + closing.value;
  const days = daysOf(period.startsOn, period.endsOn < today ? period.endsOn : today);
  return {
    ...{ ...named(book), skuId, days, costOfSales: formatMoney(cost) },
    averageInventory: formatMoney(divideMoney(twice, 2n)),
    turnover: ratioOf(2n * cost, twice),
    inventoryDays: ratioOf(BigInt(days) * twice, 2n * cost),
  };
}

/** Whole days, both of them included; none of a period that has not begun. */
function daysOf(startsOn: string, endsOn: string): number {
  const days = (Date.parse(endsOn) - Date.parse(startsOn)) / 86_400_000 + 1;
  return Math.max(0, days);
}

/** None of a total: there is no cost of a unit of everything. */
export function trendRow(book: PeriodBook): readonly TrendRow[] {
  const { opening, closing, sums, skuId } = book;
  if (skuId === null) return [];
  const { inbound } = rolled(book);
  const sold = sumOf(sums, 'cost_of_sales');
  return [
    {
      ...{ ...named(book), skuId, openingCost: meanOf(opening), inboundCost: meanOf(inbound) },
      consumedCost: meanOf({ quantity: -sold.quantity, value: -sold.value }),
      closingCost: meanOf(closing),
      change: changeOf(opening, closing),
    },
  ];
}

/** Of one cost of a unit to another, both as fractions that were never rounded. */
function changeOf(from: PeriodBook['opening'], to: PeriodBook['opening']): string | null {
  if (from.quantity <= 0 || to.quantity <= 0) return null;
  const before = from.value * BigInt(to.quantity);
  return ratioOf(to.value * BigInt(from.quantity) - before, before);
}
