/** `replay`: feeds a stream of real orders through the client and proves the ledger afterwards. */
import { createClient } from '@granary/client';
import type { VerifyReport } from '@granary/contracts/system';
import type { Domain } from '@granary/domain';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { createWorker } from '@granary/worker/worker';
import { type CommandContext, defineCommand, type Outcome, UsageError } from '../command.ts';
import { createClosing } from '../fleet/closing.ts';
import { startMember } from '../fleet/fleet.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { costOptions, replayCosts } from '../replay/cost-replay.ts';
import { readEventFile, type EventRow } from '../replay/event-file.ts';
import { replay, type ReplayReport, untilSwept } from '../replay/replay.ts';
import { table } from '../table.ts';

const options = {
  limit: { type: 'integer', min: 1, placeholder: 'N', description: 'Read only the first N rows of the file' },
  url: {
    type: 'string',
    placeholder: 'URL',
    description: 'Feed a Granary that runs already, such as http://127.0.0.1:3000, instead of servers of its own',
  },
  concurrency: {
    type: 'integer',
    min: 1,
    max: 200,
    default: 24,
    placeholder: 'N',
    description: 'Calls under way at once',
  },
  ...costOptions,
} as const;

const COLUMNS = 5;

type Context = CommandContext<typeof options>;

export const command = defineCommand({
  name: 'replay',
  summary: 'Feeds an order stream (CSV) through the client, on empty servers of its own, and verifies the ledger',
  usage: 'FILE.csv[.gz]',
  arguments: { min: 1, max: 1 },
  options,
  async run(context) {
    const path = context.file(context.positionals[0] ?? '');
    const { url, methods, limit } = context.values;
    if (methods !== undefined && url !== undefined)
      throw new UsageError('--methods costs on empty servers of its own, so it goes without --url');
    const rows = await readEventFile(path, { limit });
    if (methods !== undefined)
      return replayCosts({ ...context, values: { ...context.values, methods } }, { path, rows });
    return url === undefined ? onOwnServers(context, rows) : onRunningServer(context, rows, url);
  },
});

async function onOwnServers(context: Context, rows: readonly EventRow[]): Promise<Outcome> {
  const closing = createClosing();
  try {
    const database = await openOwnDatabase('replay');
    closing.add(() => database.drop());
    const api = await startMember({ settings: settingsFor(database), batch: true });
    closing.add(() => api.stop());
    const settings = { STOCK_LOCK: 'none', DATABASE_POOL: '6' };
    const { domain, close } = await openGranary(database.config(settings), { log: silentLog });
    closing.add(close);
    const worker = createWorker({ domain, log: silentLog });
    closing.add(() => worker.stop());
    worker.start();
    const report = await feed(context, rows, api.url);
    await untilSwept(createClient({ url: api.url }));
    const { expired: swept } = worker.counters();
    await worker.stop();
    const { violations, movements } = await proven(context, domain);
    const ok = isClean(report) && violations.length === 0;
    const proof = { swept, movements, violations: violations.length, violating: violations.slice(0, 20) };
    const summary = `${summaryOf(report)}\n${table([['violations', violations.length]])}`;
    return { ok, figures: { ...figuresOf(report, rows), ...proof }, summary };
  } finally {
    await closing.close();
  }
}

async function proven({ progress, signal }: Context, domain: Domain): Promise<VerifyReport> {
  const bar = progress('verifying');
  const report = await domain.verify({ signal, onProgress: ({ movements }) => bar.at(movements, 'movements') });
  bar.end(`movements, ${report.violations.length} violations`);
  return report;
}

/** Nothing here may wipe or look into a server that somebody else runs: what it says through the client must do. */
async function onRunningServer(context: Context, rows: readonly EventRow[], url: string): Promise<Outcome> {
  const report = await feed(context, rows, url);
  const note = 'run "npm run -s verify" where that Granary runs to prove its ledger';
  return {
    ok: isClean(report),
    figures: { ...figuresOf(report, rows), violations: null },
    summary: `${summaryOf(report)}\n${note}`,
  };
}

function settingsFor({ databaseUrl, redisUrl }: { readonly databaseUrl: string; readonly redisUrl: string }) {
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    PORT: '0',
    DATABASE_POOL: '24',
    REQUEST_DEADLINE_MS: '30000',
  };
}

async function feed(context: Context, rows: readonly EventRow[], url: string): Promise<ReplayReport> {
  const progress = context.progress('replaying', rows.length);
  const { concurrency } = context.values;
  const client = createClient({ url });
  const report = await replay({
    client,
    rows,
    concurrency,
    signal: context.signal,
    onProgress: (done, note) => progress.at(done, note),
  });
  progress.at(rows.length);
  progress.end();
  return report;
}

const isClean = (report: ReplayReport) => report.counts.refusals === 0 && report.differences.length === 0;

function figuresOf(report: ReplayReport, rows: readonly EventRow[]) {
  const { counts, closing, differences } = report;
  const seconds = Number(report.seconds.toFixed(2));
  return {
    rows: rows.length,
    ...counts,
    seconds,
    ordersPerSecond: Number(report.ordersPerSecond.toFixed(1)),
    differences,
    closing,
  };
}

function summaryOf({ counts, seconds, ordersPerSecond, closing, differences }: ReplayReport): string {
  const skus = Object.entries(closing).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const height = Math.ceil(skus.length / COLUMNS);
  const columns = skus
    .slice(0, height)
    .map((_, row) => Array.from({ length: COLUMNS }, (__, column) => skus[column * height + row] ?? ['', '']).flat());
  return [
    'Closing quantity per SKU:',
    table(columns),
    '',
    table([
      ['orders shipped', counts.orders],
      ['receipts', counts.receipts],
      ['returns', counts.returns],
      ['calls', counts.calls],
      ['seconds', seconds.toFixed(1)],
      ['orders a second', ordersPerSecond.toFixed(1)],
      ['holds released', counts.holdsReleased],
      ['holds left to the sweep', counts.holdsLeft],
      ['waited for such a hold', counts.waitedForHold],
      ['refusals', counts.refusals],
      ['SKUs that differ from the file', differences.length],
    ]),
  ].join('\n');
}
