/** Short words for tests of costing: receipts and issues in whole currency units. */
import { parseMoney } from '@granary/contracts/money';
import type { CostEvent, Flows, Receipt } from '../core/event.ts';
import { type CostPolicy, defaultPolicy } from '../core/policy.ts';
import { planPosting, type Posting } from '../core/posting.ts';
import { type CostState, emptyState } from '../core/state.ts';
import { minute, strategies } from '../rehearsal/history.ts';

export const money = (text: string): bigint => parseMoney(text);

/** `bought('r1', 10, '20')`: 10 units at 20 each; the number in the name is its minute. */
export function bought(id: string, quantity: number, each: string): Receipt {
  const value = money(each) * BigInt(quantity);
  return { type: 'receipt', id, at: at(id), account: 'purchases', quantity, value };
}

export function sold(id: string, quantity: number, lot?: string): CostEvent {
  const lots = lot === undefined ? {} : { lots: [{ lot, quantity }] };
  return { type: 'issue', id, at: at(id), account: 'cost_of_sales', quantity, ...lots };
}

export const back = (id: string, quantity: number, issueId: string): CostEvent => ({
  type: 'return',
  id,
  at: at(id),
  quantity,
  issueId,
});

export const at = (id: string) => minute(Number(id.replace(/\D/g, '')));

export interface Setting {
  readonly strategy?: string;
  readonly policy?: Partial<CostPolicy>;
  readonly state?: CostState;
  readonly flows?: Flows;
}

export function cost(events: readonly CostEvent[], { strategy = 'fifo', policy, state, flows }: Setting = {}): Posting {
  const context = { strategies, policy: { ...defaultPolicy, ...policy }, ...(flows === undefined ? {} : { flows }) };
  return planPosting(state ?? emptyState('SKU', strategy), events, context);
}

/** What the last event took, in currency units. */
export function lastCost({ posted }: Posting): string {
  const records = posted.at(-1)?.records ?? [];
  return show(
    -records.filter(({ account }) => account === 'cost_of_sales').reduce((sum, { value }) => sum + value, 0n),
  );
}

export const show = (micros: bigint): string => (Number(micros) / 1_000_000).toString();

export const layersOf = ({ state }: Posting): string =>
  state.layers.map(({ remaining, value }) => `${remaining} for ${show(value)}`).join(', ');
