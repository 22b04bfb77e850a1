/**
 * The close of a month, as one call: freeze, automatic allocations, true-ups and snapshots SKU by SKU, the proof that the
 * books hold, and the next period. It goes in steps that each commit, so that sales never wait for the whole of it. What a
 * step has done is seen by the next start, so a close that was killed anywhere is finished by calling it again.
 */
import { GranaryError } from '@granary/contracts/error';
import type { PeriodCloseInput, PeriodClosing } from '@granary/contracts/period';
import { plusDays } from '@granary/contracts/instant';
import type { Call } from '@granary/domain/call';
import type { Fact } from '@granary/domain/entities/outbox';
import { findByKey } from '@granary/domain/persistence/command-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted, present, refused } from '@granary/domain/refusal';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { countClosed } from '../persistence/close-store.ts';
import { lockStates, nextStates } from '../persistence/cost-state-store.ts';
import { appendPeriod, findPeriod, lockPeriods, readPeriods, sharePeriod } from '../persistence/period-store.ts';
import { keepTerms } from '../persistence/period-terms-store.ts';
import { freeMonthOf } from '../rules/period-calendar.ts';
import { periodFact } from '../rules/period-fact.ts';
import { changedWhileClosing, outOfOrder, periodNotFound } from '../rules/period-refusal.ts';
import { previewAutomaticRules, runAutomaticRules } from './automatic-allocation.ts';
import type { CostEngine } from './cost-engine.ts';
import type { CostVerifyReport } from './cost-verification.ts';
import { closeSkus, unsoundBooks } from './period-close.ts';
import { changePeriodTo, freezePeriod } from './period-freezing.ts';
import { newPeriod } from './posting-period.ts';

export interface ClosingParts {
  readonly stock: Engine;
  readonly engine: CostEngine;
  /** Of the books as a whole, without a lock. */
  readonly verify: () => Promise<CostVerifyReport>;
}

interface Closing {
  readonly input: PeriodCloseInput;
  readonly call: Call;
}

/** Few enough that nobody who posts one of them waits long. */
const SKUS_A_STEP = 100;
const STEP_DEADLINE_MS = 60_000;

/** A period that is closed already is answered as it is. */
export async function closePeriod(parts: ClosingParts, closing: Closing): Promise<PeriodClosing> {
  try {
    return await goThrough(parts, closing);
  } catch (error) {
    if (!(error instanceof GranaryError)) throw error;
    return await refuse(parts.stock, closing, error);
  }
}

/** Whatever step refused, it is the call that was refused, and its key keeps that. */
async function refuse(stock: Engine, { input, call }: Closing, refusal: GranaryError): Promise<PeriodClosing> {
  if (input.idempotencyKey === undefined) throw refusal;
  return await execute<PeriodClosing>(stock, {
    ...{ procedure: 'period.close', input, call },
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => ({ draft: await draftNow(tx, stock), outcome: refused(refusal) }),
  });
}

async function goThrough(parts: ClosingParts, { input, call }: Closing): Promise<PeriodClosing> {
  const { stock, engine } = parts;
  const step: Closing = { input: { periodId: input.periodId }, call: { ...call, deadlineMs: STEP_DEADLINE_MS } };
  // A key that was used is answered, or refused, by the last step: before that nothing may be changed under it.
  if (!(await isUsed(stock, { input, call }))) {
    const found = await stock.units.read((tx) => closable(tx, input.periodId));
    if (found.state !== 'closed') {
      const period = found.state === 'frozen' ? found : await prepare(parts, found, step);
      // Each step does nothing where another start of the same close has come to the end meanwhile.
      await runAutomaticRules({ stock, engine, period, call: step.call });
      await closeAll(parts, period, step);
      return await finish(parts, period, { input, call: step.call });
    }
  }
  const period = await stock.units.read((tx) => closable(tx, input.periodId));
  return await finish(parts, period, { input, call: step.call });
}

async function isUsed({ units }: Engine, { input: { idempotencyKey }, call }: Closing): Promise<boolean> {
  if (idempotencyKey === undefined) return false;
  return (await units.read((tx) => findByKey(tx, call.caller.actor, idempotencyKey))) !== undefined;
}

