/** The events of a valuation vector as the events of costing. */
import type { CostEvent } from '@granary/cost/core/event';
import { share } from '@granary/cost/core/share';
import { type Instant, parseDate, parseInstant } from '@granary/contracts/instant';
import type { ValuationEvent, ValuationVector } from '@granary/testkit/truth/valuation-vector';
import { NotApplicable } from '@granary/testkit/truth/verdict';
import { moneyOf, type Units } from './exact-units.ts';
import type { ValuationPolicy } from './valuation-policy.ts';

/** What a vector does not date happened at one moment, in the order of its events. */
const UNDATED = '2000-01-01T00:00:00.000000Z' as Instant;

export interface NumberedEvent {
  readonly seq: number;
  readonly event: CostEvent;
}

export function eventsOf(vector: ValuationVector, policy: ValuationPolicy, units: Units): NumberedEvent[] {
  const bySeq = new Map(vector.events.map((event) => [event.seq, event]));
  const idOf = new Map(vector.events.map(({ seq }, at) => [seq, `e${String(at).padStart(9, '0')}`]));
  const reader: Reader = {
    policy,
    units,
    id: (seq) => named(idOf.get(seq ?? NaN), `event ${String(seq)}`),
    find: (seq) => named(bySeq.get(seq ?? NaN), `event ${String(seq)}`),
  };
  let at = UNDATED;
  return vector.events.map((event) => {
    at = momentOf(event.date) ?? at;
    return { seq: event.seq, event: read(event, at, reader) };
  });
}

interface Reader {
  readonly policy: ValuationPolicy;
  readonly units: Units;
  readonly id: (seq: number | undefined) => string;
  readonly find: (seq: number | undefined) => ValuationEvent;
}

function read(event: ValuationEvent, at: Instant, reader: Reader): CostEvent {
  const { id: idOf, units } = reader;
  const base = { id: idOf(event.seq), at };
  const quantity = units.of(event.qty ?? 0);
  switch (event.type) {
    case 'in':
      return { ...base, type: 'receipt', account: 'purchases', quantity, ...costOf(event), ...goodsOf(event, reader) };
    case 'out':
      return { ...base, type: 'issue', account: 'cost_of_sales', quantity, ...lotsOf(event, quantity, reader) };
    case 'return_in':
      return { ...base, type: 'return', quantity, ...(event.ref === undefined ? {} : { issueId: idOf(event.ref) }) };
    case 'return_out':
      return { ...base, type: 'issue', account: 'purchases', quantity, ...lotsOf(event, quantity, reader) };
    case 'adjust':
      return adjustment(event, { ...base, quantity }, reader);
    case 'landed_cost':
      return {
        ...base,
        type: 'allocation',
        amount: moneyOf(event.amount ?? 0),
        ...(event.ref === undefined ? {} : { receiptId: idOf(event.ref) }),
      };
    case 'standard_cost_change':
      return { ...base, type: 'standard_cost', cost: moneyOf(event.unitCost ?? 0), per: units.per };
    default:
      throw new NotApplicable(`Granary knows no event of type ${event.type}`);
  }
}

/** A receipt or an issue turns out larger or smaller; without one that it corrects, goods were found or lost. */
function adjustment(
  event: ValuationEvent,
  { id, at, quantity }: { id: string; at: Instant; quantity: number },
  { id: idOf, find, policy }: Reader,
): CostEvent {
  const { ref, of = 'in' } = event;
  const base = { id, at, quantity: Math.abs(quantity) };
  if (ref === undefined) {
    if (quantity < 0) return { ...base, type: 'issue', account: 'adjustments' };
    return { ...base, type: 'receipt', account: 'adjustments', ...costOf(event) };
  }
  const subject = idOf(ref);
  if (of === 'out') {
    if (quantity < 0) return { ...base, type: 'return', issueId: subject };
    return { ...base, type: 'issue', account: 'cost_of_sales', issueId: subject };
  }
  if (quantity < 0) return { ...base, type: 'reversal', receiptId: subject, account: 'adjustments' };
  // At a standard cost all goods are held alike, so a correction has no cost of its own.
  const own =
    policy.correctAtAverage || event.basis === 'current' || policy.strategy === 'standard'
      ? {}
      : costAs(find(ref), event);
  return { ...base, type: 'receipt', receiptId: subject, account: 'adjustments', ...own };
}

function costOf({ qty = 0, unitCost, totalCost }: ValuationEvent): { value?: bigint } {
  if (totalCost !== undefined) return { value: moneyOf(totalCost) };
  return unitCost === undefined ? {} : { value: moneyOf(qty, unitCost) };
}

/** So many more units at what the units of that receipt cost. */
function costAs(receipt: ValuationEvent, { qty = 0 }: ValuationEvent): { value?: bigint } {
  if (receipt.totalCost === undefined) return costOf({ ...receipt, qty });
  const million = 1_000_000;
  const value = moneyOf(receipt.totalCost, qty);
  return { value: share({ value: value * BigInt(million), quantity: Number(moneyOf(receipt.qty ?? 1)) }, 1) };
}

function goodsOf(event: ValuationEvent, { policy }: Reader): { lot?: string; expiresAt?: Instant } {
  const lot = policy.identifiedBy === 'unit cost' ? costName(event.unitCost) : event.lot;
  const expiresAt = momentOf(event.expiry);
  return { ...(lot === undefined ? {} : { lot }), ...(expiresAt === undefined ? {} : { expiresAt }) };
}

function lotsOf(event: ValuationEvent, quantity: number, { policy }: Reader) {
  const lot = policy.identifiedBy === 'unit cost' ? costName(event.matchUnitCost) : event.lot;
  return lot === undefined ? {} : { lots: [{ lot, quantity }] };
}

/** "20" and "20.00" are the same cost. */
const costName = (cost: ValuationEvent['unitCost']) => (cost === undefined ? undefined : moneyOf(cost).toString());

function momentOf(written: string | undefined): Instant | undefined {
  if (written === undefined) return undefined;
  const moment =
    parseInstant(written) ?? (parseDate(written) === undefined ? undefined : parseInstant(`${written}T00:00:00Z`));
  if (moment === undefined) throw new NotApplicable(`${written} is neither a date nor a moment`);
  return moment;
}

function named<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new NotApplicable(`there is no ${what}`);
  return found;
}
