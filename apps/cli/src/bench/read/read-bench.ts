/** `bench read`: how often it can be asked whether there is any, kept and read anew, and how old an answer may be beside writing. */
import type { Granary } from '@granary/platform/granary';
import type { Pool } from 'mysql2/promise';
import { type Bench, type BenchContext, type Goal, rounded } from '../bench.ts';
import type { Arm } from '../load/arms.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { demandFor, receiveStock } from '../load/stock.ts';
import { failuresOf, inTurns, ratioOf, tellRounds } from '../load/turns.ts';
import { measureAge } from './answer-age.ts';

const SKUS = 1000;
const BATCHES_A_SKU = 3;
const CALLERS = 64;
const SECONDS = 2;
const SKUS_A_CALL = 100;
const READS = 1_000_000;
const WRITES = 10_000;
/** The documented second. */
const OLDEST_MS = 1000;

const LEAST = { kept: 10, anew: 0.5 };
const CACHE = { GRANARY_CACHE_ENTRIES: '10000' };

export const readBench: Bench = {
  name: 'read',
  summary:
    'stock.check from kept answers and read anew against a raw SELECT; and the age of answers of 4 processes that read and write',
  run: (context) =>
    onStage('read', context, async (stage) => {
      const stock = { prefix: 'READ', skus: Math.max(10, context.sized(SKUS)), batchesASku: BATCHES_A_SKU };
      const skuIds = await receiveStock(stage, stock);
      const speed = await measureSpeed(stage, { skuIds, context });
      const amount = { reads: context.sized(READS), writes: context.sized(WRITES) };
      const age = await measureAge(stage, { ...amount, signal: context.signal });
      return {
        goals: [
          stage.durable,
          ...speed.goals,
          {
            name: 'answers older than what their own process had acknowledged',
            measured: age.olderThanOwn,
            limit: 0,
          },
          { name: 'oldest answer about what another process changed, in ms', measured: age.oldestMs, limit: OLDEST_MS },
          { name: 'units missing or too many at the end', measured: age.unitsWrong, limit: 0 },
        ],
        figures: { durability: stage.durability, skus: skuIds.length, ...speed.figures, age },
      };
    }),
};

interface Measuring {
  readonly skuIds: readonly string[];
  readonly context: BenchContext;
}

async function measureSpeed(stage: Stage, { skuIds, context }: Measuring) {
  const cached = await stage.openEngine(CACHE);
  const arms = armsOf({ stage, cached, skuIds });
  const loop = { callers: context.callers?.[0] ?? CALLERS, ms: (context.seconds ?? SECONDS) * 1000 };
  const rounds = await inTurns(arms, { loop, rounds: context.rounds, signal: context.signal });
  const goals: readonly Goal[] = [
    {
      name: `kept, ${loop.callers} callers, to a raw SELECT`,
      measured: ratioOf(rounds, ['kept', 'SELECT'], 'perSecond'),
      ...{ limit: LEAST.kept, bound: 'least' },
    },
    {
      name: `read anew, ${loop.callers} callers, to a raw SELECT`,
      measured: ratioOf(rounds, ['anew', 'SELECT'], 'perSecond'),
      ...{ limit: LEAST.anew, bound: 'least' },
    },
    { name: 'failed calls', measured: failuresOf(rounds), limit: 0 },
  ];
  const aSecond = ratioOf(rounds, ['many', 'SELECT'], 'perSecond') * SKUS_A_CALL;
  return {
    goals,
    figures: {
      calls: tellRounds(rounds),
      skusOfCheckManyToSelects: rounded(aSecond),
      cache: cached.readCounters().cache,
    },
  };
}

const SELECT = 'SELECT on_hand, reserved, locked FROM stock_level WHERE sku_id = ? AND location_id = ?';

interface Compared {
  readonly stage: { readonly granary: Pick<Granary, 'domain'>; readonly references: Pool };
  readonly cached: Pick<Granary, 'domain'>;
  readonly skuIds: readonly string[];
}

function armsOf({ stage: { granary, references }, cached, skuIds }: Compared): readonly Arm[] {
  const demand = demandFor(skuIds);
  const some = () => Array.from({ length: SKUS_A_CALL }, demand);
  return [
    { name: 'SELECT', call: () => references.query(SELECT, [demand(), 'default']) },
    { name: 'anew', call: () => granary.domain.stock.check({ skuId: demand() }) },
    { name: 'kept', call: () => cached.domain.stock.check({ skuId: demand() }) },
    { name: 'many', call: () => granary.domain.stock.checkMany({ skuIds: some() }) },
  ];
}
