/** `bench reserve`: one unit for one cart, of one hot SKU and of ten thousand, against the two references. */
import type { Bench, BenchContext } from '../bench.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { receiveStock } from '../load/stock.ts';
import { type Cell, type Load, loads, measureCell, tellCell } from './cells.ts';
import { meetCrowds } from './crowd.ts';
import { profileFlushes } from './flush-profile.ts';
import { cellGoals } from './reserve-goals.ts';

const SKUS = 10_000;
const BATCHES_A_SKU = 4;
const CALLERS = [1, 64, 256, 1000];
const SECONDS = 0.6;
const PROFILED_CALLERS = 256;

export const reserveBench: Bench = {
  name: 'reserve',
  summary:
    'reservations of a hot SKU and of 10,000, by 1 to 1,000 callers, against two raw references; crowds that do not wait',
  run: (context) =>
    onStage('reserve', context, async (stage) => {
      const ms = 1000 * (context.seconds ?? SECONDS);
      const skuIds = await stockFor(stage, context);
      const cells: Cell[] = [];
      for (const load of loads)
        for (const callers of context.callers ?? CALLERS)
          cells.push(await measureCell(stage, { load, callers, skuIds: skuIds[load], ms }, context));
      const crowds = await meetCrowds(stage, { cells, skuIds: skuIds.hot, ms }, context);
      const statements = await profiled(stage, skuIds, ms);
      const last = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [stage.durable, ...cellGoals(cells), ...crowds.goals, last, await proven(stage, context)],
        figures: {
          durability: stage.durability,
          cells: Object.fromEntries(cells.map((cell) => [`${cell.load} ${cell.callers}`, tellCell(cell)])),
          ...crowds.figures,
          statements,
        },
      };
    }),
};

type SkuIds = Readonly<Record<Load, readonly string[]>>;

async function stockFor(stage: Stage, { sized }: BenchContext): Promise<SkuIds> {
  const batchesASku = BATCHES_A_SKU;
  return {
    hot: await receiveStock(stage, { prefix: 'HOT', skus: 1, batchesASku }),
    spread: await receiveStock(stage, { prefix: 'SPREAD', skus: sized(SKUS), batchesASku }),
  };
}

async function profiled(stage: Stage, skuIds: SkuIds, ms: number): Promise<Readonly<Record<string, unknown>>> {
  const statements: Record<string, unknown> = {};
  for (const load of loads)
    statements[load] = await profileFlushes(stage, skuIds[load], { callers: PROFILED_CALLERS, ms });
  return statements;
}
