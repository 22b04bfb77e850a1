/** `bench http`: reservations over 64 kept-alive connections, behind the standard way and the short one, against a server whose engine does nothing. */
import { type Bench, type BenchContext, type Goal, rounded } from '../bench.ts';
import { startChild } from '../load/child.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { BENCH_DEADLINE_MS, onStage, type Stage } from '../load/stage.ts';
import { demandFor, receiveStock } from '../load/stock.ts';
import { failuresOf, inTurns, ratioOf, type Round, tellRounds } from '../load/turns.ts';
import { openArms } from './http-arms.ts';
import type { HttpArm, ServeOrder, Served } from './served.ts';

const CONNECTIONS = 64;
const SECONDS = 1;
const SKUS = 10_000;
const SIZES = [1, 10];

/** Requests per second of one arm over those of another, of the same round. */
const RATIOS: Readonly<Record<string, readonly [HttpArm, HttpArm]>> = {
  'engine over no-op, standard': ['engine standard', 'no-op standard'],
  'engine over no-op, lean': ['engine lean', 'no-op lean'],
  'lean over standard, engine': ['engine lean', 'engine standard'],
  'lean over standard, no-op': ['no-op lean', 'no-op standard'],
};

export const httpBench: Bench = {
  name: 'http',
  summary: '64 connections that reserve, 1 and 10 calls a request: standard and lean, engine and no-op',
  run: (context) =>
    onStage('http', context, async (stage) => {
      const hot = await receiveStock(stage, { prefix: 'HOT', skus: 1, batchesASku: 4 });
      const spread = await receiveStock(stage, { prefix: 'SPREAD', skus: context.sized(SKUS), batchesASku: 1 });
      const ports = await startServer(stage, context);
      const measured = new Map<string, readonly Round[]>();
      for (const [place, skuIds] of [['hot', hot] as const, ['spread', spread] as const])
        for (const callsARequest of SIZES)
          measured.set(
            cellName(place, callsARequest),
            await measure({ ports, demand: demandFor(skuIds), callsARequest }, context),
          );
      const out = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [stage.durable, ...goalsOf(measured), out, await proven(stage, context)],
        figures: {
          durability: stage.durability,
          cells: told(measured, tellRounds),
          ratios: told(measured, ratiosOf),
        },
      };
    }),
};

const cellName = (place: string, callsARequest: number) => `${place}, ${callsARequest} a request`;

async function startServer(stage: Stage, { settings }: BenchContext): Promise<Served> {
  const child = startChild('http/server-process');
  stage.closing.add(() => child.stop());
  const { databaseUrl, redisUrl } = stage;
  const order: ServeOrder = {
    settings: {
      ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, STOCK_COST_ENABLED: 'false' },
      ...{ REQUEST_DEADLINE_MS: String(BENCH_DEADLINE_MS) },
      ...settings,
    },
  };
  return await child.ask<Served>(order);
}

interface Cell {
  readonly ports: Served;
  readonly demand: () => string;
  readonly callsARequest: number;
}

async function measure({ ports, demand, callsARequest }: Cell, context: BenchContext): Promise<readonly Round[]> {
  const connections = context.callers?.[0] ?? CONNECTIONS;
  const { arms, close } = await openArms(ports, { connections, callsARequest, demand });
  const loop = { callers: connections, ms: 1000 * (context.seconds ?? SECONDS) };
  try {
    const rounds = await inTurns(arms, { loop, rounds: context.rounds, signal: context.signal });
    context.say(`${callsARequest} a request: ${JSON.stringify(tellRounds(rounds))}`);
    return rounds;
  } finally {
    close();
  }
}

const ratiosOf = (rounds: readonly Round[]) =>
  Object.fromEntries(Object.entries(RATIOS).map(([name, arms]) => [name, rounded(ratioOf(rounds, arms, 'perSecond'))]));

const told = (measured: ReadonlyMap<string, readonly Round[]>, tell: (rounds: readonly Round[]) => unknown) =>
  Object.fromEntries([...measured].map(([name, rounds]) => [name, tell(rounds)]));

/** The hot SKU is judged; what many SKUs reach is told beside it. */
function goalsOf(measured: ReadonlyMap<string, readonly Round[]>): readonly Goal[] {
  const least = (callsARequest: number, ratio: string, [limit, wish]: readonly [number, number]): Goal => {
    const cell = cellName('hot', callsARequest);
    const [above, below] = RATIOS[ratio] ?? ['', ''];
    const of = ratioOf(measured.get(cell) ?? [], [above, below], 'perSecond');
    return { name: `${cell}: ${ratio}`, measured: of, limit, wish, bound: 'least' };
  };
  return [
    least(1, 'engine over no-op, standard', [0.8, 0.9]),
    least(10, 'engine over no-op, standard', [0.55, 0.7]),
    least(1, 'lean over standard, engine', [1.6, 2]),
    {
      ...{ name: 'requests that failed', limit: 0 },
      measured: [...measured.values()].reduce((sum, rounds) => sum + failuresOf(rounds), 0),
    },
  ];
}
