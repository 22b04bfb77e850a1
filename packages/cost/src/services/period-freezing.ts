/** Freezing and unfreezing: one change of one period under its exclusive lock, so that whoever posts into it is waited for, or waits. */
import type { PeriodFreezeInput, PeriodUnfreezeInput } from '@granary/contracts/period';
import type { Call } from '@granary/domain/call';
import type { Fact } from '@granary/domain/entities/outbox';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted, invalidInput, refused } from '@granary/domain/refusal';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { changePeriod, dropSnapshots, hasKeptStates, lockPeriod } from '../persistence/period-store.ts';
import { findUnsettled } from '../persistence/recost-store.ts';
import { periodFact } from '../rules/period-fact.ts';
import { halfClosed, periodClosed, periodNotFound, stillCorrected } from '../rules/period-refusal.ts';

export interface Step<Answer> {
  readonly procedure: string;
  readonly input: PeriodFreezeInput;
  readonly call: Call;
  readonly event: Extract<Fact['type'], `cost.period.${string}`>;
  /** Undefined when there is nothing to do; facts of other periods are told with it. */
  readonly to: (tx: Tx, row: CostPeriodRow) => Promise<Change | undefined>;
  /** What the caller is told, in the same unit. */
  readonly answer: (tx: Tx, row: CostPeriodRow) => Promise<Answer> | Answer;
}

export interface Change {
  readonly set: Partial<CostPeriodRow>;
  readonly facts?: readonly Fact[];
}

export async function changePeriodTo<Answer>(stock: Engine, step: Step<Answer>): Promise<Answer> {
  const { procedure, input, call, event, to, answer } = step;
  const { periodId } = input;
  return await execute<Answer>(stock, {
    procedure,
    input,
    call,
    lock: { scope: 'document', keys: ['period'] },
    decide: async (tx) => {
      const before = await lockPeriod(tx, periodId);
      const draft = await draftNow(tx, stock);
      if (before === undefined) return { draft, outcome: refused(periodNotFound(periodId)) };
      const change = await to(tx, before);
      if (change === undefined) return { draft, outcome: accepted(await answer(tx, before)), before, after: before };
      const after = { ...before, ...change.set, version: before.version + 1 };
      await changePeriod(tx, after, before.version);
      draft.facts.push(periodFact(event, { before, after, commandId: tx.commandId }), ...(change.facts ?? []));
      return { draft, outcome: accepted(await answer(tx, after)), before, after };
    },
  });
}

const asItIs = (_tx: Tx, row: CostPeriodRow): CostPeriodRow => row;

interface Freezing {
  readonly input: PeriodFreezeInput;
  readonly call: Call;
  /** A close freezes under its own name, and answers one that another start of it has closed meanwhile. */
  readonly procedure?: 'period.freeze' | 'period.close';
}

export async function freezePeriod(
  stock: Engine,
  { input, call, procedure = 'period.freeze' }: Freezing,
): Promise<CostPeriodRow> {
  return await changePeriodTo(stock, {
    ...{ procedure, input, call, event: 'cost.period.frozen', answer: asItIs },
    to: async (tx, row) => {
      if (row.state === 'closed' && procedure === 'period.freeze') throw periodClosed(row);
      if (row.state !== 'open') return undefined;
      const unsettled = await findUnsettled(tx);
      if (unsettled !== undefined) throw stillCorrected(unsettled);
      return { set: { state: 'frozen', frozenAt: await tx.now(), frozenBy: call.caller.actor } };
    },
  });
}

/** What a close that did not come to its end has left is taken away, unless books stand on it. */
export async function unfreezePeriod(stock: Engine, input: PeriodUnfreezeInput, call: Call): Promise<CostPeriodRow> {
  const reason = input.reason.trim();
  if (reason === '')
    throw invalidInput([{ path: 'reason', message: 'is needed: books are opened again for a reason' }]);
  return await changePeriodTo(stock, {
    ...{ procedure: 'period.unfreeze', input, call, event: 'cost.period.unfrozen', answer: asItIs },
    to: async (tx, row) => {
      if (row.state === 'closed') throw periodClosed(row);
      if (row.state === 'open') return undefined;
      if (await hasKeptStates(tx, row.periodId)) throw halfClosed(row);
      await dropSnapshots(tx, row.periodId);
      return { set: { state: 'open', frozenAt: null, frozenBy: null, unfreezeReason: reason } };
    },
  });
}
