/** Periods, rules and rates. */
import type { FixtureTools } from './fixture-tools.ts';
import { at } from './wire.ts';

export interface CostFixtures {
  /** The period that today falls into, once something was received in it. */
  currentPeriod(): Promise<string>;
  /** A day that no period has, each later than the one before, and all of them before goods can have moved. */
  freeDay(): Promise<string>;
  /** A period of one such day. */
  period(): Promise<Period>;
  /** One that is frozen. */
  frozenPeriod(): Promise<Period>;
  /** One that may be closed: each before it is. */
  duePeriod(): Promise<Period>;
  /** A rule that shares out by ratio. */
  costRule(): Promise<string>;
  /** A currency whose rate is known. */
  currency(): Promise<string>;
}

export interface Period {
  readonly periodId: string;
  readonly day: string;
}

const FIRST_DAY = Date.parse('1905-01-01T00:00:00Z');
/** A longer period that somebody makes of a free day would take the days after it: it overlaps with this one, and is refused. */
const FENCE = '1960-01-01';
const CURRENCY = 'EUR';

export function createCostFixtures(
  { name, call, callFor }: FixtureTools,
  { stocked, sku }: { stocked(): Promise<unknown>; sku(): Promise<string> },
): CostFixtures {
  let days = 0;
  let fence: Promise<unknown> | undefined;
  let rate: Promise<unknown> | undefined;
  const make = (day: string) => callFor('period.create', { startsOn: day, endsOn: day }, ['periodId']);
  const freeDay = async () => {
    fence ??= make(FENCE);
    await fence;
    days += 1;
    return new Date(FIRST_DAY + days * 86_400_000).toISOString().slice(0, 10);
  };
  const period = async () => {
    const day = await freeDay();
    return { day, periodId: await make(day) };
  };
  const closeBefore = async (day: string) => {
    const before: { readonly id: unknown; readonly startsOn: string }[] = [];
    for (const state of ['open', 'frozen']) {
      const items = at(await call('period.list', { state, limit: 500 }), ['items']);
      for (const each of Array.isArray(items) ? items : [])
        before.push({ id: at(each, ['periodId']), startsOn: String(at(each, ['startsOn'])) });
    }
    const due = before.filter(({ startsOn }) => startsOn < day).toSorted((a, b) => (a.startsOn < b.startsOn ? -1 : 1));
    for (const { id } of due) await call('period.close', { periodId: id });
  };
  return {
    async currentPeriod() {
      await stocked();
      return await callFor('period.current', {}, ['period', 'periodId']);
    },
    freeDay,
    period,
    async frozenPeriod() {
      const made = await period();
      await call('period.freeze', { periodId: made.periodId });
      return made;
    },
    async duePeriod() {
      const made = await period();
      await closeBefore(made.day);
      return made;
    },
    async costRule() {
      const [rule, targets] = [name(), [{ skuId: await sku(), weight: '1.00' }]];
      await call('costAllocation.createRule', { name: rule, source: 'indirect', method: 'ratio', targets });
      return rule;
    },
    async currency() {
      rate ??= call('cost.setRate', { currency: CURRENCY, on: '1905-01-01', rate: '7.5', reason: 'A reason' });
      await rate;
      return CURRENCY;
    },
  };
}
