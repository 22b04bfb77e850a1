/** What a replay says of the cost of each SKU, in the keys and the shape of a file of expected results. */
import { divideMoney } from '@granary/contracts/money';
import type { MethodKey } from './cost-method.ts';

/** month, openingQty, inQty, outQty, closingQty, openingValue, inValue, outValue, closingValue */
export type MonthFigures = readonly [string, number, number, number, number, string, string, string, string];

/** Values are decimal strings with 4 decimals. */
export interface MethodFigures {
  readonly cogs: string;
  readonly closingValue: string;
  /** fifo: in how many layers the stock lies. */
  readonly layers?: number;
  /** weighted_average: of a unit, with 8 decimals. */
  readonly avgCost?: string | null;
  /** periodic_average: the months in which anything moved. */
  readonly months?: readonly MonthFigures[];
}

/** What does not depend on the method. */
export interface SkuQuantities {
  readonly events: number;
  readonly inQty: number;
  readonly outQty: number;
  readonly closingQty: number;
  readonly inValue: string;
}

export type SkuFigures = SkuQuantities & { readonly [Method in MethodKey]?: MethodFigures };

/** One pass of one method. */
export interface PassFigures {
  readonly quantities: SkuQuantities;
  readonly figures: MethodFigures;
  /** Millionths, for the totals. */
  readonly exact: { readonly inValue: bigint; readonly cogs: bigint; readonly closingValue: bigint };
}

export interface CostResult {
  readonly schema: string;
  readonly totals: Readonly<Record<string, unknown>>;
  readonly skus: Readonly<Record<string, SkuFigures>>;
}

const SCHEMA =
  'results of a replay per SKU, as cost.records and the reports tell them: receipt and return rows come in at unit_cost, sale rows go out by the method; values rounded to 4 decimals; months rows are [month, openingQty, inQty, outQty, closingQty, openingValue, inValue, outValue, closingValue]';

/** Millionths as text with so many decimals, half up. */
export function decimalText(millionths: bigint, decimals = 4): string {
  const rounded: bigint = divideMoney(millionths, 10n ** BigInt(6 - decimals));
  const digits = String(rounded < 0n ? -rounded : rounded).padStart(decimals + 1, '0');
  return `${rounded < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** value / quantity with 8 decimals, half up. */
export function meanText(millionths: bigint, quantity: number): string | null {
  if (quantity === 0) return null;
  const digits = String(divideMoney(millionths * 100n, BigInt(quantity))).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

export type Passes = readonly (readonly [MethodKey, ReadonlyMap<string, PassFigures>])[];

export function resultOf(passes: Passes): CostResult {
  const skus: Record<string, Record<string, unknown>> = {};
  for (const [key, pass] of passes) {
    for (const [sku, { quantities, figures }] of pass) skus[sku] = { ...quantities, ...skus[sku], [key]: figures };
  }
  return { schema: SCHEMA, totals: totalsOf(passes), skus: skus as unknown as CostResult['skus'] };
}

function totalsOf(passes: Passes): Record<string, unknown> {
  const first = [...(passes[0]?.[1].values() ?? [])];
  const sum = (of: (pass: PassFigures) => number) => first.reduce((all, pass) => all + of(pass), 0);
  const value = (all: readonly PassFigures[], name: keyof PassFigures['exact']) =>
    decimalText(all.reduce((total, { exact }) => total + exact[name], 0n));
  const methods = passes.map(([key, pass]) => {
    const all = [...pass.values()];
    return [key, { cogs: value(all, 'cogs'), closingValue: value(all, 'closingValue') }];
  });
  return {
    skus: first.length,
    events: sum(({ quantities }) => quantities.events),
    closingQty: sum(({ quantities }) => quantities.closingQty),
    inValue: value(first, 'inValue'),
    ...Object.fromEntries(methods),
  };
}
