/** Reports are several ways of telling the same rows, so what two of them say of one thing is the same, by every strategy. */
import type { Page } from '@granary/contracts/page';
import { parseMoney } from '@granary/contracts/money';
import { adjusting } from '@granary/domain/testing/adjustment-inputs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const STRATEGIES = [
  ...(['fifo', 'lifo', 'weighted_average', 'periodic_average', 'periodic_fifo', 'periodic_lifo'] as const),
  ...(['specific', 'standard'] as const),
];
const ROUND_SECONDS = 13 * 86_400;
const ROUNDS = 8;

let at: TestCost;
/** Those that are over. */
let months: readonly { readonly periodId: string; readonly name: string; readonly endsOn: string }[] = [];

beforeAll(async () => {
  at = await openTestCost();
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const strategy of STRATEGIES) await live(strategy, round);
    at.advance(ROUND_SECONDS);
  }
  for (const strategy of STRATEGIES) await send(strategy);
  months = (await periodsOf(at)).slice(0, -1);
  if (months.length < 3) throw new Error('too few months are over');
}, 60_000);
afterAll(() => closeSoundCost(at));

/** Some days of one SKU, which is named after the strategy by which it is costed. */
async function live(skuId: string, round: number): Promise<void> {
  await buy(at, skuId, [10, `1${round % 10}.000001`]);
  if (round === 0) await at.cost.switchStrategy({ skuId, to: skuId }, at.call);
  if (round === 1) await at.cost.standardCost({ skuId, cost: '12.50', per: 1 }, at.call);
  await sell(at, skuId, 6 + (round % 3));
  if (round % 3 === 0) await buy(at, skuId, [2, '30.33', { locationId: 'north' }]);
  if (round % 4 === 1) await at.domain.adjustments.adjust(adjusting(skuId, -1), at.call);
  if (round % 5 === 2) await at.cost.revalue({ skuId, amount: '-1.000007', reason: 'dust' }, at.call);
}

async function send(skuId: string): Promise<void> {
  const plan = { fromLocationId: 'default', toLocationId: 'north', lines: [{ skuId, quantity: 1 }] };
  await at.domain.outbound.transfer({ transferNo: skuId, ...plan }, at.call);
}

/** Every row, page after page of three. */
async function all<Row>(ask: (page: { limit: number; cursor?: string }) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await ask({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    if (page.nextCursor === null) return rows;
    cursor = page.nextCursor;
  }
}

interface Worth {
  readonly skuId: string | null;
  readonly quantity: number;
  readonly value: string;
}

/** By SKU what rows add up to. */
function summed(rows: readonly Worth[]): Readonly<Record<string, string>> {
  const sums = new Map<string, { quantity: number; value: bigint }>();
  for (const { skuId, quantity, value } of rows) {
    const known = sums.get(skuId ?? '') ?? { quantity: 0, value: 0n };
    sums.set(skuId ?? '', { quantity: known.quantity + quantity, value: known.value + parseMoney(value) });
  }
  return Object.fromEntries([...sums].map(([skuId, { quantity, value }]) => [skuId, `${quantity} for ${value}`]));
}

describe.for(['open', 'closed'])('while the months are %s', (state) => {
  beforeAll(async () => {
    if (state === 'closed') for (const { periodId } of months) await at.cost.periods.close({ periodId }, at.call);
  });

  test('at the end of each month valuation, places, ages and roll-forward agree', async () => {
    for (const month of months) await agree(month);
  });

  test('the closing of a period is the opening of the next', async () => {
    const rows = await all((page) => at.cost.reports.rollForward({ by: 'sku', ...page }));
    const closings = new Map<string | null, string>();
    for (const { skuId, openingQuantity, openingValue, closingQuantity, closingValue } of rows) {
      expect(`${openingQuantity} for ${openingValue}`).toBe(closings.get(skuId) ?? '0 for 0.00');
      closings.set(skuId, `${closingQuantity} for ${closingValue}`);
    }
    expect(closings.size).toBe(STRATEGIES.length);
  });

  test('totals are the sums of their rows', async () => {
    const { reports } = at.cost;
    const [total] = await all((page) => reports.valuation({ by: 'total', ...page }));
    const rows = await all((page) => reports.valuation({ by: 'sku', ...page }));
    expect(summed([{ ...total, skuId: null } as Worth])).toEqual(summed(rows.map((row) => ({ ...row, skuId: null }))));
    const places = await all((page) => reports.valuation({ by: 'location', ...page }));
    expect(places.map(({ locationId }) => locationId)).toEqual(['default', 'north', null]);
    expect(places.at(-1)?.quantity).toBe(STRATEGIES.length);
    expect(summed(places)).toEqual(summed([{ ...total, skuId: null } as Worth]));
  });

  test('debits equal credits, and inventory moves as the roll-forward does', async () => {
    const lines = await all((page) => at.cost.reports.journal({ by: 'account', ...page }));
    const entries = await all((page) => at.cost.reports.journal({ by: 'entry', ...page }));
    const sumOf = (rows: typeof lines, side: 'debit' | 'credit') =>
      rows.reduce((sum, row) => sum + parseMoney(row[side]), 0n);
    expect(sumOf(lines, 'debit')).toBe(sumOf(lines, 'credit'));
    expect(sumOf(entries, 'debit')).toBe(sumOf(lines, 'debit'));
    for (const row of await all((page) => at.cost.reports.rollForward({ by: 'period', ...page }))) {
      const own = lines.filter(({ periodId, account }) => periodId === row.periodId && account === 'inventory');
      const moved = sumOf(own, 'debit') - sumOf(own, 'credit');
      expect(moved).toBe(parseMoney(row.closingValue) - parseMoney(row.openingValue));
    }
  });
});

async function agree({ name, endsOn }: { readonly name: string; readonly endsOn: string }): Promise<void> {
  const { reports } = at.cost;
  const value = summed(await all((page) => reports.valuation({ on: endsOn, by: 'sku', ...page })));
  expect(Object.keys(value).toSorted()).toEqual(STRATEGIES.toSorted());
  expect(summed(await all((page) => reports.valuation({ on: endsOn, by: 'place', ...page })))).toEqual(value);
  const ages = { on: endsOn, by: 'sku', bucketDays: [5, 15, 45] } as const;
  const aged = await all((page) => reports.ageing({ ...ages, bucketDays: [...ages.bucketDays], ...page }));
  expect(summed(aged)).toEqual(value);
  const rolled = await all((page) => reports.rollForward({ by: 'sku', ...page }));
  const closings = rolled
    .filter(({ period }) => period === name)
    .map(({ skuId, closingQuantity, closingValue }) => ({ skuId, quantity: closingQuantity, value: closingValue }));
  expect(summed(closings)).toEqual(value);
}
