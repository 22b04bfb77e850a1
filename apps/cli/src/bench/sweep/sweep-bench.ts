/** `bench sweep`: a hundred thousand overdue holds expired by one worker while callers reserve, and what both feel of it. */
import { type Bench, type BenchContext, type Goal, rounded } from '../bench.ts';
import { reserving } from '../load/arms.ts';
import { type Child, startChild } from '../load/child.ts';
import { closedLoop, failed, type Measured } from '../load/closed-loop.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { demandFor, receiveStock } from '../load/stock.ts';
import { median } from '../rounds.ts';
import { type Ended, endedOf, makeOverdue } from './overdue-holds.ts';
import type { SweepOrder } from './sweep-process.ts';

const SKUS = 10_000;
const OVERDUE = 100_000;
const CALLERS = 64;
const SECONDS = 3;
/** Making what is overdue takes longer than all of the measuring. */
const MOST_ROUNDS = 3;
/** Longer than any sweep; the loop ends with the sweep. */
const FOR_EVER_MS = 3_600_000;

interface Round {
  readonly alone: Measured;
  readonly during: Measured;
  readonly sweptPerSecond: number;
}

export const sweepBench: Bench = {
  name: 'sweep',
  summary:
    '100,000 overdue holds expired by one worker while 64 callers reserve: the pace of both, and each expired once',
  run: (context) =>
    onStage('sweep', context, async (stage) => {
      const skus = context.sized(SKUS);
      const skuIds = await receiveStock(stage, { prefix: 'SWEEP', skus, batchesASku: 1 });
      const holds = context.sized(OVERDUE);
      const rounds = await measure(stage, { skuIds, holds }, context);
      const ended = await endedOf(stage.granary);
      const out = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [
          ...[stage.durable, ...goalsOf(rounds), ...endGoals(ended, holds * rounds.length), out],
          await proven(stage, context),
        ],
        figures: {
          ...{ durability: stage.durability, overdue: holds },
          cells: Object.fromEntries(
            rounds.map(({ alone, during }, at) => [`round ${at + 1}`, { alone: told(alone), during: told(during) }]),
          ),
          sweptPerSecond: rounds.map(({ sweptPerSecond }) => rounded(sweptPerSecond, 0)),
        },
      };
    }),
};

const told = ({ perSecond, p50Ms, p99Ms, failures }: Measured) => ({
  ...{ perSecond: rounded(perSecond, 0), p50Ms: rounded(p50Ms), p99Ms: rounded(p99Ms) },
  ...(Object.keys(failures).length === 0 ? {} : { failures }),
});

interface Plan {
  readonly skuIds: readonly string[];
  readonly holds: number;
}

async function measure(stage: Stage, plan: Plan, context: BenchContext): Promise<readonly Round[]> {
  const worker = startChild('sweep/sweep-process');
  stage.closing.add(() => worker.stop());
  await worker.ask({ kind: 'open', settings: settingsOf(stage, context) } satisfies SweepOrder);
  const rounds: Round[] = [];
  for (let round = 0; round < Math.min(MOST_ROUNDS, context.rounds); round += 1) {
    context.signal.throwIfAborted();
    await makeOverdue(stage.granary, { ...plan, round });
    rounds.push(await sweepOnce(stage, worker, { ...plan, context }));
    context.say(JSON.stringify(rounds.at(-1)));
  }
  return rounds;
}

async function sweepOnce(
  { granary }: Stage,
  worker: Child,
  { skuIds, holds, context }: Plan & { readonly context: BenchContext },
): Promise<Round> {
  const callers = context.callers?.[0] ?? CALLERS;
  const reserve = reserving(granary, demandFor(skuIds));
  const alone = await closedLoop(reserve, { callers, ms: 1000 * (context.seconds ?? SECONDS) });
  const over = new AbortController();
  const loop = closedLoop(reserve, { callers, ms: FOR_EVER_MS, until: over.signal });
  const seconds = await worker.ask<number>({ kind: 'sweep', due: holds } satisfies SweepOrder).finally(() => {
    over.abort();
  });
  return { alone, during: await loop, sweptPerSecond: holds / seconds };
}

function settingsOf({ databaseUrl }: Stage, { settings }: BenchContext): Readonly<Record<string, string>> {
  return { DATABASE_URL: databaseUrl, STOCK_LOCK: 'none', STOCK_COST_ENABLED: 'false', ...settings };
}

function goalsOf(rounds: readonly Round[]): readonly Goal[] {
  const ratio = (of: (round: Round) => number) => median(rounds.map(of));
  const share = { limit: 0.5, bound: 'least' } as const;
  return [
    {
      ...{ name: 'expired a second, of what 64 callers reserve a second alone', ...share, wish: 0.8 },
      measured: ratio(({ sweptPerSecond, alone }) => sweptPerSecond / alone.perSecond),
    },
    {
      ...{ name: 'reserved a second during the sweep, of alone', ...share, wish: 0.7 },
      measured: ratio(({ during, alone }) => during.perSecond / alone.perSecond),
    },
    {
      ...{ name: 'p99 of a reserve during the sweep over alone', limit: 3, wish: 2 },
      measured: ratio(({ during, alone }) => during.p99Ms / alone.p99Ms),
    },
    {
      ...{ name: 'calls that failed', limit: 0 },
      measured: rounds.reduce((sum, { alone, during }) => sum + failed(alone) + failed(during), 0),
    },
  ];
}

function endGoals({ expired, again }: Ended, due: number): readonly Goal[] {
  return [
    { name: 'overdue holds that did not expire', measured: Math.abs(due - expired), limit: 0 },
    { name: 'expired more than once', measured: Math.abs(again), limit: 0 },
  ];
}
