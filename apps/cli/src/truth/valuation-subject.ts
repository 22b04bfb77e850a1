/** Answers a valuation vector with the core of costing. */
import { GranaryError } from '@granary/contracts/error';
import { planClose, outflowsLast } from '@granary/cost/core/close';
import { ascending } from '@granary/cost/core/layer';
import { planPosting, type PostingContext } from '@granary/cost/core/posting';
import { type Account, type CostRecord, sumOf } from '@granary/cost/core/record';
import { type CostState, emptyState, netOf } from '@granary/cost/core/state';
import { createCostStrategyRegistry } from '@granary/cost/strategies/registry';
import { orderedBy } from '@granary/cost/strategies/strategy';
import type { Exact } from '@granary/testkit/truth/number';
import type { EventOutcome, ValuationOutcome, Valuer } from '@granary/testkit/truth/valuation-vector';
import { money, moneyOf, unitCost, type Units, unitsFor } from './exact-units.ts';
import { eventsOf, type NumberedEvent } from './valuation-events.ts';
import { policyOf, type ValuationPolicy } from './valuation-policy.ts';
import { type Recorded, run } from './valuation-run.ts';

/** Highest cost first: no method of Granary's own, but one that a user registers with a line. */
const hifo = orderedBy(
  'hifo',
  (a, b) =>
    ascending(b.value * BigInt(a.remaining), a.value * BigInt(b.remaining)) ||
    ascending(a.at, b.at) ||
    ascending(a.layerId, b.layerId),
);
const strategies = createCostStrategyRegistry([hifo]);

export const value: Valuer = (vector) => {
  const units = unitsFor(vector.events.map(({ qty }) => qty));
  const policy = policyOf(vector, units.per);
  const events = eventsOf(vector, policy, units);
  const opening = openingOf(policy, units);
  const reversals = policy.correctAtAverage ? 'current' : 'original';
  const context = { strategies, policy: { ...policy.cost, reversals } } as const;
  return policy.periodic
    ? period(opening, { events, context, units, policy })
    : perpetual(opening, { events, context, units, policy });
};

function openingOf({ strategy, initialCost }: ValuationPolicy, units: Units): CostState {
  const empty = emptyState('SKU', strategy);
  if (initialCost === undefined) return empty;
  const cost = { value: moneyOf(initialCost), quantity: units.per };
  return { ...empty, lastCost: cost, standardCost: strategy === 'standard' ? cost : null };
}

interface Case {
  readonly events: readonly NumberedEvent[];
  readonly context: PostingContext;
  readonly units: Units;
  readonly policy: ValuationPolicy;
}

function perpetual(opening: CostState, { events, context, units, policy }: Case): ValuationOutcome {
  const { state, events: recorded } = run(opening, events, { context, recompute: policy.recompute });
  const records = recorded.flatMap((each) => each.records);
  const { compare } = strategies.get(policy.strategy);
  // Layers are told oldest first where age is the order, and in the order in which they would leave otherwise.
  const layers = policy.strategy === 'lifo' ? state.layers : state.layers.toSorted(compare);
  return {
    figures: totals(state, records, { units, policy }),
    layers: layers.map((layer) => [units.back(layer.remaining), unitCost(layer.value, layer.remaining, units)]),
    perEvent: outcomes(recorded, policy, units),
  };
}

/** A period costed as a whole: what is posted during it and the true-up of its close. */
function period(opening: CostState, { events: numbered, context, units, policy }: Case): ValuationOutcome {
  const events = numbered.map(({ event }) => event);
  const first = planPosting(opening, outflowsLast(events, 'close'), context);
  const records = first.posted.flatMap((event) => event.records);
  const inbound = records.reduce((sum, record) => (record.value > 0n ? sum + record.value : sum), 0n);
  const closed = closedBy(opening, events, context);
  const figures = totals(closed?.state ?? first.state, closed?.records ?? records, { units, policy });
  return { figures: { ...figures, goodsAvailable: money(inbound) }, layers: [], perEvent: [] };
}

