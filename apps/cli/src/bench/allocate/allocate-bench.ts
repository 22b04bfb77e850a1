/** `bench allocate`: a small need from few batches, from many, and from many of which most are used up. */
import type { Instant } from '@granary/contracts/instant';
import { allocate } from '@granary/domain/rules/allocation';
import { fifo } from '@granary/domain/strategies/fifo';
import type { Candidate } from '@granary/domain/strategies/strategy';
import type { Money } from '@granary/contracts/money';
import type { Granary } from '@granary/platform/granary';
import { type Bench, type BenchContext, type Goal, rounded } from '../bench.ts';
import { reserving } from '../load/arms.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { interleaved } from '../rounds.ts';
import { receiveBatches, useUp } from './many-batches.ts';

const FEW = 100;
const MANY = 10_000;
/** Rows of batches that an index hands over for a need that the first one covers. */
const PREFIX = 8;
const SKU_IDS = ['FEW', 'MANY', 'USED'] as const;
const CALLS = 100;
const LEAST_CALLS = 10;
const PURE_CALLS = 20;

/** Among ten thousand it may take twice as long as among a hundred. */
const MOST_GROWTH = 2;
const LEAST_PURE = 1000;
/** Rows that may be read more among many than among few. */
const MOST_MORE_ROWS = 2;

export const allocateBench: Bench = {
  name: 'allocate',
  summary:
    'a small need from 100 and from 10,000 batches through the service: rows read and time; and the pure choice by itself',
  run: (context) =>
    onStage('allocate', context, async (stage) => {
      const many = Math.max(FEW, context.sized(MANY));
      const { domain } = stage.granary;
      await receiveBatches(domain, 'FEW', FEW);
      await receiveBatches(domain, 'MANY', many);
      await receiveBatches(domain, 'USED', many);
      await useUp(domain, 'USED', many - FEW);
      const calls = Math.max(LEAST_CALLS, context.sized(CALLS));
      const rows = await rowsRead(stage.granary, calls);
      const ms = await interleaved(
        SKU_IDS.map((skuId) => ({ name: skuId, run: () => reserveOften(stage, skuId, calls) })),
        context.rounds,
      );
      const pure = await measurePure(many, context);
      const out = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [stage.durable, ...goalsOf({ rows, ms, pure }), out, await proven(stage, context)],
        figures: {
          ...{
            durability: stage.durability,
            batches: { few: FEW, many, used: `${many}, ${many - FEW} of them used up` },
          },
          reserveMs: Object.fromEntries([...ms].map(([name, each]) => [name, rounded(each / calls, 3)])),
          ...{ rowsReadAReserve: Object.fromEntries(rows), pureTimesFaster: rounded(pure, 0) },
        },
      };
    }),
};

async function reserveOften({ granary }: Pick<Stage, 'granary'>, skuId: string, calls: number): Promise<void> {
  const reserve = reserving(granary, () => skuId);
  for (let at = 0; at < calls; at += 1) await reserve();
}

/** Steps that the server took along its indexes for one reserve: nobody else asks meanwhile. */
async function rowsRead(granary: Granary, calls: number): Promise<ReadonlyMap<string, number>> {
  const counter = async () => {
    const rows = await granary.dataSource.query<readonly { readonly Value: string }[]>(
      'SHOW GLOBAL STATUS WHERE Variable_name IN (?)',
      [['Handler_read_first', 'Handler_read_key', 'Handler_read_last', 'Handler_read_next', 'Handler_read_prev']],
    );
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  };
  const rows = new Map<string, number>();
  for (const skuId of SKU_IDS) {
    const before = await counter();
    await reserveOften({ granary }, skuId, calls);
    rows.set(skuId, rounded(((await counter()) - before) / calls, 1));
  }
  return rows;
}

interface Measured {
  readonly rows: ReadonlyMap<string, number>;
  readonly ms: ReadonlyMap<string, number>;
  readonly pure: number;
}

function goalsOf({ rows, ms, pure }: Measured): readonly Goal[] {
  const of = (figures: ReadonlyMap<string, number>, name: string) => figures.get(name) ?? Number.NaN;
  return [
    ...(['MANY', 'USED'] as const).flatMap((name) => {
      const told = name === 'MANY' ? 'many open batches' : 'many batches, most used up';
      const more = of(rows, name) - of(rows, 'FEW');
      return [
        {
          name: `${told}: time of a reserve over that among few`,
          measured: of(ms, name) / of(ms, 'FEW'),
          limit: MOST_GROWTH,
        },
        { name: `${told}: rows read for a reserve beyond those among few`, measured: more, limit: MOST_MORE_ROWS },
      ];
    }),
    {
      name: 'the choice by itself: times faster than sorting all of them',
      measured: pure,
      limit: LEAST_PURE,
      bound: 'least',
    },
  ];
}

/** Choosing from what an index hands over, against choosing from everything there is. */
async function measurePure(batches: number, { rounds }: BenchContext): Promise<number> {
  const candidates = Array.from({ length: batches }, (_, place) => candidateAt((place * 7919) % batches));
  const prefix = candidates.toSorted((a, b) => (a.batchId < b.batchId ? -1 : 1)).slice(0, PREFIX);
  const request = { quantity: 1, strategy: fifo, locations: new Map(), now: NOW };
  const often = (from: readonly Candidate[], times: number) => async () => {
    for (let at = 0; at < times; at += 1) allocate(from, request);
  };
  const ms = await interleaved(
    [
      { name: 'all', run: often(candidates, PURE_CALLS) },
      { name: 'prefix', run: often(prefix, PURE_CALLS * LEAST_PURE) },
    ],
    rounds,
  );
  return ((ms.get('all') ?? Number.NaN) / (ms.get('prefix') ?? Number.NaN)) * LEAST_PURE;
}

const NOW = '2026-01-01T00:00:00.000000Z' as Instant;

function candidateAt(place: number): Candidate {
  const number = String(place).padStart(6, '0');
  return {
    ...{ batchId: `B${number}`, batchNo: `B${number}`, locationId: 'default', free: 10, unitCost: 1_000_000n as Money },
    ...{ receivedAt: `2025-01-01T00:00:00.${number}Z` as Instant, expiresAt: '9999-12-31T00:00:00.000000Z' as Instant },
  };
}
