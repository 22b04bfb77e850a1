/** `bench processes`: several api processes want the same hot SKU, and each gets its share. */
import type { Bench, BenchContext, Goal } from '../bench.ts';
import { rounded } from '../bench.ts';
import type { ArmName } from '../load/arms.ts';
import { type BatchSizes, watchBatchSizes } from '../load/batch-sizes.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { BENCH_DEADLINE_MS, onStage, type Stage } from '../load/stage.ts';
import { receiveStock } from '../load/stock.ts';
import { failuresOf, ratioOf, tellRounds } from '../load/turns.ts';
import { REFERENCE_POOL } from '../reference/reference-pool.ts';
import { median } from '../rounds.ts';
import { type Crew, startCrew, type Together } from './crew.ts';

const PROCESSES = 4;
const CALLERS_EACH = 64;
const SECONDS = 2;
const ARMS = ['REF', 'REF-FULL', 'Granary'] as const;

type Round = Record<(typeof ARMS)[number], Together>;

export const processesBench: Bench = {
  name: 'processes',
  summary: 'four processes with 64 callers each on one hot SKU: throughput, shares, deadlocks',
  run: (context) =>
    onStage('processes', context, async (stage) => {
      const skuIds = await receiveStock(stage, { prefix: 'HOT', skus: 1, batchesASku: 4 });
      const crew = await startCrew(PROCESSES, {
        kind: 'open',
        settings: settingsOf(stage, context),
        skuIds,
        referencePool: REFERENCE_POOL / PROCESSES,
      });
      stage.closing.add(() => crew.stop());
      const measured = await measure(stage, crew, context);
      const { rounds } = measured;
      const out = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [stage.durable, ...goalsOf(rounds), out, await proven(stage, context)],
        figures: {
          ...{ durability: stage.durability, processes: PROCESSES },
          ...{ cells: tellRounds(rounds), batchSizes: measured.batchSizes },
          fairness: Object.fromEntries(ARMS.map((name) => [name, rounded(shareOf(rounds, name))])),
        },
      };
    }),
};

function settingsOf({ databaseUrl, redisUrl }: Stage, { settings }: BenchContext): Readonly<Record<string, string>> {
  return {
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, STOCK_COST_ENABLED: 'false' },
    ...{ REQUEST_DEADLINE_MS: String(BENCH_DEADLINE_MS) },
    ...settings,
  };
}

async function measure(
  stage: Stage,
  crew: Crew,
  context: BenchContext,
): Promise<{ readonly rounds: readonly Round[]; readonly batchSizes: BatchSizes }> {
  const loop = { callers: context.callers?.[0] ?? CALLERS_EACH, ms: 1000 * (context.seconds ?? SECONDS) };
  const rounds: Round[] = [];
  for (const name of ARMS) await crew.load(name, { ...loop, ms: loop.ms / 4 });
  for (let at = 0; at < context.rounds; at += 1) {
    const round: Partial<Round> = {};
    for (const name of at % 2 === 0 ? ARMS : ARMS.toReversed()) {
      context.signal.throwIfAborted();
      round[name] = await crew.load(name, loop);
    }
    rounds.push(round as Round);
  }
  context.say(JSON.stringify(tellRounds(rounds)));
  const sizes = watchBatchSizes(stage.granary);
  await crew.load('Granary', { ...loop, ms: loop.ms / 2 });
  return { rounds, batchSizes: await sizes() };
}

const shareOf = (rounds: readonly Round[], name: keyof Round): number =>
  median(rounds.map((round) => round[name].fairness));

function goalsOf(rounds: readonly Round[]): readonly Goal[] {
  const times = (name: ArmName, limit: number, wish: number): Goal => ({
    name: `${PROCESSES} processes on one SKU: times ${name}`,
    measured: ratioOf(rounds, ['Granary', name], 'perSecond'),
    ...{ limit, wish, bound: 'least' },
  });
  return [
    times('REF-FULL', 16, 25),
    times('REF', 8, 13),
    {
      ...{ name: 'smallest share over the largest', measured: shareOf(rounds, 'Granary') },
      ...{ limit: 0.9, bound: 'least' },
    },
    { name: 'p99 over that of REF', measured: ratioOf(rounds, ['Granary', 'REF'], 'p99Ms'), limit: 0.35 },
    // A deadlock that reached a caller would be one of them.
    { name: 'calls that failed', measured: failuresOf(rounds), limit: 0 },
  ];
}
