/** Holds what a replay has cost against a file of expected results. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseMoney } from '@granary/contracts/money';
import { PlainError } from '../command.ts';
import type { CostResult, MethodFigures, SkuFigures } from './cost-figures.ts';
import { type CostMethod, costMethods, keyOf, type MethodKey } from './cost-method.ts';

type ExpectedFigures = Pick<MethodFigures, 'cogs' | 'closingValue' | 'months'>;
type ExpectedSku = Pick<SkuFigures, 'closingQty'> & { readonly [Method in MethodKey]?: ExpectedFigures };
export type ExpectedCosts = Readonly<Record<string, ExpectedSku>>;

/** A hundredth, in millionths. */
const TOLERANCE = 10_000n;

/** Where such a file lies beside an order stream, unless the caller names one. */
export function expectedBeside(stream: string): string | undefined {
  const path = join(dirname(stream), '../truth/replay_expected.json');
  return existsSync(path) ? path : undefined;
}

export async function readExpected(path: string): Promise<ExpectedCosts> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new PlainError(`There is no file ${path} that can be read.`);
  });
  const skus = membersOf(membersOf(parsed(text))['skus']);
  const isWhole = Object.values(skus).length > 0 && Object.values(skus).every(isExpected);
  if (!isWhole) throw new PlainError(`${path} is no file of expected results.`);
  return skus as ExpectedCosts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function isExpected(value: unknown): value is ExpectedSku {
  const sku = membersOf(value);
  const methods = costMethods.flatMap((method) => (keyOf(method) in sku ? [membersOf(sku[keyOf(method)])] : []));
  return Number.isInteger(sku['closingQty']) && methods.every(isFigures);
}

function isFigures({ cogs, closingValue, months = [] }: Readonly<Record<string, unknown>>): boolean {
  const isDecimal = (cell: unknown) => typeof cell === 'string' && /^-?\d+(\.\d{1,6})?$/.test(cell);
  const isMonth = (row: unknown) => Array.isArray(row) && row.length === 9 && row.slice(5).every(isDecimal);
  return isDecimal(cogs) && isDecimal(closingValue) && Array.isArray(months) && months.every(isMonth);
}

export interface Difference {
  readonly sku: string;
  readonly method: CostMethod;
  readonly at: string;
  readonly expected: unknown;
  readonly found: unknown;
}

export function differencesOf(
  expected: ExpectedCosts,
  result: CostResult,
  methods: readonly CostMethod[],
): Difference[] {
  return Object.entries(expected).flatMap(([name, wanted]) =>
    methods.flatMap((each) => {
      const found = result.skus[name];
      const differ = (at: string, want: unknown, got: unknown): Difference => ({
        ...{ sku: name, method: each, at, expected: want, found: got },
      });
      const key = keyOf(each);
      const [want, got] = [wanted[key], found?.[key]];
      if (want === undefined) return [];
      if (found === undefined || got === undefined) return [differ('figures', 'some', 'none')];
      const quantity =
        found.closingQty === wanted.closingQty ? [] : [differ('closingQty', wanted.closingQty, found.closingQty)];
      return [...quantity, ...valuesOf(want, got, differ), ...monthsOf(want, got, differ)];
    }),
  );
}

type Differ = (at: string, want: unknown, got: unknown) => Difference;

function valuesOf(want: ExpectedFigures, got: MethodFigures, differ: Differ): Difference[] {
  return (['cogs', 'closingValue'] as const)
    .filter((name) => isFar(want[name], got[name]))
    .map((name) => differ(name, want[name], got[name]));
}

function monthsOf(want: ExpectedFigures, got: MethodFigures, differ: Differ): Difference[] {
  if (want.months === undefined) return [];
  const found = new Map(got.months?.map((row) => [row[0], row]));
  const missing = want.months.length === found.size ? [] : [differ('months', want.months.length, found.size)];
  const wrong = want.months.filter((row) => {
    const other = found.get(row[0]);
    return other === undefined || row.some((cell, at) => isOther(cell, other[at] ?? ''));
  });
  return [...missing, ...wrong.map((row) => differ(row[0], row, found.get(row[0]) ?? null))];
}

/** Quantities and months are equal or not; values may be a hundredth apart. */
const isOther = (want: string | number, got: string | number): boolean =>
  typeof want === 'string' && want.includes('.') ? isFar(want, String(got)) : want !== got;

function isFar(want: string, got: string): boolean {
  const away = parseMoney(want) - parseMoney(got);
  return away > TOLERANCE || away < -TOLERANCE;
}
