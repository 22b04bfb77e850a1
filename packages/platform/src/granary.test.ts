import type { Caller } from '@granary/contracts/command';
import { inboundInput } from '@granary/contracts/document';
import { reserveInput } from '@granary/contracts/reservation';
import { fifo } from '@granary/domain/strategies/fifo';
import { migrations } from './schema.ts';
import type { StockEvent } from '@granary/contracts/event';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { randomBytes } from 'node:crypto';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseUnusableError } from './database.ts';
import { ConfigError, parseConfig } from './env.ts';
import { SchemaNotCurrentError, openGranary, type Granary } from './granary.ts';
import { silentLog } from './log.ts';
import { migrate } from './migration-runner.ts';

const caller: Caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
const stockEvent: StockEvent = {
  id: 'sku:MUG:1',
  type: 'stock.sku.created',
  schemaVersion: 1,
  aggregate: { kind: 'sku', id: 'MUG' },
  fromVersion: 0,
  toVersion: 1,
  cause: { commandId: 'C', procedure: 'sku.create', actor: 'local' },
  recordedAt: '2026-05-01T12:00:00.000000Z',
  before: null,
  after: {},
};
let database: TestDatabase;
let redisUrl: string;

beforeAll(async () => {
  redisUrl = (await testServers()).redisUrl;
  database = await createTestDatabase('granary');
  await migrate({ url: database.url, migrations, log: silentLog });
});
afterAll(async () => {
  await database.drop();
  await (await testServers()).stop();
});

const configOf = (more: Record<string, string> = {}) =>
  parseConfig({ DATABASE_URL: database.url, REDIS_URL: redisUrl, DATABASE_POOL: '4', ...more });

async function withGranary<T>(more: Record<string, string>, work: (granary: Granary) => Promise<T>): Promise<T> {
  const granary = await openGranary(configOf(more), { log: silentLog });
  try {
    return await work(granary);
  } finally {
    await granary.close();
  }
}

async function sell({ domain }: Granary, skuId: string): Promise<number> {
  const purchase = { documentNo: skuId, lines: [{ skuId, quantity: 5, unitCost: '1.00' }] };
  await domain.inbound.purchase(inboundInput.parse(purchase), { caller });
  const hold = { skuId, quantity: 2, type: 'order', businessId: skuId };
  return (await domain.reservations.reserve(reserveInput.parse(hold), { caller })).held;
}

async function openConnections(): Promise<number> {
  const connection = await createConnection({ uri: database.url });
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
  );
  await connection.end();
  return Number(rows[0]?.['n']);
}

describe('a Granary', () => {
  it('opens, is ready, sells, and leaves no connection behind', async () => {
    const granary = await openGranary(configOf(), { log: silentLog });
    expect((await granary.ready()).ready).toBe(true);
    expect(await sell(granary, 'whole')).toBe(2);
    await granary.close();
    await granary.close();
    await expect.poll(openConnections, { timeout: 5_000 }).toBe(0);
  });

  it.each([
    ['all', true],
    ['documents', true],
    ['none', false],
  ])('with STOCK_LOCK=%s sells and uses Redis: %s', async (mode, uses) => {
    await withGranary({ STOCK_LOCK: mode }, async (granary) => {
      expect(await sell(granary, `lock-${mode}`)).toBe(2);
      // On a busy machine Redis may answer late, which is told as skipped.
      expect(Object.values(granary.lockCounters()).some((count) => count > 0)).toBe(uses);
      expect(granary.redis !== undefined).toBe(uses);
    });
  });

  it('sells without Redis, and says so', async () => {
    await withGranary({ REDIS_URL: 'redis://127.0.0.1:1', STOCK_LOCK: 'all' }, async (granary) => {
      expect(await sell(granary, 'no-redis')).toBe(2);
      expect(granary.lockCounters()).toMatchObject({ acquired: 0 });
      expect(granary.lockCounters().skipped).toBeGreaterThan(0);
      expect(await granary.ready()).toMatchObject({ ready: true });
    });
  });

  it('carries events to the stream and seals secrets, and connects to nothing that is not used', async () => {
    const ENCRYPTION_KEYS = `main:${randomBytes(32).toString('base64')}`;
    await withGranary(
      { ENCRYPTION_KEYS, STOCK_EVENT_STREAM: 'granary.test' },
      async ({ secretBox, eventStream, redis }) => {
        expect(secretBox.open(secretBox.seal('whsec_x', 'here'), 'here')).toBe('whsec_x');
        await redis?.del('granary.test');
        await eventStream?.([stockEvent]);
        expect(await redis?.xlen('granary.test')).toBe(1);
        await redis?.del('granary.test');
      },
    );
    await withGranary({ STOCK_LOCK: 'none', REDIS_URL: '' }, async ({ secretBox, eventStream, webhookSender }) => {
      expect([secretBox.isReady, eventStream]).toEqual([false, undefined]);
      const message = { url: 'http://127.0.0.1:1/', id: 'x', timestamp: 1, body: '{}', secrets: [] };
      expect(await webhookSender(message)).toMatchObject({
        ok: false,
        error: expect.stringContaining('https') as unknown,
      });
    });
  });

  it('takes other parts in place of the usual ones', async () => {
    const scopes: string[] = [];
    const own = { ...fifo, name: 'my_own' };
    const granary = await openGranary(configOf({ STOCK_ALLOCATION_STRATEGY: 'my_own' }), {
      log: silentLog,
      strategies: [own],
      locks: { using: (scope, _keys, work) => (scopes.push(scope), work()) },
    });
    expect(await sell(granary, 'own-parts')).toBe(2);
    expect(granary.domain.strategies.names()).toContain('my_own');
    expect(scopes).toContain('reservation');
    await granary.close();
  });
});

describe('a Granary that cannot work', () => {
  it.each([
    [
      'an unknown strategy',
      { STOCK_ALLOCATION_STRATEGY: 'nearest' },
      ConfigError,
      /"nearest"; expected one of .*\bfifo\b/,
    ],
    ['no database', { DATABASE_URL: 'mysql://root@127.0.0.1:1/x' }, DatabaseUnusableError, /nothing listens there/],
  ])('refuses %s', async (...[, more, kind, text]) => {
    const failure = await openGranary(configOf(more), { log: silentLog }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(String(failure)).toMatch(text);
    await expect.poll(openConnections, { timeout: 5_000 }).toBe(0);
  });

  it('refuses a database without the schema, and one with a newer schema', async () => {
    const empty = await createTestDatabase('empty');
    const config = { ...configOf(), databaseUrl: empty.url };
    await expect(openGranary(config, { log: silentLog })).rejects.toThrow(/still to be applied\. Run `.+ migrate`/);
    await migrate({
      url: empty.url,
      migrations: [...migrations, { name: '9999-future', steps: ['DO 0'] }],
      log: silentLog,
    });
    await expect(openGranary(config, { log: silentLog })).rejects.toThrow(SchemaNotCurrentError);
    await empty.drop();
  });
});
