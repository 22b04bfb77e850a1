/** Every procedure once, in an order that makes sense, on a real database: its answer fits its schema, and none is forgotten. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { permissionsOf } from './permission-walk.ts';
import { appRouter } from './router.ts';
import { openRealApi, type RealApi } from './testing/real-api.ts';
import { pick, post } from './testing/stub-api.ts';

let api: RealApi;
beforeAll(async () => {
  api = await openRealApi();
});
afterAll(() => api?.end());

const cart = (businessId: string) => ({ type: 'cart', businessId });
const order = (businessId: string) => ({ type: 'order', businessId });
const past = '2026-01-01T00:00:00Z';

/** Answers of earlier steps, by procedure, for the steps that need an id. */
type Earlier = (procedure: string) => unknown;
type Input = unknown;
const first = (value: unknown) => (Array.isArray(value) ? value[0] : undefined) as unknown;

const steps: [procedure: string, input: (earlier: Earlier) => Input][] = [
  ['system.health', () => ({})],
  ['system.readiness', () => ({})],
  ['system.strategies', () => ({})],
  ['location.create', () => ({ locationId: 'NORTH', name: 'North', priority: 5 })],
  ['location.update', () => ({ locationId: 'NORTH', priority: 6 })],
  ['location.get', () => ({ locationId: 'NORTH' })],
  ['location.list', () => ({})],
  [
    'sku.create',
    () => ({ skuId: 'A', spuId: 'P', name: 'Thing', attributes: { colour: ['blue'] }, shelfLifeDays: 90 }),
  ],
  ['sku.update', () => ({ skuId: 'A', unit: 'piece', defaultStrategy: 'fefo' })],
  ['sku.get', () => ({ skuId: 'A' })],
  ['sku.list', () => ({ spuId: 'P' })],
  ['batch.create', () => ({ skuId: 'A', batchNo: 'B1', quantity: 5, unitCost: '1.5', producedOn: '2026-11-01' })],
  ['batch.get', (earlier) => ({ batchId: pick(earlier('batch.create'), 'batchId') })],
  [
    'inbound.purchase',
    () => ({
      documentNo: 'PO',
      supplier: 'Acme',
      occurredAt: past,
      lines: [{ skuId: 'A', quantity: 9, unitCost: '2', locationId: 'NORTH' }],
    }),
  ],
  [
    'inbound.return',
    () => ({
      documentNo: 'RT',
      reason: 'too small',
      lines: [{ skuId: 'A', quantity: 1, unitCost: '2', qualityLevel: 'B' }],
    }),
  ],
  ['inbound.get', (earlier) => ({ id: pick(earlier('inbound.purchase'), 'id') })],
  ['inbound.list', () => ({ type: 'return' })],
  ['batch.list', () => ({ skuId: 'A', status: 'available' })],
  ['stock.check', () => ({ skuId: 'A' })],
  ['stock.checkMany', () => ({ skuIds: ['A', 'A'] })],
  ['stock.available', () => ({ spuId: 'P', includeReserved: true })],
  ['stock.allocate', () => ({ skuId: 'A', quantity: 8 })],
  ['reservation.reserve', () => ({ ...cart('C1'), skuId: 'A', quantity: 2 })],
  [
    'reservation.reserveMany',
    () => ({
      lines: [
        { ...cart('C2'), skuId: 'A', quantity: 3 },
        { ...cart('C2'), skuId: 'A', quantity: 1, lineId: 'gift', qualityLevel: 'A' },
      ],
    }),
  ],
  ['reservation.get', (earlier) => ({ id: pick(earlier('reservation.reserve'), 'id') })],
  ['reservation.extend', () => ({ ...cart('C1'), ttlSeconds: 3_000 })],
  ['reservation.list', () => ({ skuId: 'A', state: 'active' })],
  ['stock.explain', () => ({ skuId: 'A' })],
  ['reservation.convert', () => ({ from: cart('C2'), to: order('O2') })],
  ['reservation.confirm', () => order('O2')],
  [
    'reservation.deduct',
    (earlier) => ({ id: pick(first(pick(earlier('reservation.confirm'), 'reservations')), 'id'), quantity: 1 }),
  ],
  ['outbound.sales', () => ({ orderNo: 'O2', lines: [{ skuId: 'A', quantity: 2 }] })],
  ['outbound.get', () => ({ type: 'sales', documentNo: 'O2' })],
  ['outbound.list', () => ({ orderNo: 'O2' })],
  ['reservation.release', () => ({ ...cart('C1'), reason: 'changed mind' })],
  ['reservation.expireDue', () => ({})],
  ['stock.configure', () => ({ skuId: 'A', warningThreshold: 10, criticalThreshold: 2 })],
  ['stock.levels', () => ({ skuId: 'A' })],
  ['stock.movements', () => ({ skuId: 'A', kinds: ['receive', 'ship', 'deduct'] })],
  ['stock.asOf', () => ({ skuId: 'A', at: past })],
  ['token.create', () => ({ name: 'shop', role: 'business', locationIds: ['NORTH'] })],
  ['token.revoke', (earlier) => ({ tokenId: pick(earlier('token.create'), 'tokenId') })],
  ['token.list', () => ({})],
  ['system.verify', () => ({})],
  ['system.rebuild', () => ({})],
  ['system.job', (earlier) => ({ id: pick(earlier('system.verify'), 'id') })],
  ['system.cancelJob', (earlier) => ({ id: pick(earlier('system.rebuild'), 'id') })],
  ['system.jobs', () => ({ state: 'cancelled' })],
];

test('every procedure answers 200, and its answer passes its schema', async () => {
  const answers = new Map<string, unknown>();
  const failed: unknown[] = [];
  for (const [procedure, input] of steps) {
    const answer = await post(
      `${api.url}/trpc/${procedure}`,
      input((name) => answers.get(name)),
    );
    if (answer.status !== 200) failed.push([procedure, answer.text]);
    answers.set(procedure, pick(pick(answer.body, 'result'), 'data'));
  }
  expect(failed).toEqual([]);
  expect([...answers.keys()].sort()).toEqual([...permissionsOf(appRouter).keys()].sort());
});

test('a second page continues where the first one ended', async () => {
  const page = async (cursor?: unknown) => {
    const { body } = await post(`${api.url}/trpc/stock.movements`, {
      skuId: 'A',
      limit: 2,
      ...(typeof cursor === 'string' ? { cursor } : {}),
    });
    return pick(pick(body, 'result'), 'data');
  };
  const seen: unknown[] = [];
  let cursor: unknown;
  do {
    const data = await page(cursor);
    seen.push(...((pick(data, 'items') as unknown[] | undefined) ?? []));
    cursor = pick(data, 'nextCursor');
  } while (typeof cursor === 'string');
  const keys = seen.map((row) => `${String(pick(row, 'locationId'))}:${String(pick(row, 'version'))}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThanOrEqual(8);
});
