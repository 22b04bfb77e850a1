/** One trace from the request to its statements: an api as a process, and a receiver that takes what OpenTelemetry sends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { migrations } from '@granary/platform/schema';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const main = program('../../../api/dist/main.js');
const register = new URL('../../../../packages/platform/dist/traces/register.js', import.meta.url).href;
const spans: Span[] = [];
const children = new Set<ChildProcess>();
const received: string[] = [];
let database: TestDatabase;

const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    received.push(text);
    const { resourceSpans } = JSON.parse(text) as Export;
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});

beforeAll(async () => {
  database = await createTestDatabase('traces');
  await migrate({ url: database.url, migrations, log: silentLog });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  receiver.close();
  await database.drop();
  await (await testServers()).stop();
});

async function startApi(more: Record<string, string>): Promise<string> {
  const { redisUrl } = await testServers();
  const env = { DATABASE_URL: database.url, REDIS_URL: redisUrl, PORT: '0', OTEL_BSP_SCHEDULE_DELAY: '50', ...more };
  const child = spawn(process.execPath, ['--import', register, main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  await vi.waitUntil(() => url() !== undefined, { timeout: 15_000 });
  return url() ?? '';
}

async function call(url: string, traceId: string, [path, input]: readonly [string, unknown]): Promise<void> {
  const answer = await fetch(`${url}/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    body: JSON.stringify(input),
  });
  expect(answer.status).toBe(200);
}

const receive = { documentNo: 'PO-1', lines: [{ skuId: 'A', quantity: 5, unitCost: '1.00' }] };
const hold = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'canary-of-a-customer' };

/** From the span to the root, by name. */
function lineOf(span: Span): readonly string[] {
  const parent = spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
  return parent === undefined ? [span.name] : [...lineOf(parent), span.name];
}

const linesOf = (traceId: string) =>
  new Set(spans.filter((span) => span.traceId === traceId).map((span) => lineOf(span).join(' > ')));

it('goes from the request over the procedure and its unit of work to SQL and Redis', async () => {
  const url = await startApi({
    OTEL_SERVICE_NAME: 'granary-api',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
  });
  const [receiving, holding] = ['a'.repeat(32), 'b'.repeat(32)];
  await call(url, receiving, ['inbound.purchase', receive]);
  await call(url, holding, ['reservation.reserve', hold]);
  await vi.waitUntil(() => spans.some(({ name, traceId }) => name === 'POST' && traceId === holding), {
    timeout: 10_000,
  });
  const document = [...linesOf(receiving)];
  expect(document).toContainEqual(
    expect.stringMatching(/^POST > inbound\.purchase > .*unit of work > (?:INSERT|UPDATE|START|SELECT)/),
  );
  expect(document).toContainEqual(expect.stringMatching(/^POST > inbound\.purchase > (?:set|eval|evalsha)/));
  expect([...linesOf(holding)]).toContainEqual(
    expect.stringMatching(/^POST > reservation\.reserve > flush > unit of work > (?:INSERT|UPDATE|START|SELECT)/),
  );
});

it('tells no value of a statement', () => {
  expect(spans.length).toBeGreaterThan(10);
  expect(received.join()).not.toContain('canary');
  expect(received.join()).toContain('"granary-api"');
});

it('is off where nobody says where to', async () => {
  const before = received.length;
  const url = await startApi({});
  await call(url, 'c'.repeat(32), ['reservation.reserve', { ...hold, businessId: 'c2' }]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(received).toHaveLength(before);
});
