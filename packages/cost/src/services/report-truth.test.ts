/** The roll-forward report against figures that were made elsewhere: each vector is told to the services month by month and read from the report. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RollForwardRow } from '@granary/contracts/cost-report';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { adjusting } from '@granary/domain/testing/adjustment-inputs';
import { inbound, receipt } from '@granary/domain/testing/inputs';
import { needsShared } from '@granary/testkit/shared-folder';
import { decimalsOf, type Exact, exact, type WrittenNumber } from '@granary/testkit/truth/number';
import {
  judgeRollForward,
  type RollForwardPeriod,
  type RollForwardVector,
} from '@granary/testkit/truth/roll-forward-vector';
import { expect, test } from 'vitest';
import { type CostPolicy, defaultPolicy } from '../core/policy.ts';
import { buy, next, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const MILLION = 1_000_000n;
const A_MONTH_SECONDS = 31 * 86_400;

needsShared(test)('every vector of roll-forwards comes out of the services as well', checkVectors, 120_000);

async function checkVectors(shared: string): Promise<void> {
  const text = readFileSync(join(shared, 'truth', 'period_rollforward.json'), 'utf8');
  const vectors: readonly RollForwardVector[] = JSON.parse(text).vectors;
  expect(vectors.length).toBeGreaterThanOrEqual(5);
  for (const vector of vectors) {
    const figures = await figuresOf(vector);
    const kind = 'roll-forward';
    expect(judgeRollForward(priced(vector), () => figures)).toEqual({ id: vector.id, kind, status: 'pass' });
  }
}

/** A report tells no cost of a unit before it is rounded; the core is held against that. */
const priced = (vector: RollForwardVector): RollForwardVector => ({
  ...vector,
  expected: vector.expected.map((figures) =>
    Object.fromEntries(Object.entries(figures).filter(([name]) => name !== 'unitCost')),
  ),
});

/** Quantities are whole numbers of the smallest unit: so many of them in one unit of the vector. */
function perOf({ opening, periods }: RollForwardVector): bigint {
  const all = periods.flatMap((each) => [
    each.outboundQty,
    each.adjustmentQty ?? 0,
    ...each.inbound.map(({ qty }) => qty),
  ]);
  return 10n ** BigInt(Math.max(0, ...[opening.qty, ...all].map(decimalsOf)));
}

async function figuresOf(vector: RollForwardVector): Promise<readonly Readonly<Record<string, Exact | undefined>>[]> {
  const { unitCostDecimals, valueDecimals, opening, periods } = vector;
  const per = perOf(vector);
  const policy: CostPolicy = {
    ...defaultPolicy,
    ...(valueDecimals === undefined ? {} : { issueDecimals: valueDecimals }),
    ...(unitCostDecimals === undefined ? {} : { average: { decimals: unitCostDecimals, per: Number(per) } }),
  };
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average', policy } });
  try {
    await begin(at, opening, per);
    for (const period of periods) {
      at.advance(A_MONTH_SECONDS);
      await pass(at, period, per);
    }
    const months = (await periodsOf(at)).slice(0, 1 + periods.length);
    for (const { periodId } of months) await at.cost.periods.close({ periodId }, at.call);
    const { items } = await at.cost.reports.rollForward({ by: 'sku', limit: 50 });
    return items.slice(1, months.length).map((row) => figures(row, per));
  } finally {
    await closeSoundCost(at);
  }
}

/** What was there before: one unit takes what the others cannot state, as a unit cost has 6 decimals. */
async function begin(at: TestCost, { qty, value }: RollForwardVector['opening'], per: bigint): Promise<void> {
  const units = unitsOf(qty, per);
  const { top, bottom } = exact(value);
  const micros = (top * MILLION) / bottom;
  const each = micros / BigInt(units);
  const line = (quantity: number, cost: bigint) => receipt('SKU', quantity, { unitCost: formatMoney(cost) });
  const lines = [line(units - 1, each), line(1, micros - each * BigInt(units - 1))];
  await at.domain.inbound.purchase(inbound(next('OPEN'), lines), at.call);
}

async function pass(at: TestCost, period: RollForwardPeriod, per: bigint): Promise<void> {
  for (const { qty, unitCost } of period.inbound) {
    const { top, bottom } = exact(unitCost);
    await buy(at, 'SKU', [unitsOf(qty, per), formatMoney((top * MILLION) / (bottom * per))]);
  }
  for (const amount of period.allocated) await allocate(at, amount);
  await sell(at, 'SKU', unitsOf(period.outboundQty, per));
  const delta = unitsOf(period.adjustmentQty ?? 0, per);
  if (delta !== 0) await at.domain.adjustments.adjust(adjusting('SKU', delta), at.call);
}

async function allocate(at: TestCost, amount: WrittenNumber): Promise<void> {
  const { top, bottom } = exact(amount);
  const name = next('RULE');
  const plain = { source: 'indirect', method: 'quantity', isAutomatic: false } as const;
  await at.cost.allocations.createRule({ name, ...plain, targets: [{ skuId: 'SKU' }] }, at.call);
  await at.cost.allocations.allocate({ rule: name, amount: formatMoney((top * MILLION) / bottom) }, at.call);
}

const unitsOf = (quantity: WrittenNumber, per: bigint): number => {
  const { top, bottom } = exact(quantity);
  return Number((top * per) / bottom);
};

function figures(row: RollForwardRow, per: bigint): Readonly<Record<string, Exact | undefined>> {
  const units = (quantity: number): Exact => ({ top: BigInt(quantity), bottom: per });
  const worth = (text: string): Exact => ({ top: parseMoney(text), bottom: MILLION });
  return {
    ...{ openingQty: units(row.openingQuantity), openingValue: worth(row.openingValue) },
    ...{ inboundQty: units(row.inboundQuantity), inboundValue: worth(row.inboundValue) },
    allocatedValue: worth(row.allocatedValue),
    ...{ outboundQty: units(row.outboundQuantity), outboundValue: worth(row.outboundValue) },
    ...{ adjustmentQty: units(row.adjustedQuantity), adjustmentValue: worth(row.adjustedValue) },
    ...{ closingQty: units(row.closingQuantity), closingValue: worth(row.closingValue) },
  };
}
