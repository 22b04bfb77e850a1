/**
 * What costs of many SKUs take to answer, against one plain SELECT of their layers on a connection of its own: the fewest
 * columns that tell what a unit costs, as arrays, and nothing done with them.
 */
import type { Cost } from '@granary/cost/cost';
import mysql2 from 'mysql2/promise';
import type { BenchContext, Goal } from '../bench.ts';
import { rounded } from '../bench.ts';
import { interleaved } from '../rounds.ts';
import { LAYERS_A_SKU, skuName } from './layered-stock.ts';

export interface Reading {
  readonly cost: Cost;
  readonly databaseUrl: string;
}

const SELECT = `SELECT sku_id, layer_id, received_at, quantity, remaining, value FROM cost_layer
  WHERE sku_id IN (?) ORDER BY sku_id, layer_id`;

/** More than one layer of ten, so that layers are cut and rounded. */
const QUANTITY = 25;

export async function measureReading(
  { cost, databaseUrl }: Reading,
  { rounds, sized }: BenchContext,
): Promise<{ readonly goals: readonly Goal[]; readonly figures: Readonly<Record<string, unknown>> }> {
  const [few, many] = [sized(1000), sized(10_000)];
  const exact = { dateStrings: true, supportBigNumbers: true, bigNumberStrings: true } as const;
  const plain = await mysql2.createConnection({ uri: databaseUrl, ...exact });
  try {
    const medians = await interleaved(
      [
        { name: `calculateMany ${few}`, run: () => calculate(cost, few) },
        { name: `select ${many}`, run: () => selectAll(plain, many) },
        { name: `calculateMany ${many}`, run: () => calculate(cost, many) },
        { name: `valuation ${many}`, run: () => valuation(cost, many) },
      ],
      rounds,
    );
    const ms = Object.fromEntries([...medians].map(([name, each]) => [name, rounded(each, 1)]));
    return { goals: goalsOf(medians, { few, many }), figures: { layers: many * LAYERS_A_SKU, ms } };
  } finally {
    await plain.end();
  }
}

function goalsOf(medians: ReadonlyMap<string, number>, { few, many }: { few: number; many: number }): readonly Goal[] {
  const ms = (name: string) => medians.get(name) ?? Number.NaN;
  const ofMany = ms(`calculateMany ${many}`);
  const select = ms(`select ${many}`);
  return [
    { name: 'calculateMany over SELECT', measured: ofMany / select, limit: 2.5 },
    { name: 'valuation report over SELECT', measured: ms(`valuation ${many}`) / select, limit: 3 },
    {
      name: 'calculateMany, time a SKU of many over of few',
      measured: ofMany / many / (ms(`calculateMany ${few}`) / few),
      limit: 1.3,
    },
  ];
}

const skusOf = (count: number): readonly string[] => Array.from({ length: count }, (_, place) => skuName(place));

async function selectAll(plain: mysql2.Connection, skus: number): Promise<void> {
  const [rows] = await plain.query<mysql2.RowDataPacket[][]>({ sql: SELECT, rowsAsArray: true }, [skusOf(skus)]);
  if (rows.length !== skus * LAYERS_A_SKU) throw new Error(`${rows.length} layers were read`);
}

async function calculate(cost: Cost, skus: number): Promise<void> {
  const { items } = await cost.calculateMany({ items: skusOf(skus).map((skuId) => ({ skuId, quantity: QUANTITY })) });
  const done = items.filter((item) => item.ok).length;
  if (done !== skus) throw new Error(`${done} SKUs were calculated`);
}

const ROWS_A_PAGE = 500;

/** Every SKU, page by page. */
async function valuation(cost: Cost, skus: number): Promise<void> {
  let seen = 0;
  let cursor: string | undefined;
  do {
    const page = await cost.reports.valuation({
      by: 'sku',
      limit: ROWS_A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    seen += page.items.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  if (seen < skus) throw new Error(`${seen} SKUs were valued`);
}
