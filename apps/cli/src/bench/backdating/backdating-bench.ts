/**
 * `bench backdating`: a receipt that is told after 100,000 movements that it came before. It is previewed, told, and corrected by
 * a worker that is killed half-way and by another one that goes on; what the rows say is compared with all of it costed anew.
 */
import { fork } from 'node:child_process';
import { formatMoney } from '@granary/contracts/money';
import { forgotten, longPast, postEvents, unlikeScratch } from '@granary/cost/rehearsal/long-past';
import { openOwnDatabase } from '../../fleet/own-database.ts';
import { type Bench, type BenchContext, type Goal, rounded } from '../bench.ts';
import { durabilityOf } from '../durability.ts';
import { type Books, openBooks } from './books.ts';

const MOVEMENTS = 100_000;
const METHODS = ['fifo', 'weighted_average', 'periodic_average'] as const;
const SKU = 'LONG';
/** The deadline of a request: neither who tells it nor whoever meets a part may wait longer. */
const MOST_MS = 5000;

export const backdatingBench: Bench = {
  name: 'backdating',
  summary:
    'a receipt told after 100,000 movements that it came before: rows written, a kill half-way, a full recomputation',
  run: async (context) => {
    const goals: Goal[] = [];
    const figures: Record<string, unknown> = {};
    for (const method of METHODS) {
      const database = await openOwnDatabase(`bench_${method}`);
      const books = await openBooks(database.databaseUrl, method);
      try {
        figures['durability'] ??= await durabilityOf(books.dataSource);
        const told = await tellLate(books, { method, url: database.databaseUrl, context });
        context.say(`${method}: ${JSON.stringify(told.figures)}`);
        goals.push(...told.goals.map((goal) => ({ ...goal, name: `${method}: ${goal.name}` })));
        figures[method] = told.figures;
      } finally {
        await books.dataSource.destroy();
        await database.drop();
      }
    }
    return { goals, figures };
  },
};

interface Telling {
  readonly method: string;
  readonly url: string;
  readonly context: BenchContext;
}

async function tellLate(books: Books, { method, url, context }: Telling) {
  const { engine, cost, domain } = books;
  const movements = context.sized(MOVEMENTS);
  await domain.skus.create({ skuId: SKU, name: SKU }, books.call);
  const postMs = await timed(() => postEvents(books, SKU, longPast(movements, engine.ids)));
  const before = await rowsOf(books);
  const late = forgotten(movements, engine.ids);
  if (late.type !== 'receipt') throw new Error('a receipt was to be forgotten');
  const asked = {
    skuId: SKU,
    type: 'receipt',
    quantity: late.quantity,
    unitCost: '4.00',
    occurredAt: late.at,
  } as const;
  const startedAt = performance.now();
  const preview = await cost.preview(asked);
  const previewMs = performance.now() - startedAt;
  const tellMs = await timed(() => postEvents(books, SKU, [late]));
  const killedAfter = await killHalfWay({ url, method, corrections: preview.corrections });
  const [first = 0, ...parts] = await finish(books);
  const written = (await rowsOf(books)) - before;
  const unlike = await unlikeScratch(books, SKU);
  const sums = await sumsSince(books, before);
  const previewed = preview.periods.map(({ period, costOfSales, value }) => `${period} ${costOfSales} ${value}`);
  return {
    goals: [
      { name: 'rows written beyond those affected', measured: written - preview.corrections, limit: 1 },
      { name: 'periods that came out otherwise than previewed', measured: differing(previewed, sums), limit: 0 },
      { name: 'rows unlike a full recomputation', measured: unlike.length, limit: 0 },
      { name: 'ms in which it is told', measured: tellMs, limit: MOST_MS },
      { name: 'ms of the longest part', measured: Math.max(...parts), limit: MOST_MS },
    ],
    figures: {
      ...{
        movements,
        affected: preview.corrections,
        rowsWritten: written,
        killedAfter,
        partsAfterTheKill: parts.length,
      },
      ...{ secondsToPostThePast: rounded(postMs / 1000), previewMs: rounded(previewMs, 0), tellMs: rounded(tellMs, 0) },
      ...{ planAndFirstPartMs: rounded(first, 0), longestPartMs: rounded(Math.max(...parts), 0) },
      correctionSeconds: rounded(sum([first, ...parts]) / 1000),
      ...{ unlike: unlike.slice(0, 5), periods: sums },
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

interface Killing {
  readonly url: string;
  readonly method: string;
  readonly corrections: number;
}

/** How many corrections the worker had told of when it was killed. */
async function killHalfWay({ url, method, corrections }: Killing): Promise<number> {
  // What was built is run, also where the parent is a test that runs from its sources.
  const program = new URL('../../../dist/bench/backdating/worker-process.js', import.meta.url);
  const child = fork(program, [url, method], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let done = 0;
  return await new Promise<number>((resolve) => {
    child.on('message', (appended: number) => {
      done += appended;
      if (done >= corrections / 2) child.kill('SIGKILL');
    });
    child.on('exit', () => resolve(done));
  });
}

/** The milliseconds of each part that was left. The first one begins with a look at the whole past, which keeps nobody waiting. */
async function finish({ cost, call }: Books): Promise<readonly number[]> {
  const next = cost.recosting();
  const parts: number[] = [];
  for (;;) {
    const startedAt = performance.now();
    if ((await next(call)) === undefined) return parts;
    parts.push(performance.now() - startedAt);
  }
}

async function rowsOf({ dataSource }: Books): Promise<number> {
  const [row] = await dataSource.query<readonly { readonly n: string }[]>(
    'SELECT COUNT(*) AS n FROM cost_record WHERE sku_id = ?',
    [SKU],
  );
  return Number(row?.n);
}

/** What the rows since then brought to each period, as a preview tells it. */
async function sumsSince({ dataSource }: Books, after: number): Promise<readonly string[]> {
  const rows = await dataSource.query<readonly Readonly<Record<'period' | 'sales' | 'value', string>>[]>(
    `SELECT p.name AS period, -SUM(IF(r.account = 'cost_of_sales', r.value, 0)) AS sales, SUM(r.value) AS value
     FROM cost_record AS r JOIN cost_period AS p ON p.period_id = r.period_id
     WHERE r.sku_id = ? AND r.record_no > ? GROUP BY p.period_id, p.name, p.starts_on ORDER BY p.starts_on`,
    [SKU, after],
  );
  const money = (text: string) => formatMoney(BigInt(text.replace('.', '')));
  return rows.map(({ period, sales, value }) => `${period} ${money(sales)} ${money(value)}`);
}

function differing(a: readonly string[], b: readonly string[]): number {
  return Math.max(a.length, b.length) - a.filter((each, at) => each === b[at]).length;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
