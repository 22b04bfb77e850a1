/**
 * The close of a period for a periodic strategy: the same loop over the same events, as if all that came in had come before
 * what left. Periodic average, FIFO and LIFO are this and nothing else; the difference to what was posted during the period
 * is one true-up for each account (textbook periodic systems; IAS 2.27 for the average).
 */
import type { CostEvent, Issue } from './event.ts';
import { type Posting, postInSlices, type PostingContext } from './posting.ts';
import { type Account, type CostRecord, sumOf } from './record.ts';
import { atOnce, type Sliced } from './slices.ts';
import type { CostState } from './state.ts';

export interface PeriodClose {
  readonly trueUps: readonly CostRecord[];
  /** The state with which the next period opens. */
  readonly state: CostState;
}

interface Closing {
  readonly events: readonly CostEvent[];
  readonly closeId: string;
}

/** `opening` is the state before the events of the period, `closeId` the event that the true-ups name as their cause. */
export function planClose(opening: CostState, closing: Closing, context: PostingContext): PeriodClose {
  return atOnce(closeInSlices(opening, closing, context));
}

/** The same of a long period. */
export function* closeInSlices(
  opening: CostState,
  { events, closeId }: Closing,
  context: PostingContext,
): Sliced<PeriodClose> {
  // Under another strategy other rules held: only what came after the last change of strategy is costed anew.
  const from = events.findLastIndex((event) => event.type === 'switch') + 1;
  const start = yield* postInSlices(opening, events.slice(0, from), context);
  const own = events.slice(from);
  const inner = { ...context, flows: start.flows };
  const posted = yield* postInSlices(start.state, own, inner);
  if (!context.strategies.get(posted.state.strategy).periodic) return { trueUps: [], state: posted.state };
  const periodic = yield* postInSlices(start.state, outflowsLast(own, closeId), inner);
  return { trueUps: trueUps(posted, periodic, closeId), state: periodic.state };
}

const ACCOUNTS = ['cost_of_sales', 'adjustments', 'purchases'] as const;

/** Goods first, then what was brought to them, then one outflow for each account. */
export function outflowsLast(events: readonly CostEvent[], closeId: string): CostEvent[] {
  const issues = events.filter((event) => event.type === 'issue');
  const accountOf = new Map(issues.map((issue) => [issue.issueId ?? issue.id, issue.account]));
  const returns = events.filter((event) => event.type === 'return');
  // Goods that left and came back within the period never left it; what left earlier came in at its own cost.
  const netted = new Set<CostEvent>(returns.filter(({ issueId }) => issueId !== undefined && accountOf.has(issueId)));
  const kept = events.filter((event) => event.type !== 'issue' && !netted.has(event));
  const goods = kept.filter((event) => event.type === 'receipt' || event.type === 'return');
  const moved = new Set<CostEvent>(goods);
  const outflows = ACCOUNTS.flatMap((account): Issue[] => {
    const out = issues.filter((issue) => issue.account === account);
    const back = returns.filter((each) => netted.has(each) && accountOf.get(each.issueId ?? '') === account);
    const quantity = sum(out) - sum(back);
    const at = events.at(-1)?.at;
    if (quantity === 0 || at === undefined) return [];
    const lots = out.flatMap((issue) => issue.lots ?? []);
    const named = lots.length > 0 && back.length === 0 ? { lots } : {};
    return [{ type: 'issue', id: `${closeId}:${account}`, at, account, quantity, ...named }];
  });
  const others = kept
    .filter((event) => !moved.has(event))
    .map((event) => (event.type === 'revaluation' ? ({ ...event, isCapped: true } as const) : event));
  return [...goods, ...others, ...outflows];
}

function trueUps(posted: Posting, periodic: Posting, closeId: string): CostRecord[] {
  const recordsOf = ({ posted: all }: Posting) => all.flatMap((event) => event.records);
  const [before, after] = [recordsOf(posted), recordsOf(periodic)];
  const accounts = new Set<Account>([...before, ...after].map((record) => record.account));
  return [...accounts].flatMap((account): CostRecord[] => {
    const value = sumOf(after, account) - sumOf(before, account);
    if (value === 0n) return [];
    return [{ kind: 'true_up', account, causeId: closeId, subjectId: closeId, quantity: 0, value }];
  });
}

const sum = (each: readonly { readonly quantity: number }[]): number =>
  each.reduce((total, { quantity }) => total + quantity, 0);
