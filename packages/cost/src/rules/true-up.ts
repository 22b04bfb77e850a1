/**
 * The true-up of a periodic SKU at a close, and what it changes in later periods that have begun. The period is costed as a
 * whole and compared with what was really posted, account by account, so that the books come out exactly where the state does.
 */
import { closeInSlices } from '../core/close.ts';
import type { CostEvent, Flows } from '../core/event.ts';
import { postInSlices, type PostingContext } from '../core/posting.ts';
import type { Account, CostRecord } from '../core/record.ts';
import type { Sliced } from '../core/slices.ts';
import type { CostState } from '../core/state.ts';

export interface Closing {
  readonly closeId: string;
  readonly periodId: string;
  readonly opening: CostState;
  readonly events: readonly CostEvent[];
  /** What happened after the period, with the period that it fell into. */
  readonly later: readonly { readonly event: CostEvent; readonly periodId: string }[];
  /** All periods after this one: a late event that could not be then is posted into its own, and costed in the one where it arrived. */
  readonly laterPeriods: readonly string[];
  /** What was posted, by period and account. */
  readonly posted: (periodId: string, account: Account) => bigint;
}

export interface TrueUp {
  readonly entries: readonly { readonly periodId: string; readonly record: CostRecord }[];
  /** With which the next period opens. */
  readonly closing: CostState;
  /** After all that was posted since. */
  readonly now: CostState;
  /** The flows as they stand when the period closes. */
  readonly flows: Flows;
}

const ACCOUNTS: readonly Account[] = [
  ...(['purchases', 'opening', 'cost_of_sales', 'adjustments', 'variance'] as const),
  ...(['revaluation', 'allocations'] as const),
];

export function* planTrueUp(closing: Closing, context: PostingContext): Sliced<TrueUp> {
  const { closeId, opening, events, later, periodId } = closing;
  const posted = yield* postInSlices(opening, events, context);
  const closed = yield* closeInSlices(opening, { events, closeId }, context);
  const own = posted.posted.flatMap(({ records }) => records);
  const entries = differences(closing, { periodId, made: [...own, ...closed.trueUps], kind: 'true_up' });
  const flows = new Map(posted.flows);
  const since = yield* postInSlices(
    closed.state,
    later.map(({ event }) => event),
    { ...context, flows },
  );
  const corrections = closing.laterPeriods.flatMap((id) => {
    const made = since.posted.flatMap(({ records }, at) => (later[at]?.periodId === id ? records : []));
    return differences(closing, { periodId: id, made, kind: 'correction' });
  });
  return { entries: [...entries, ...corrections], closing: closed.state, now: since.state, flows };
}

interface Made {
  readonly periodId: string;
  readonly made: readonly CostRecord[];
  readonly kind: 'true_up' | 'correction';
}

/** One entry for each account whose books say something else than the whole period does. */
function differences({ closeId, posted }: Closing, { periodId, made, kind }: Made): TrueUp['entries'] {
  return ACCOUNTS.flatMap((account) => {
    const due = made.reduce((sum, record) => (record.account === account ? sum + record.value : sum), 0n);
    const value = due - posted(periodId, account);
    if (value === 0n) return [];
    const record = { kind, account, causeId: closeId, subjectId: closeId, quantity: 0, value } as const;
    return [{ periodId, record }];
  });
}
