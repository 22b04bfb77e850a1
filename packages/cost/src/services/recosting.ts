/**
 * What back-dated events have left to correct, appended part by part. Each part is one short transaction that holds the SKU;
 * between two of them its goods move on. What is still to do is told by the books, so any worker may go on anywhere.
 */
import type { Call } from '@granary/domain/call';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { sumOf } from '../core/record.ts';
import { lockStates, readStates } from '../persistence/cost-state-store.ts';
import {
  dropRecost,
  findRecost,
  leaveWhereArrived,
  nextRecost,
  writeRecost,
  writeRecostPart,
} from '../persistence/recost-store.ts';
import { invariant } from '@granary/domain/refusal';
import { movesOf } from '../rules/recost.ts';
import type { CostEngine } from './cost-engine.ts';
import { inTurns } from './in-turns.ts';
import { finishRecost } from './recost-finish.ts';
import { planUnsettled, readUnsettled, type RecostPlan, type RecostRefused } from './recost-plan.ts';
import { correctionRecords } from './recost-records.ts';

/** Rows of each table in one transaction: some tens of milliseconds. */
const ROWS_A_PART = 1000;
/** Reading the whole past of a SKU. */
const PAST_DEADLINE_MS = 600_000;

export interface RecostStep {
  readonly skuId: string;
  /** Corrections that it appended. */
  readonly corrections: number;
  /** Whether the books of the SKU are settled now. */
  readonly isOver: boolean;
  /** Whether something else happened to the SKU, so that it is planned again. */
  readonly isOvertaken: boolean;
  /** Why its events were left where they arrived: they cannot have happened when they were said to. */
  readonly gaveUp: string | null;
}

/** One part; undefined when nothing is left anywhere. */
export type Recosting = (call: Call) => Promise<RecostStep | undefined>;

/** Whoever works keeps the plan of one SKU between two parts; it holds nothing that could be lost. */
export function createRecosting(units: UnitOfWork, engine: CostEngine): () => Recosting {
  return () => {
    let plan: RecostPlan | undefined;
    let last = '';
    return async (call) => {
      const planned = plan ?? (await planAfter(units, engine, last));
      plan = undefined;
      if (planned === undefined) return undefined;
      last = planned.skuId;
      if ('refusal' in planned) return await giveUp(units, engine, { refused: planned, call });
      const { step, next } = await units.write(call, (tx) => appendPart(tx, engine, planned));
      plan = next;
      return step;
    };
  };
}

async function planAfter(units: UnitOfWork, engine: CostEngine, last: string) {
  const past = await units.read(async (tx) => {
    const recost = await nextRecost(tx, last);
    if (recost === undefined) return undefined;
    const [row] = await readStates(tx, [recost.skuId]);
    invariant(row !== undefined, `${recost.skuId} is to be corrected and has no cost`);
    return await readUnsettled(tx, engine, { recost, row });
  }, PAST_DEADLINE_MS);
  return past === undefined ? undefined : await inTurns(planUnsettled(engine, past));
}

interface Appended {
  readonly step: RecostStep;
  /** Undefined when the SKU is done, or has to be planned again. */
  readonly next: RecostPlan | undefined;
}

const stepOf = (skuId: string, facts: Partial<RecostStep>): RecostStep => {
  return { skuId, corrections: 0, isOver: false, isOvertaken: false, gaveUp: null, ...facts };
};

async function appendPart(tx: Tx, engine: CostEngine, plan: RecostPlan): Promise<Appended> {
  const { skuId, done } = plan;
  const row = (await lockStates(tx, [skuId], engine.config.defaultStrategy)).get(skuId);
  const recost = await findRecost(tx, skuId);
  // Somebody else appended a part, or told something else late.
  if (row === undefined || recost?.version !== plan.version) return overtaken(skuId);
  const corrections = plan.corrections.slice(done, done + ROWS_A_PART);
  const flows = plan.flowDeltas.slice(done, done + ROWS_A_PART);
  if (corrections.length === 0 && flows.length === 0) {
    const appended = await finishRecost(tx, engine, { plan, row, recost });
    if (appended === undefined) return overtaken(skuId);
    return { step: stepOf(skuId, { corrections: appended, isOver: true }), next: undefined };
  }
  const records = await correctionRecords(tx, engine, { row, recost, corrections });
  const carried = recost.carried + sumOf(corrections);
  const next = { ...recost, corrections: recost.corrections + records.length, carried, version: recost.version + 1 };
  await writeRecostPart(tx, { row, recost: next, records, flows });
  const step = stepOf(skuId, { corrections: records.length });
  return { step, next: { ...plan, done: done + ROWS_A_PART, version: next.version } };
}

const overtaken = (skuId: string): Appended => ({ step: stepOf(skuId, { isOvertaken: true }), next: undefined });

interface GivingUp {
  readonly refused: RecostRefused;
  readonly call: Call;
}

/** The goods have moved, so nothing can be refused any more: what cannot be is costed where it arrived. */
async function giveUp(units: UnitOfWork, engine: CostEngine, { refused, call }: GivingUp): Promise<RecostStep> {
  const { skuId, version, refusal } = refused;
  return await units.write(call, async (tx) => {
    await lockStates(tx, [skuId], engine.config.defaultStrategy);
    const recost = await findRecost(tx, skuId);
    if (recost?.version !== version) return overtaken(skuId).step;
    const moves = movesOf(recost);
    invariant(moves.length > 0, `the books of ${skuId} cannot be corrected: ${refusal}`);
    await leaveWhereArrived(tx, skuId, moves);
    // Where corrections were begun before another event was told late, they are taken back like any difference.
    const isOver = recost.corrections === 0;
    if (isOver) await dropRecost(tx, skuId);
    else await writeRecost(tx, { ...recost, moves: '[]', version: recost.version + 1 });
    return stepOf(skuId, { isOver, gaveUp: refusal });
  });
}
