/** `bench many`: five lines of five SKUs for one cart, all or nothing, against a slim transaction whose lines are sorted. */
import { createRandom } from '../../sample/random.ts';
import type { Bench, BenchContext, Goal } from '../bench.ts';
import { reservingMany } from '../load/arms.ts';
import { type BatchSizes, watchBatchSizes } from '../load/batch-sizes.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { receiveStock } from '../load/stock.ts';
import { failuresOf, inTurns, ratioOf, type Round, tellRounds } from '../load/turns.ts';
import { createSlimReference } from '../reference/slim-reference.ts';

const SKUS = 1000;
const LINES = 5;
const CALLERS = [16, 64, 256];
const SECONDS = 1.5;
const SEED = 11;
/** The number of callers that is judged, at least so many times REF, and as hoped for. */
const JUDGED = { callers: 64, limit: 1.7, wish: 2.5 };

interface Cell {
  readonly callers: number;
  readonly rounds: readonly Round[];
  readonly batchSizes: BatchSizes;
  readonly unbalanced: number;
}

export const manyBench: Bench = {
  name: 'many',
  summary: 'reserveMany of five lines over 1,000 SKUs, against a slim transaction with sorted lines',
  run: (context) =>
    onStage('many', context, async (stage) => {
      // Five different SKUs must be found among few, too.
      const skus = Math.max(2 * LINES, context.sized(SKUS));
      const skuIds = await receiveStock(stage, { prefix: 'MANY', skus, batchesASku: 4 });
      const cells: Cell[] = [];
      for (const callers of context.callers ?? CALLERS)
        cells.push(await measureCell(stage, { callers, skuIds }, context));
      return {
        goals: [stage.durable, ...goalsOf(cells), await proven(stage, context)],
        figures: {
          durability: stage.durability,
          cells: Object.fromEntries(
            cells.map(({ callers, rounds, batchSizes }) => [callers, { ...tellRounds(rounds), batchSizes }]),
          ),
        },
      };
    }),
};

interface CellPlan {
  readonly callers: number;
  readonly skuIds: readonly string[];
}

async function measureCell(stage: Stage, { callers, skuIds }: CellPlan, context: BenchContext): Promise<Cell> {
  const loop = { callers, ms: 1000 * (context.seconds ?? SECONDS) };
  const reference = createSlimReference(stage.references);
  const reserveMany = reservingMany(stage.granary, ordersOf(skuIds));
  const referenceOrder = ordersOf(skuIds);
  const rounds = await inTurns(
    [
      { name: 'REF', call: () => reference.reserveMany(referenceOrder()) },
      { name: 'Granary', call: reserveMany },
    ],
    { loop, rounds: context.rounds, signal: context.signal },
  );
  const sizes = watchBatchSizes(stage.granary);
  await closedLoop(reserveMany, { ...loop, ms: loop.ms / 2 });
  const cell = { callers, rounds, batchSizes: await sizes(), unbalanced: await unbalanced(stage) };
  context.say(`${callers}: ${JSON.stringify(tellRounds(rounds))}`);
  return cell;
}

/** The same orders for both arms. */
function ordersOf(skuIds: readonly string[]): () => readonly string[] {
  const random = createRandom(SEED);
  return () => {
    const order = new Set<string>();
    while (order.size < LINES) order.add(skuIds[Math.floor(random.next() * skuIds.length)] ?? '');
    return [...order];
  };
}

function goalsOf(cells: readonly Cell[]): readonly Goal[] {
  const { callers, limit, wish } = JUDGED;
  const judged = cells.filter((cell) => cell.callers === callers);
  return [
    ...judged.map(({ rounds }): Goal => ({
      name: `${LINES} lines, ${callers} callers: times REF with sorted lines`,
      measured: ratioOf(rounds, ['Granary', 'REF'], 'perSecond'),
      ...{ limit, wish, bound: 'least' },
    })),
    {
      name: 'calls that failed',
      measured: cells.reduce((sum, { rounds }) => sum + failuresOf(rounds), 0),
      limit: 0,
    },
    { name: 'units out of place after a cell', measured: Math.max(...cells.map((cell) => cell.unbalanced)), limit: 0 },
  ];
}
