/** Every procedure once, in an order that makes sense, on a real database and under the application's account: its answer fits its schema, and none is forgotten. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { permissionsOf } from './permission-walk.ts';
import { appRouter } from './router.ts';
import { assemblySteps } from './testing/assembly-steps.ts';
import { costSteps } from './testing/cost-steps.ts';
import { lockSteps } from './testing/lock-steps.ts';
import type { Earlier, ProcedureStep } from './testing/procedure-step.ts';
import { openRealApi, type RealApi } from './testing/real-api.ts';
import { pick, post } from './testing/stub-api.ts';
import { transferSteps } from './testing/transfer-steps.ts';

let api: RealApi;
beforeAll(async () => {
  // Rates are refused while it is off.
  api = await openRealApi({ STOCK_COST_ENABLE_MULTI_CURRENCY: 'true' }, { withAccounts: true });
});
afterAll(() => api?.end());

const cart = (businessId: string) => ({ type: 'cart', businessId });
const order = (businessId: string) => ({ type: 'order', businessId });
const past = '2026-01-01T00:00:00Z';

const first = (value: unknown) => (Array.isArray(value) ? value[0] : undefined) as unknown;

const made = (skuId: string, quantity: number) => ({ skuId, quantity, unitCost: '3' });
const anew = { reasonCode: 'stocktake', operator: 'Ann' };
const wrong = { operator: 'Ann', reason: 'posted twice' };
const webhookOf = (earlier: Earlier) => ({ webhookId: pick(earlier('webhook.create'), 'webhookId') });

const importOf = (earlier: Earlier) => ({ importId: pick(earlier('import.create'), 'id') });
const alertOf = (earlier: Earlier) => ({ alertId: pick(first(pick(earlier('alert.evaluate'), 'alerts')), 'id') });

const steps: readonly ProcedureStep[] = [
  ['sku.create', () => ({ skuId: 'PHONE', serialTracked: true })],
  [
    'inbound.purchase',
    () => ({ documentNo: 'PIECES', lines: [{ skuId: 'PHONE', quantity: 1, unitCost: '9.00', serials: ['SN-1'] }] }),
  ],
  ['serial.get', () => ({ skuId: 'PHONE', serial: 'SN-1' })],
  ['serial.list', () => ({ skuId: 'PHONE', state: 'inStock' })],
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
  ['sku.attributes', () => ({ skuId: 'A' })],
  ['sku.list', () => ({ spuId: 'P' })],
  ['batch.create', () => ({ skuId: 'A', batchNo: 'B1', quantity: 5, unitCost: '1.5', producedOn: '2026-11-01' })],
  ['batch.get', (earlier) => ({ batchId: pick(earlier('batch.create'), 'batchId') })],
  ['batch.attributes', (earlier) => ({ batchId: pick(earlier('batch.create'), 'batchId') })],
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
  ['inbound.production', () => ({ documentNo: 'MADE', workOrderNo: 'WO', lines: [made('D', 9)] })],
  ['inbound.opening', () => ({ documentNo: 'OPEN', asOf: past, lines: [made('E', 2)] })],
  ['outbound.damage', () => ({ documentNo: 'DMG', reason: 'dropped', lines: [{ skuId: 'D', quantity: 1 }] })],
  ['outbound.pick', () => ({ documentNo: 'PICK', workOrderNo: 'WO', lines: [{ skuId: 'D', quantity: 2 }] })],
  [
    'outbound.supplierReturn',
    () => ({ documentNo: 'SR', supplier: 'Acme', lines: [{ skuId: 'D', quantity: 1, strategy: 'lifo' }] }),
  ],
  ['outbound.reverse', (earlier) => ({ documentId: pick(earlier('outbound.damage'), 'id'), ...wrong })],
  ['inbound.reverse', (earlier) => ({ documentId: pick(earlier('inbound.opening'), 'id'), ...wrong })],
  ['reservation.release', () => ({ ...cart('C1'), reason: 'changed mind' })],
  ['reservation.expireDue', () => ({})],
  ['stock.configure', () => ({ skuId: 'A', warningThreshold: 10, criticalThreshold: 2 })],
  ['stock.levels', () => ({ skuId: 'A' })],
  ['stock.movements', () => ({ skuId: 'A', kinds: ['receive', 'ship', 'deduct'] })],
  ['stock.asOf', () => ({ skuId: 'A', at: past })],
  ...assemblySteps,
  ...transferSteps,
  ...lockSteps,
  ['batch.split', (earlier) => ({ batchId: pick(earlier('batch.create'), 'batchId'), quantities: [1, 1] })],
  [
    'batch.merge',
    (earlier) => ({
      batchIds: ['0', '1'].map((each) => pick(pick(pick(earlier('batch.split'), 'children'), each), 'batchId')),
      targetBatchNo: 'MERGED',
    }),
  ],
  ['batch.update', (earlier) => ({ batchId: pick(earlier('batch.create'), 'batchId'), attributes: { bay: 4 } })],
  ['batch.expireDue', () => ({ limit: 5 })],
  [
    'adjustment.adjust',
    () => ({ skuId: 'D', delta: 3, unitCost: '2.00', reasonCode: 'found', operator: 'Ann', adjustmentNo: 'AD' }),
  ],
  [
    'adjustment.adjustMany',
    () => ({ reasonCode: 'other', reason: 'a try', operator: 'Ann', lines: [{ skuId: 'D', delta: -1 }] }),
  ],
  ['adjustment.count', () => ({ ...anew, skuId: 'D', counted: 0, onHandVersion: 0, locationId: 'NORTH' })],
  [
    'adjustment.countMany',
    () => ({ ...anew, lines: [{ skuId: 'D', counted: 4, unitCost: '2.00', onHandVersion: 0, locationId: 'NORTH' }] }),
  ],
  ['adjustment.get', () => ({ type: 'adjustment', documentNo: 'AD' })],
  ['adjustment.list', () => ({ type: 'count' })],
  ['batch.trace', (earlier) => ({ batchId: pick(earlier('batch.create'), 'batchId'), limit: 5 })],
  ['stock.trace', () => ({ orderNo: 'O2' })],
  ['snapshot.create', () => ({ name: 'before', skuIds: ['A'] })],
  ['snapshot.get', (earlier) => ({ snapshotId: pick(earlier('snapshot.create'), 'id') })],
  ['snapshot.list', () => ({ kind: 'manual' })],
  ['snapshot.rows', (earlier) => ({ snapshotId: pick(earlier('snapshot.create'), 'id') })],
  [
    'snapshot.compare',
    (earlier) => ({ fromId: pick(earlier('snapshot.create'), 'id'), toId: pick(earlier('snapshot.create'), 'id') }),
  ],
  [
    'import.create',
    () => ({ kind: 'skus', sha256: 'd93e9e80373819daa2d38ddc5138d796c2e6b21a92c0f1d3a3e1d6de147ff62c' }),
  ],
  ['import.upload', (earlier) => ({ ...importOf(earlier), part: 1, csv: 'skuId,name\r\nIMPORTED,Cap\r\n' })],
  ['import.run', importOf],
  ['import.check', importOf],
  ['import.get', importOf],
  ['import.list', () => ({ state: 'checking' })],
  ['import.errors', importOf],
  ['import.cancel', importOf],
  ...costSteps,
  ['alert.evaluate', () => ({ skuIds: ['A', 'D'] })],
  ['alert.list', () => ({ state: 'open' })],
  ['alert.get', alertOf],
  ['alert.acknowledge', alertOf],
  ['alert.resolve', (earlier) => ({ ...alertOf(earlier), reason: 'ordered' })],
  ['stock.lowStock', () => ({ severity: 'critical' })],
  ['batch.recall', () => ({ skuId: 'A', batchNo: 'B1', reason: 'glass', operator: 'Ida' })],
  ['token.create', () => ({ name: 'shop', role: 'business', locationIds: ['NORTH'] })],
  ['token.revoke', (earlier) => ({ tokenId: pick(earlier('token.create'), 'tokenId') })],
  ['token.list', () => ({})],
  ['audit.search', () => ({ skuId: 'A', actor: 'local', outcome: 'done', from: past })],
  ['audit.get', (earlier) => ({ commandId: pick(first(pick(earlier('audit.search'), 'items')), 'commandId') })],
  ['audit.verify', () => ({})],
  ['webhook.create', () => ({ url: 'https://shop.example.com/granary', types: ['stock.inbound'] })],
  ['webhook.update', (earlier) => ({ ...webhookOf(earlier), description: 'the shop' })],
  ['webhook.rotateSecret', (earlier) => ({ ...webhookOf(earlier), overlapSeconds: 60 })],
  ['webhook.test', webhookOf],
  ['webhook.replay', webhookOf],
  ['webhook.get', webhookOf],
  ['webhook.list', () => ({})],
  ['webhook.deliveries', (earlier) => ({ ...webhookOf(earlier), state: 'pending' })],
  ['webhook.remove', webhookOf],
  ['system.verify', () => ({})],
  ['system.rebuild', () => ({})],
  ['system.doctor', () => ({ repair: true })],
  ['system.prune', () => ({})],
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
  // A stream has no one answer: src/watch/stock-watch.test.ts asks for it.
  const asked = [...answers.keys(), 'stock.watch'];
  expect(asked.sort()).toEqual([...permissionsOf(appRouter).keys()].sort());
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
