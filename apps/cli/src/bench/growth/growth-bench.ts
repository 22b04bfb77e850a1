/** `bench growth`: what three million reservations in the tables leave of the speed on a hot SKU. It fills for minutes. */
import { type Bench, type BenchContext, rounded } from '../bench.ts';
import { proven, unbalanced } from '../load/conservation.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { receiveStock } from '../load/stock.ts';
import { failuresOf, inTurns, ratioOf, type Round, tellRounds } from '../load/turns.ts';
import { comparedArms } from '../reserve/cells.ts';
import { fill } from './fill.ts';

const RESERVATIONS = 3_000_000;
const SKUS = 10_000;
const CALLERS = 256;
const SECONDS = 2;
const LEAST = 0.8;
const WISH = 0.9;

const TABLES = ['stock_movement', 'reservation', 'reservation_line', 'command', 'command_sku', 'outbox'];

export const growthBench: Bench = {
  name: 'growth',
  summary: 'a hot SKU before and after 3,000,000 reservations; it fills for minutes',
  run: (context) =>
    onStage('growth', context, async (stage) => {
      const hot = await receiveStock(stage, { prefix: 'HOT', skus: 1, batchesASku: 4 });
      const skuIds = await receiveStock(stage, { prefix: 'FILL', skus: context.sized(SKUS), batchesASku: 1 });
      const before = await measure(stage, hot, context);
      const reservations = context.sized(RESERVATIONS);
      const bar = context.progress('filling', reservations);
      const startedAt = performance.now();
      await fill(stage.references, { skuIds, reservations, bar, signal: context.signal });
      bar.end();
      const fillSeconds = rounded((performance.now() - startedAt) / 1000, 0);
      const after = await measure(stage, hot, context);
      const kept = ratioOf(after, ['Granary', 'REF'], 'perSecond') / ratioOf(before, ['Granary', 'REF'], 'perSecond');
      const out = { name: 'units out of place at the end', measured: await unbalanced(stage), limit: 0 };
      return {
        goals: [
          stage.durable,
          {
            ...{ name: `times REF after the filling, of before (hot, ${CALLERS} callers)`, measured: kept },
            ...{ limit: LEAST, wish: WISH, bound: 'least' },
          },
          { name: 'calls that failed', measured: failuresOf([...before, ...after]), limit: 0 },
          ...[out, await proven(stage, context)],
        ],
        figures: {
          ...{
            durability: stage.durability,
            reservations,
            fillSeconds,
            bytesAReservation: await bytes(stage, reservations),
          },
          cells: { before: tellRounds(before), after: tellRounds(after) },
        },
      };
    }),
};

async function measure(stage: Stage, skuIds: readonly string[], context: BenchContext): Promise<readonly Round[]> {
  const arms = comparedArms(stage, skuIds).filter(({ name }) => name === 'REF' || name === 'Granary');
  const loop = { callers: context.callers?.[0] ?? CALLERS, ms: 1000 * (context.seconds ?? SECONDS) };
  const rounds = await inTurns(arms, { loop, rounds: context.rounds, signal: context.signal });
  context.say(JSON.stringify(tellRounds(rounds)));
  return rounds;
}

/** Rows and indexes by the server's own estimate, a table each. */
async function bytes({ granary }: Stage, reservations: number): Promise<Readonly<Record<string, number>>> {
  await granary.dataSource.query(`ANALYZE TABLE ${TABLES.join(', ')}`);
  const rows = await granary.dataSource.query<readonly Readonly<Record<'name' | 'size', string>>[]>(
    `SELECT table_name AS name, data_length + index_length AS size FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name IN (?)`,
    [TABLES],
  );
  return Object.fromEntries(rows.map(({ name, size }) => [name, Math.round(Number(size) / reservations)]));
}
