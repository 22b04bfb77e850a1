/** Answers the vectors of cost allocation and of periods with the core of costing. */
import { assignPool } from '@granary/cost/core/activity';
import type { AllocationMethod } from '@granary/contracts/cost-allocation';
import { planAllocation } from '@granary/cost/core/allocation';
import { allocateDepartments, type DepartmentMethod } from '@granary/cost/core/department';
import { rollForward as rollPeriod } from '@granary/cost/core/period';
import { stepOf } from '@granary/cost/core/share';
import type { Residue } from '@granary/cost/core/split';
import type { ActivityVector, DepartmentVector, SplitVector } from '@granary/testkit/truth/allocation-vector';
import { decimalsOf, exact, type Exact, type WrittenNumber } from '@granary/testkit/truth/number';
import type { RollForward, RollForwardPeriod } from '@granary/testkit/truth/roll-forward-vector';
import { NotApplicable } from '@granary/testkit/truth/verdict';
import { money, moneyOf, unitCost, type Units, unitsFor } from './exact-units.ts';

/** Weight, volume and equal shares are drivers of a cost like any other. */
const METHODS: Readonly<Record<string, AllocationMethod>> = {
  ratio: 'ratio',
  quantity: 'quantity',
  value: 'value',
  activity: 'activity',
  weight: 'activity',
  volume: 'activity',
  equal: 'ratio',
};

export function split({ basis, total, weights, decimals, residual }: SplitVector): Exact[] {
  const method = METHODS[basis];
  if (method === undefined) throw new NotApplicable(`Granary does not share out by ${basis}`);
  if (residual !== 'largest_remainder' && residual !== 'last') throw new NotApplicable(`no residue rule ${residual}`);
  if (decimals > 6) throw new NotApplicable(`money has at most 6 decimals, not ${decimals}`);
  const residue: Residue = residual;
  const whole = basis === 'equal' ? weights.map(() => 1n) : wholeNumbers(weights);
  const targets = whole.map((weight, at) => ({
    skuId: `target ${at + 1}`,
    weight,
    value: weight,
    quantity: Number(weight),
  }));
  const rule = { name: basis, method, targets };
  return planAllocation(moneyOf(total), rule, { step: stepOf(decimals), residue }).map(({ amount }) => money(amount));
}

const DEPARTMENT_METHODS: readonly string[] = ['direct', 'step_down', 'reciprocal'];

export function departments({ method, order, costs, use }: DepartmentVector): Record<string, Exact> {
  if (!DEPARTMENT_METHODS.includes(method)) throw new NotApplicable(`Granary knows no method ${method}`);
  const names = order ?? Object.keys(costs);
  const services = new Map(names.map((name) => [name, moneyOf(costs[name] ?? 0)]));
  const users = new Map(
    Object.entries(use).map(([service, parts]) => {
      const whole = wholeNumbers(Object.values(parts));
      return [service, new Map(Object.keys(parts).map((user, at) => [user, whole[at] ?? 0n]))];
    }),
  );
  const costsOf = allocateDepartments(method as DepartmentMethod, { services, use: users });
  return Object.fromEntries([...costsOf].map(([name, cost]) => [name, money(cost)]));
}

export function activity({ pools, use = {} }: ActivityVector) {
  const users = Object.keys(use);
  const assigned = new Map(users.map((user) => [user, 0n]));
  const rates: Record<string, Exact> = {};
  for (const [name, { cost, driverQty }] of Object.entries(pools)) {
    const [driver = 0n, ...units] = wholeNumbers([driverQty, ...users.map((user) => use[user]?.[name] ?? 0)]);
    const { parts } = assignPool({ name, cost: moneyOf(cost), driver }, units);
    const { top, bottom } = exact(driverQty);
    rates[name] = { top: moneyOf(cost) * bottom, bottom: 1_000_000n * top };
    for (const [at, user] of users.entries()) assigned.set(user, (assigned.get(user) ?? 0n) + (parts[at] ?? 0n));
  }
  const total = money([...assigned.values()].reduce((sum, cost) => sum + cost, 0n));
  return { rates, assigned: Object.fromEntries([...assigned].map(([user, cost]) => [user, money(cost)])), total };
}

export const rollForward: RollForward = (vector) => {
  const { opening, periods, method, unitCostDecimals, valueDecimals } = vector;
  if (method !== 'WAVG_PERIODIC') throw new NotApplicable(`no roll-forward by ${method}`);
  const units = unitsFor([
    opening.qty,
    ...periods.flatMap((each) => [each.outboundQty, each.adjustmentQty, ...each.inbound.map(({ qty }) => qty)]),
  ]);
  const policy = {
    ...(valueDecimals === undefined ? {} : { issueDecimals: valueDecimals }),
    ...(unitCostDecimals === undefined ? {} : { average: { decimals: unitCostDecimals, per: units.per } }),
  };
  let from = { quantity: units.of(opening.qty), value: moneyOf(opening.value) };
  return periods.map((period) => {
    const { figures, closing } = onePeriod(from, { period, units, policy });
    from = closing;
    return figures;
  });
};

interface Month {
  readonly period: RollForwardPeriod;
  readonly units: Units;
  readonly policy: Parameters<typeof rollPeriod>[2];
}

function onePeriod(opening: { quantity: number; value: bigint }, { period, units, policy }: Month) {
  const adjusted = units.of(period.adjustmentQty ?? 0);
  const outbound = units.of(period.outboundQty);
  const inbound = {
    quantity: period.inbound.reduce((sum, { qty }) => sum + units.of(qty), 0),
    value: period.inbound.reduce((sum, each) => sum + moneyOf(each.qty, each.unitCost), 0n),
  };
  const allocated = period.allocated.reduce<bigint>((sum, amount) => sum + moneyOf(amount), 0n);
  const {
    unitCost: average,
    outflows,
    closing,
  } = rollPeriod({ opening, inbound, allocated }, [outbound, -adjusted], policy);
  const figures = {
    openingQty: units.back(opening.quantity),
    openingValue: money(opening.value),
    inboundQty: units.back(inbound.quantity),
    inboundValue: money(inbound.value),
    allocatedValue: money(allocated),
    unitCost: average === null ? undefined : unitCost(average.value, average.quantity, units),
    outboundQty: units.back(outbound),
    outboundValue: money(outflows[0] ?? 0n),
    adjustmentQty: units.back(adjusted),
    adjustmentValue: money(-(outflows[1] ?? 0n)),
    closingQty: units.back(closing.quantity),
    closingValue: money(closing.value),
  };
  return { figures, closing };
}

/** The same proportions without decimals. */
function wholeNumbers(weights: readonly WrittenNumber[]): bigint[] {
  const scale = 10n ** BigInt(Math.max(0, ...weights.map(decimalsOf)));
  return weights.map((weight) => {
    const { top, bottom } = exact(weight);
    return (top * scale) / bottom;
  });
}
