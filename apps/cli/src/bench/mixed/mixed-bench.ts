/** `bench mixed`: a year of a real shop as fast as it goes, through the client and an api process, with costing: receipts, holds, payments, shipments, returns. */
import { join } from 'node:path';
import { createClient } from '@granary/client';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { testServers } from '@granary/testkit/servers';
import { sharedFolder } from '@granary/testkit/shared-folder';
import { PlainError } from '../../command.ts';
import { createClosing, type Closing } from '../../fleet/closing.ts';
import { startMember } from '../../fleet/fleet.ts';
import { openOwnDatabase } from '../../fleet/own-database.ts';
import { readEventFile } from '../../replay/event-file.ts';
import { replay } from '../../replay/replay.ts';
import { type Bench, type BenchContext, rounded } from '../bench.ts';
import { durabilityOf, durableGoal } from '../durability.ts';
import { timedClient } from './timed-client.ts';

const FILE = 'data/replay_events.csv.gz';
const ROWS = 30_000;
const CALLERS = 64;
const POOL = '24';
const DEADLINE_MS = '60000';

export const mixedBench: Bench = {
  name: 'mixed',
  summary: 'the order stream of a real shop as a load through an api process: calls a second and p99 of each kind',
  run: async (context) => {
    const closing = createClosing();
    try {
      return await load(context, closing);
    } finally {
      await closing.close();
    }
  },
};

async function load(context: BenchContext, closing: Closing) {
  const { sized, signal, say } = context;
  await testServers({ durable: true });
  const rows = await readEventFile(eventFile(), { limit: sized(ROWS) });
  const { api, granary, durability } = await open(context, closing);
  say(`database: ${JSON.stringify(durability)}`);
  const times = timedClient(createClient({ url: api.url, timeoutMs: Number(DEADLINE_MS) }));
  const bar = context.progress('replaying', rows.length);
  const concurrency = context.callers?.[0] ?? CALLERS;
  const onProgress = (done: number, note: string) => bar.at(done, note);
  const { seconds, counts, differences } = await replay({
    client: times.client,
    rows,
    concurrency,
    signal,
    onProgress,
  });
  bar.end();
  const { violations } = await granary.domain.verify({ signal });
  return {
    goals: [
      durableGoal(durability),
      { name: 'SKUs whose stock differs from the file', measured: differences.length, limit: 0 },
      { name: 'refused for good', measured: counts.refusals, limit: 0 },
      { name: 'rows that break an invariant', measured: violations.length, limit: 0 },
    ],
    figures: {
      ...{ durability, callers: concurrency, rows: rows.length, ...counts },
      rowsPerSecond: rounded(rows.length / seconds, 0),
      cells: times.told(seconds),
    },
  };
}

async function open({ settings = {} }: BenchContext, closing: Closing) {
  const database = await openOwnDatabase('bench_mixed');
  closing.add(() => database.drop());
  const { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL } = database;
  const own = { DATABASE_POOL: POOL, REQUEST_DEADLINE_MS: DEADLINE_MS, ...settings };
  const api = await startMember({ settings: { DATABASE_URL, REDIS_URL, PORT: '0', ...own }, batch: true });
  closing.add(() => api.stop());
  const granary = await openGranary(database.config({ STOCK_LOCK: 'none', DATABASE_POOL: '4' }), { log: silentLog });
  closing.add(() => granary.close());
  return { api, granary, durability: await durabilityOf(granary.dataSource) };
}

function eventFile(): string {
  const shared = sharedFolder();
  if (shared === undefined)
    throw new PlainError(`The order stream is not here: set GRANARY_SHARED to the folder that holds ${FILE}.`);
  return join(shared, FILE);
}
