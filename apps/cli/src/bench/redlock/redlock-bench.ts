/** `bench redlock`: what a lock service in front of the rows costs or saves, where it may stand: nowhere, at documents, everywhere. */
import type { Granary } from '@granary/platform/granary';
import { type Bench, type BenchContext, type Goal, rounded } from '../bench.ts';
import { reserving } from '../load/arms.ts';
import type { CallOnce } from '../load/closed-loop.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { call, demandFor, receiveStock } from '../load/stock.ts';
import { failuresOf, inTurns, ratioOf, type Round, tellRounds } from '../load/turns.ts';

const MODES = ['none', 'documents', 'all'] as const;
const SECONDS = 1;
const SKUS = 1000;
const LINES = 50;
/** So that documents of fifty lines meet each other nearly always. */
const CROWDED_SKUS = 100;

/** Where nothing asks for a lock, the service must not be felt. */
const LEAST_RESERVING = 0.9;

interface Scene {
  readonly name: string;
  readonly callers: number;
  readonly callOn: (granary: Granary) => CallOnce;
}

export const redlockBench: Bench = {
  name: 'redlock',
  summary: 'throughput with locks of Redis nowhere, at documents, and everywhere: reservations, sales, long documents',
  run: (context) =>
    onStage('redlock', context, async (stage) => {
      const engines = new Map<string, Granary>();
      for (const mode of MODES) engines.set(mode, await stage.openEngine({ STOCK_LOCK: mode }));
      const measured = new Map<string, readonly Round[]>();
      for (const scene of await scenesOn(stage, context)) {
        const arms = [...engines].map(([name, granary]) => ({ name, call: scene.callOn(granary) }));
        const loop = { callers: context.callers?.[0] ?? scene.callers, ms: 1000 * (context.seconds ?? SECONDS) };
        const rounds = await inTurns(arms, { loop, rounds: context.rounds, signal: context.signal });
        context.say(`${scene.name}: ${JSON.stringify(tellRounds(rounds))}`);
        measured.set(scene.name, rounds);
      }
      const out = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [stage.durable, ...goalsOf(measured), out, await proven(stage, context)],
        figures: {
          durability: stage.durability,
          cells: Object.fromEntries([...measured].map(([name, rounds]) => [name, tellRounds(rounds)])),
          timesNone: Object.fromEntries([...measured].map(([name, rounds]) => [name, timesNone(rounds)])),
        },
      };
    }),
};

async function scenesOn(stage: Stage, { sized }: BenchContext): Promise<readonly Scene[]> {
  const hot = await receiveStock(stage, { prefix: 'HOT', skus: 1, batchesASku: 1 });
  const spread = await receiveStock(stage, { prefix: 'SPREAD', skus: Math.max(LINES, sized(SKUS)), batchesASku: 1 });
  const crowded = await receiveStock(stage, { prefix: 'CROWD', skus: CROWDED_SKUS, batchesASku: 1 });
  return [
    { name: 'reserve, one SKU', callers: 64, callOn: (granary) => reserving(granary, demandFor(hot)) },
    { name: 'reserve, many SKUs', callers: 64, callOn: (granary) => reserving(granary, demandFor(spread)) },
    { name: 'sale of one line, one SKU', callers: 16, callOn: (granary) => selling(granary, hot, 1) },
    { name: 'sale of one line, many SKUs', callers: 16, callOn: (granary) => selling(granary, spread, 1) },
    { name: 'sale of 50 lines that meet', callers: 16, callOn: (granary) => selling(granary, crowded, LINES) },
  ];
}

let sold = 0;

/** Orders of so many different SKUs, a unit each. */
function selling({ domain }: Granary, skuIds: readonly string[], lines: number): CallOnce {
  const next = demandFor(skuIds);
  return () => {
    const order = new Set<string>();
    while (order.size < lines) order.add(next());
    const orderNo = `SO-${(sold += 1)}`;
    return domain.outbound.sales({ orderNo, lines: [...order].map((skuId) => ({ skuId, quantity: 1 })) }, call);
  };
}

const timesNone = (rounds: readonly Round[]) =>
  Object.fromEntries(MODES.map((mode) => [mode, rounded(ratioOf(rounds, [mode, 'none'], 'perSecond'))]));

function goalsOf(measured: ReadonlyMap<string, readonly Round[]>): readonly Goal[] {
  const reserving = [...measured].filter(([name]) => name.startsWith('reserve'));
  return [
    ...reserving.map(([name, rounds]): Goal => ({
      name: `${name}: rate with locks at documents over without`,
      measured: ratioOf(rounds, ['documents', 'none'], 'perSecond'),
      ...{ limit: LEAST_RESERVING, bound: 'least' },
    })),
    {
      ...{ name: 'calls that failed', limit: 0 },
      measured: [...measured.values()].reduce((sum, rounds) => sum + failuresOf(rounds), 0),
    },
  ];
}
