/** One load, so many callers: references and engine in turns, and the sums afterwards. */
import type { BenchContext } from '../bench.ts';
import { type Arm, type ArmName, armsOn, type Compared } from '../load/arms.ts';
import { type BatchSizes, watchBatchSizes } from '../load/batch-sizes.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { unbalanced } from '../load/conservation.ts';
import type { Stage } from '../load/stage.ts';
import { demandFor } from '../load/stock.ts';
import { inTurns, type Round, tellRounds } from '../load/turns.ts';

export const loads = ['hot', 'spread'] as const;
export type Load = (typeof loads)[number];

export interface Cell {
  readonly load: Load;
  readonly callers: number;
  readonly rounds: readonly Round[];
  readonly batchSizes: BatchSizes;
  /** Units out of place between levels, batches, reservations and ledger, and between REF's tables. */
  readonly unbalanced: number;
}

export interface CellPlan {
  readonly load: Load;
  readonly callers: number;
  readonly skuIds: readonly string[];
  readonly ms: number;
}

/** REF is held against the bare update where rows are hot and a pool is busy. */
const BARE_UPDATE_AT: readonly number[] = [64, 256];

export async function measureCell(stage: Stage, plan: CellPlan, context: BenchContext): Promise<Cell> {
  const { load, callers, skuIds, ms } = plan;
  const isBare = load === 'hot' && BARE_UPDATE_AT.includes(callers);
  const arms = comparedArms(stage, skuIds).filter(({ name }) => name !== 'UPDATE' || isBare);
  const rounds = await inTurns(arms, { loop: { callers, ms }, rounds: context.rounds, signal: context.signal });
  const batchSizes = await batchesOf(stage, arms, { callers, ms });
  const cell = { load, callers, rounds, batchSizes, unbalanced: await unbalanced(stage) };
  context.say(`${load} ${callers}: ${JSON.stringify({ ...tellRounds(rounds), batchSizes })}`);
  return cell;
}

export function comparedArms(stage: Compared, skuIds: readonly string[]): readonly Arm[] {
  return armsOn(stage, demandFor(skuIds));
}

/** A turn of its own, since nobody else may write then. */
async function batchesOf(stage: Stage, arms: readonly Arm[], loop: { callers: number; ms: number }) {
  const sizes = watchBatchSizes(stage.granary);
  await closedLoop(callOf(arms, 'Granary'), { ...loop, ms: loop.ms / 2 });
  return await sizes();
}

export function callOf(arms: readonly Arm[], wanted: ArmName): Arm['call'] {
  const arm = arms.find(({ name }) => name === wanted);
  if (arm === undefined) throw new Error(`${wanted} is not compared here`);
  return arm.call;
}

export function tellCell({ rounds, batchSizes, unbalanced: out }: Cell): Readonly<Record<string, unknown>> {
  return { ...tellRounds(rounds), batchSizes, ...(out === 0 ? {} : { unbalanced: out }) };
}
