/** A seeded fault trips each rule of alerts, and what the operator's page says to type then is typed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startApi } from '@granary/api/start';
import { createClient, type GranaryClient } from '@granary/client';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { type AlertRule, alertRules } from '@granary/platform/metrics/alert-rules';
import { type Readings, valueOf } from '@granary/platform/metrics/measure';
import { type MetricsServer, startMetricsServer } from '@granary/platform/metrics/metrics-server';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { createMetricsWatch } from '@granary/worker/metrics-watch';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sample, scrape } from './samples.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
let database: TestDatabase;
let settings: Record<string, string>;
let api: Awaited<ReturnType<typeof startApi>>;
let granary: Granary;
let told: MetricsServer | undefined;
let sql: Connection;
let readings: { readonly healthy: Readings; readonly faulty: Readings };

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  const { redisUrl } = await testServers();
  database = await createTestDatabase('alarms');
  await migrate({ url: database.url, migrations, log: silentLog });
  settings = { DATABASE_URL: database.url, REDIS_URL: redisUrl, PORT: '0', GRANARY_METRICS_PORT: '0' };
  const config = parseConfig(settings);
  api = await startApi(config, { log: silentLog });
  granary = await openGranary(config, { log: silentLog });
  told = await startMetricsServer(config, granary.metrics);
  sql = await createConnection(database.url);
  const client = createClient({ url: api.url, retries: 0 });
  const [start, startedAt] = [await look(), Date.now()];
  await client.inbound.purchase.mutate({ documentNo: 'PO', lines: [{ skuId: 'A', quantity: 500, unitCost: '1.00' }] });
  const [healthy, healthyAt] = [await look(), Date.now()];
  await seed(client);
  const faulty = await look();
  readings = {
    healthy: readingsOf({ start, startedAt }, healthy),
    faulty: readingsOf({ start: healthy, startedAt: healthyAt }, faulty),
  };
}, 60_000);
afterAll(async () => {
  await sql.end();
  await told?.close();
  await api.close(0);
  await granary.close();
  await database.drop();
  await (await testServers()).stop();
});

async function look(): Promise<readonly Sample[]> {
  await createMetricsWatch({ domain: granary.domain, metrics: granary.metrics, intervalMs: 10 }).round();
  return [...(await scrape(api.metricsPort ?? 0)), ...(await scrape(told?.port ?? 0))];
}

function readingsOf({ start, startedAt }: { start: readonly Sample[]; startedAt: number }, after: readonly Sample[]) {
  return { before: start, after, seconds: (Date.now() - startedAt) / 1000, at: Date.now() / 1000 };
}

/** No worker runs, so nobody mends any of it. */
async function seed(client: GranaryClient): Promise<void> {
  const hold = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'c', ttlSeconds: 1 } as const;
  const lines = Array.from({ length: 101 }, (_, each) => ({ ...hold, lineId: `line-${each}` }));
  await client.reservation.reserveMany.mutate({ lines });
  await slowCall(client);
  await sql.query('RENAME TABLE sku TO sku_away');
  for (let each = 0; each < 3; each += 1) await client.sku.create.mutate({ skuId: 'B' }).catch(() => undefined);
  await sql.query('RENAME TABLE sku_away TO sku');
  await sql.query(`UPDATE stock_level SET deficit = 1`);
  await sql.query(`UPDATE outbox SET created_at = created_at - INTERVAL 2 MINUTE`);
  const kinds = [...Array.from({ length: 101 }, () => 'low'), 'expired', 'abnormalMovement'];
  const rows = kinds.map((kind, each) => [`seeded-${each}`, kind, 'warning', 'open', `seeded ${each}`, 0, '', 1, '']);
  await sql.query(
    `INSERT INTO stock_alert (alert_id, kind, severity, state, subject, value, message, version, command_id, raised_at, changed_at)
     VALUES ${rows.map(() => '(?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))').join()}`,
    rows.map((row) => [...row]),
  );
  await sql.query(`UPDATE stock_alert SET sku_id = 'A', location_id = 'default', threshold = 1 WHERE kind = 'low'`);
  await seedJobs();
  await settle(1_100);
}

/** The last verification found something, and the last check of the audit failed; what was cancelled since says nothing. */
async function seedJobs(): Promise<void> {
  const ended = [
    ['1', 'verify', 'done', '{"ok":false,"violations":[{}]}'],
    ['2', 'verify', 'cancelled', '{"ok":true}'],
    ['3', 'audit', 'done', '{"ok":true}'],
    ['4', 'audit', 'failed', null],
  ];
  await sql.query(
    `INSERT INTO job (job_id, kind, state, report_json, input_json, done, row_count, attempts, requested_by, command_id, is_cancel_requested, version, requested_at)
     VALUES ${ended.map(() => "(?, ?, ?, ?, '{}', 0, 0, 0, 'seed', '', 0, 1, UTC_TIMESTAMP(6))").join()}`,
    ended.flat(),
  );
}

/** Another session holds the row that the call wants. */
async function slowCall(client: GranaryClient): Promise<void> {
  await sql.query('START TRANSACTION');
  await sql.query('SELECT version FROM stock_level FOR UPDATE');
  const calling = client.outbound.sales.mutate({ orderNo: 'O-1', lines: [{ skuId: 'A', quantity: 1 }] });
  await settle(1_200);
  await sql.query('COMMIT');
  await calling;
}

/** Whoever is silent is found by the time that passes. */
const later = (rule: AlertRule, { at, ...rest }: Readings): Readings =>
  rule.name === 'WorkerSilent' ? { ...rest, at: at + 300 } : { ...rest, at };

describe('alerts', () => {
  it('none of them stands while all is well', () => {
    expect(
      alertRules.filter(({ measure, above }) => valueOf(measure, readings.healthy) > above).map(({ name }) => name),
    ).toEqual([]);
  });

  it.each(alertRules)('$name trips at its fault', (rule) => {
    expect(valueOf(rule.measure, later(rule, readings.faulty))).toBeGreaterThan(rule.above);
  });

  it.each([...new Set(alertRules.flatMap(({ commands }) => commands))])(
    'what is to be typed works: %s',
    async (typed) => {
      const command = typed
        .replace('127.0.0.1:3000', `127.0.0.1:${api.port}`)
        .replace('127.0.0.1:9464', `127.0.0.1:${api.metricsPort}`)
        .replace('127.0.0.1:9465', `127.0.0.1:${told?.port}`)
        .replace('npm run -s', `${process.execPath} apps/cli/dist/main.js`);
      const { stdout, status } = await typedIn(command);
      // Verify says by its code that something is wrong.
      expect({ status, isEmpty: stdout === '' }).toEqual({ status: typed.endsWith('verify') ? 1 : 0, isEmpty: false });
    },
  );
});

async function typedIn(command: string): Promise<{ readonly stdout: string; readonly status: number | null }> {
  const child = spawn('sh', ['-c', command], { cwd: root, env: { ...settings, PATH: '/usr/bin:/bin' } });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { stdout, status };
}
