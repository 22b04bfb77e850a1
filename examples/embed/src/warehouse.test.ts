/** The embedded engine end to end on a real database: its strategy, its handler, its events; and the code that the docs show. */
import type { StockEvent } from '@granary/contracts/event';
import { createTestDatabase, type TestDatabase, testServers } from '@granary/testkit/servers';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { order, receive, ship } from './day.ts';
import { MOST_AT_ONCE } from './turnover.ts';
import { openWarehouse, type Warehouse } from './warehouse.ts';

let database: TestDatabase;
let warehouse: Warehouse;
let heard: StockEvent[] = [];
/** The listener fails while this is above zero. */
let failures = 0;

beforeAll(async () => {
  database = await createTestDatabase('embed');
  warehouse = await openWarehouse(database.url, (event) => {
    if (failures > 0) {
      failures -= 1;
      throw new Error('the listener is not ready');
    }
    heard.push(event);
  });
});
beforeEach(async () => {
  await warehouse.publish();
  heard = [];
});
afterAll(async () => {
  await warehouse?.close();
  await database?.drop();
  await (await testServers()).stop();
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const onHandOf = async (skuId: string) => (await warehouse.domain.stock.explain({ skuId })).levels[0]?.onHand;

test('its own strategy decides what an order gets, its own table tells what came and went', async () => {
  const { domain } = warehouse;
  await receive(domain, 'MUG', [
    { batchNo: 'small', quantity: 2 },
    { batchNo: 'large', quantity: 10 },
    { batchNo: 'urgent', quantity: 3, expiresAt: inDays(3) },
  ]);
  const want = { skuId: 'MUG', quantity: 4 };
  expect(await order(domain, 'O-1', want)).toEqual({ ok: true });
  expect(await warehouse.turnover('MUG')).toEqual({ came: 15, left: 0 });
  expect(await ship(domain, 'O-1', want)).toEqual([
    { batchNo: 'urgent', quantity: 3 },
    { batchNo: 'large', quantity: 1 },
  ]);
  expect(await warehouse.turnover('MUG')).toEqual({ came: 15, left: 4 });
});

test('the built-in strategies are there beside it', async () => {
  const { domain } = warehouse;
  expect(domain.strategies.names()).toEqual(expect.arrayContaining(['clear_shelves', 'fifo', 'fefo']));
  const first = async (strategy: string) =>
    (await domain.stock.allocate({ skuId: 'MUG', quantity: 1, strategy })).lines[0]?.batchNo;
  expect(await first('fifo')).toBe('small');
  expect(await first('clear_shelves')).toBe('large');
});

test('what the handler refuses has not happened: no stock, no row of its own, no event', async () => {
  const tooMany = [
    { batchNo: 'fits', quantity: 1 },
    { batchNo: 'breaks', quantity: MOST_AT_ONCE + 1 },
  ];
  await expect(receive(warehouse.domain, 'PLATE', tooMany)).rejects.toThrow('no shelf carries 1001 of PLATE');
  await expect(onHandOf('PLATE')).rejects.toMatchObject({ kind: 'stockNotFound' });
  expect(await warehouse.turnover('PLATE')).toEqual({ came: 0, left: 0 });
  expect(await warehouse.publish()).toBe(0);
});

test('twenty orders at once for ten units: ten are held, and the others are told', async () => {
  const { domain } = warehouse;
  await receive(domain, 'RARE', [{ batchNo: 'rare', quantity: 10 }]);
  const want = { skuId: 'RARE', quantity: 1 };
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => order(domain, `rare-${at}`, want)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
  expect(answers.find(({ ok }) => !ok)).toEqual({
    ok: false,
    why: expect.stringContaining('Not enough stock of "RARE"'),
  });
});

describe('events', () => {
  test('arrive in order per aggregate, once while nothing fails', async () => {
    const want = { skuId: 'BOWL', quantity: 2 };
    await receive(warehouse.domain, 'BOWL', [{ batchNo: 'bowls', quantity: 5 }]);
    await order(warehouse.domain, 'O-2', want);
    await ship(warehouse.domain, 'O-2', want);
    expect(await warehouse.publish()).toBe(heard.length);
    expect(await warehouse.publish()).toBe(0);

    const levels = heard.filter(({ type }) => type === 'stock.level.changed');
    expect(levels.map(({ fromVersion, toVersion }) => [fromVersion, toVersion])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(heard.filter(({ aggregate }) => aggregate.kind === 'reservation').map(({ type }) => type)).toEqual([
      'stock.reserved',
      'stock.reservation.confirmed',
      'stock.reservation.fulfilled',
    ]);
    expect(new Set(heard.map(({ cause }) => cause.actor))).toEqual(new Set(['warehouse']));
  });

  test('that the listener could not take come again, the same ones', async () => {
    await receive(warehouse.domain, 'CUP', [{ batchNo: 'cups', quantity: 1 }]);
    failures = 1;
    await expect(warehouse.publish()).rejects.toThrow('the listener is not ready');
    expect(heard).toEqual([]);
    expect(await warehouse.publish()).toBe(heard.length);
    expect(heard.map(({ type }) => type)).toContain('stock.level.changed');
  });
});

test('the docs show this code, word for word', () => {
  const folder = new URL('./', import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const page = readFileSync(new URL('../../../docs/embedding.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
  expect(shown.length).toBeGreaterThanOrEqual(4);
  expect(shown.filter((code) => !sources.some((source) => source.includes(code)))).toEqual([]);
});