async function closable(tx: Tx, periodId: string): Promise<CostPeriodRow> {
  const period = await findPeriod(tx, periodId);
  if (period === undefined) throw periodNotFound(periodId);
  const earlier = (await readPeriods(tx)).find(
    ({ startsOn, state }) => startsOn < period.startsOn && state !== 'closed',
  );
  if (earlier !== undefined) throw outOfOrder(period, earlier);
  return period;
}

/** Whatever can be refused is refused while the period is still open. */
async function prepare(parts: ClosingParts, period: CostPeriodRow, { input, call }: Closing): Promise<CostPeriodRow> {
  const { stock, engine, verify } = parts;
  const [violation] = (await verify()).violations;
  if (violation !== undefined) throw unsoundBooks(violation);
  await stock.units.read((tx) => previewAutomaticRules(tx, engine, period), STEP_DEADLINE_MS);
  return await freezePeriod(stock, { procedure: 'period.close', input, call });
}

async function closeAll(parts: ClosingParts, period: CostPeriodRow, step: Closing): Promise<void> {
  for (let after = ''; ;) {
    const skuIds = await parts.stock.units.read((tx) => nextStates(tx, after, SKUS_A_STEP));
    const last = skuIds.at(-1);
    if (last === undefined) return;
    await closeSome(parts, { period, skuIds }, step);
    after = last;
  }
}

interface Some {
  readonly period: CostPeriodRow;
  readonly skuIds: readonly string[];
}

async function closeSome({ stock, engine }: ClosingParts, { period, skuIds }: Some, { input, call }: Closing) {
  await execute(stock, {
    ...{ procedure: 'period.close', input, call },
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => {
      const rows = await lockStates(tx, skuIds, engine.config.defaultStrategy);
      const isOver = (await heldFrozen(tx, period)).state === 'closed';
      const draft = await draftNow(tx, stock);
      const trueUps = isOver ? 0 : await closeSkus(tx, engine, { period, rows: [...rows.values()] });
      return { draft, outcome: accepted(trueUps), isIdle: trueUps === 0 };
    },
  });
}

/** Closed is what another start of the same close may have made of it meanwhile. */
async function heldFrozen(tx: Tx, period: CostPeriodRow): Promise<CostPeriodRow> {
  const now = present(await sharePeriod(tx, period.periodId), 'a period that is closed');
  assertUnchanged(period, now);
  return now;
}

function assertUnchanged(period: CostPeriodRow, now: CostPeriodRow): void {
  if (now.state !== 'closed' && now.version !== period.version) throw changedWhileClosing(now);
}

async function finish(parts: ClosingParts, period: CostPeriodRow, { input, call }: Closing): Promise<PeriodClosing> {
  const { stock, engine } = parts;
  return await changePeriodTo<PeriodClosing>(stock, {
    ...{ procedure: 'period.close', input, call, event: 'cost.period.closed' },
    to: async (tx, row) => {
      assertUnchanged(period, row);
      if (row.state === 'closed') return undefined;
      await keepTerms(tx, row.periodId, engine.config);
      const next = await makeNext(tx, engine, row);
      const facts = next === undefined ? [] : [next];
      return { set: { state: 'closed', closedAt: await tx.now(), closedBy: call.caller.actor }, facts };
    },
    answer: async (tx, closed) => {
      const next = (await readPeriods(tx)).find(({ startsOn }) => startsOn > closed.endsOn) ?? null;
      return { period: closed, ...(await countClosed(tx, closed.periodId)), next };
    },
  });
}

/** Only where no later one is there: a gap in which nothing moves is no gap. */
async function makeNext(tx: Tx, { config, ids }: CostEngine, { endsOn }: CostPeriodRow): Promise<Fact | undefined> {
  if (!config.createPeriods) return undefined;
  await lockPeriods(tx);
  const periods = await readPeriods(tx);
  if (periods.some((each) => each.startsOn > endsOn)) return undefined;
  const day = plusDays(endsOn, 1);
  const after = newPeriod({ ...freeMonthOf(day, periods), periodId: ids(), createdAt: await tx.now() });
  await appendPeriod(tx, after);
  return periodFact('cost.period.created', { before: null, after, commandId: tx.commandId });
}