/** Undefined where goods left before they came in: such a period is costed at its close only. */
function closedBy(opening: CostState, events: readonly NumberedEvent['event'][], context: PostingContext) {
  try {
    const posted = planPosting(opening, events, context);
    const { state, trueUps } = planClose(opening, { events, closeId: 'close' }, context);
    return { state, records: [...posted.posted.flatMap((event) => event.records), ...trueUps] };
  } catch (error) {
    if (error instanceof GranaryError) return undefined;
    throw error;
  }
}

function totals(state: CostState, records: readonly CostRecord[], { units, policy }: Pick<Case, 'units' | 'policy'>) {
  const { quantity, value: worth } = netOf(state);
  const average = averageOf(state, { units, policy });
  return {
    closingQty: units.back(quantity),
    closingValue: money(worth),
    totalCogs: money(-sumOf(records, 'cost_of_sales')),
    totalPpv: money(-sumOf(records, 'variance')),
    ...(average === undefined ? {} : { avgCost: average }),
  };
}

function averageOf(
  { quantity, value: worth, lastCost }: Pick<CostState, 'quantity' | 'value' | 'lastCost'>,
  { units, policy }: Pick<Case, 'units' | 'policy'>,
): Exact | undefined {
  // A rounded average is what goods leave at, whatever the residue makes of value / quantity.
  const stands = policy.cost.average !== undefined && policy.strategy === 'weighted_average' && lastCost !== null;
  if (quantity > 0 && !stands) return unitCost(worth, quantity, units);
  return lastCost === null ? undefined : unitCost(lastCost.value, lastCost.quantity, units);
}

/** Balances are the sums of all records in order of time, so that a wrong correction cannot hide. */
function outcomes(recorded: readonly Recorded[], policy: ValuationPolicy, units: Units): EventOutcome[] {
  let quantity = 0;
  let worth = 0n;
  return recorded.map(({ seq, posted, records, refused }) => {
    quantity += records.reduce((sum, record) => sum + record.quantity, 0);
    worth += sumOf(records);
    const lastCost =
      policy.strategy === 'standard' ? standardOf(recorded, policy, { seq, units }) : (posted?.lastCost ?? null);
    const average = averageOf({ quantity, value: worth, lastCost }, { units, policy });
    const figures = {
      ...figuresOf(records),
      balanceQty: units.back(quantity),
      balanceValue: money(worth),
      ...(average === undefined ? {} : { unitCostAfter: average }),
    };
    const lines = posted?.lines ?? [];
    return {
      seq,
      error: refused,
      figures,
      consumed: lines.map((line) => [units.back(line.quantity), unitCost(line.value, line.quantity, units)]),
    };
  });
}

/** The standard cost in force after an event. */
function standardOf(
  recorded: readonly Recorded[],
  policy: ValuationPolicy,
  { seq, units }: { seq: number; units: Units },
) {
  const until = recorded.slice(0, recorded.findIndex((each) => each.seq === seq) + 1);
  const set = until.map(({ event }) => event).findLast((event) => event.type === 'standard_cost');
  return set === undefined ? openingOf(policy, units).lastCost : { value: set.cost, quantity: set.per };
}

function figuresOf(records: readonly CostRecord[]) {
  const against = (account: Account, kinds?: readonly CostRecord['kind'][]) =>
    sumOf(
      records.filter(({ kind }) => (kinds === undefined ? kind !== 'deficit_correction' : kinds.includes(kind))),
      account,
    );
  const shortage = -sumOf(records.filter(({ kind }) => kind === 'deficit_correction'));
  const charged = -against('cost_of_sales');
  return {
    valueDelta: money(sumOf(records)),
    cogs: money(charged),
    ppv: money(-against('variance')),
    revaluationOfShortage: money(shortage),
    revaluation: money(against('revaluation')),
    adjustmentValue: money(against('adjustments')),
    returnedValue: money(-against('purchases')),
    expensed: money(charged),
    capitalised: money(against('allocations') - charged),
  };
}
