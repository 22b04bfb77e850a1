/** One pass of an order stream with costing on: documents month by month, each month closed when the stream has left it. */
import { createClient, type GranaryClient } from '@granary/client';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { PlainError } from '../command.ts';
import { createClosing } from '../fleet/closing.ts';
import { startMember } from '../fleet/fleet.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { createBooksReader } from './cost-books.ts';
import type { PassFigures } from './cost-figures.ts';
import type { CostMethod } from './cost-method.ts';
import type { EventRow } from './event-file.ts';
import { createFeeder } from './feeder.ts';
import { groupBy } from './grouping.ts';
import { createLanes } from './lanes.ts';
import { eventsOf } from './orders.ts';

export interface CostPassOptions {
  readonly rows: readonly EventRow[];
  readonly method: CostMethod;
  readonly concurrency: number;
  readonly onProgress: (rows: number, note: string) => void;
  readonly signal: AbortSignal;
}

export interface CostPass {
  readonly method: CostMethod;
  readonly skus: ReadonlyMap<string, PassFigures>;
  readonly documents: number;
  readonly months: number;
  /** From the first document to the last close. */
  readonly seconds: number;
  readonly violations: readonly unknown[];
}

const TIMEOUT_MS = 600_000;

/** On an empty database of its own, with the method as the strategy of every SKU. */
export async function costPass(options: CostPassOptions): Promise<CostPass> {
  const { method, rows } = options;
  const closing = createClosing();
  try {
    const database = await openOwnDatabase(`replay_${method}`);
    closing.add(() => database.drop());
    const settings = {
      ...{ DATABASE_URL: database.databaseUrl, REDIS_URL: database.redisUrl, PORT: '0' },
      ...{ STOCK_COST_DEFAULT_STRATEGY: method, STOCK_LOCK: 'none' },
      ...{ DATABASE_POOL: String(options.concurrency + 2), REQUEST_DEADLINE_MS: '30000' },
    };
    const api = await startMember({ settings });
    closing.add(() => api.stop());
    // Calls that travel together would wait for the slowest of them.
    const client = createClient({ url: api.url, batch: false, timeoutMs: TIMEOUT_MS });
    const startedAt = performance.now();
    const fed = await feed(client, options);
    const seconds = (performance.now() - startedAt) / 1000;
    const skus = await booksOf(client, options);
    const { domain, close } = await openGranary(database.config({ STOCK_LOCK: 'none' }), { log: silentLog });
    closing.add(close);
    options.onProgress(rows.length, 'verifying');
    const { violations } = await domain.verify({ signal: options.signal });
    return { method, skus, ...fed, seconds, violations };
  } finally {
    await closing.close();
  }
}

async function feed(client: GranaryClient, { rows, concurrency, onProgress, signal }: CostPassOptions) {
  const feeder = createFeeder(client, { reserving: false });
  const events = eventsOf(rows);
  const months = groupBy(events, ({ occurredAt }) => occurredAt.slice(0, 7));
  let done = 0;
  for (const [month, ofMonth] of months) {
    const lanes = createLanes({ concurrency });
    for (const event of ofMonth) {
      signal.throwIfAborted();
      const { keys, stages } = feeder.jobOf(event);
      const work = async () => {
        for (const stage of stages) await stage();
        onProgress((done += event.rows.length), month);
      };
      await lanes.add({ keys, stages: [work] });
    }
    await lanes.finish();
    onProgress(done, `closing ${month}`);
    await closeMonth(client, month);
  }
  return { documents: events.length, months: months.size };
}

async function closeMonth(client: GranaryClient, month: string): Promise<void> {
  const { items } = await client.period.list.query({ state: 'open', limit: 500 });
  const period = items.find(({ startsOn }) => startsOn.startsWith(month));
  if (period === undefined) throw new PlainError(`No period holds ${month}: nothing of it was costed.`);
  await client.period.close.mutate({ periodId: period.periodId });
}

async function booksOf(client: GranaryClient, { rows, method, onProgress, signal }: CostPassOptions) {
  const reader = createBooksReader(client, method);
  const skus = new Map<string, PassFigures>();
  for (const [sku, own] of groupBy(rows, (row) => row.sku)) {
    signal.throwIfAborted();
    onProgress(rows.length, `reading the books of ${sku}`);
    skus.set(sku, await reader.figuresOf(sku, own.length));
  }
  return skus;
}
