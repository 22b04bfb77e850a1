/** A valid call of every procedure, with every field filled in: what is wrong with a call is then the one value put into it. */
import { assemblyCalls } from './assembly-calls.ts';
import { adjustmentCalls } from './adjustment-calls.ts';
import type { BaseInputs, MakeBase } from './base-inputs.ts';
import { documentCalls } from './document-calls.ts';
import type { Fixtures } from './fixtures.ts';
import { importCalls } from './import-calls.ts';
import { serialCalls, withPieces } from './serial-calls.ts';
import type { Hold, Stocked } from './stock-fixtures.ts';
import { transferCalls } from './transfer-calls.ts';

const page = { limit: 10 };
const HOOK = 'https://hooks.example.com/';
const FAR = '2031-06-30T00:00:00Z';

/** Well in the past, and the same for every call: `occurredAt` and `at` must not be in the future. */
const BEFORE = '2026-01-02T03:04:05Z';

const happened = () => ({ occurredAt: new Date().toISOString(), operator: 'Somebody', reason: 'A reason' });
const target = ({ type, businessId }: Hold) => ({ type, businessId });
const criteria = ({ locationId, qualityLevel }: Stocked) => ({ locationId, qualityLevel, minRemainingDays: 0 });

const skuSettings = (fixtures: Fixtures) => ({
  ...{
    spuId: fixtures.name(),
    name: 'A name',
    unit: 'piece',
    status: 'active',
    shelfLifeDays: 30,
    attributes: { colour: 'blue' },
  },
  defaultStrategy: 'fifo',
});

const reserveLine = (fixtures: Fixtures, goods: Stocked) => ({
  ...{
    skuId: goods.skuId,
    quantity: 1,
    type: 'cart',
    businessId: fixtures.name(),
    lineId: fixtures.name(),
    ttlSeconds: 70_000,
  },
  ...{ ...criteria(goods), batchIds: [goods.batchId], strategy: 'fifo', replace: false },
});

/** The same line with the other way to name a deadline. */
const untilThen = (fixtures: Fixtures, goods: Stocked) => {
  const { ttlSeconds: _ttl, ...line } = reserveLine(fixtures, goods);
  return { ...line, expiresAt: new Date(Date.now() + 60_000_000).toISOString() };
};

const byHold =
  (make: (hold: Hold) => BaseInputs, type: 'cart' | 'order' = 'cart'): MakeBase =>
  async (fixtures) =>
    make(await fixtures.hold(type));
const byGoods =
  (make: (goods: Stocked, fixtures: Fixtures) => BaseInputs): MakeBase =>
  async (fixtures) =>
    make(await fixtures.stocked(), fixtures);

const plainCalls: Readonly<Record<string, MakeBase>> = {
  ...documentCalls,
  ...adjustmentCalls,
  ...transferCalls,
  ...assemblyCalls,
  ...serialCalls,
  ...importCalls,
  'sku.create': async (fixtures) => [{ skuId: fixtures.name(), ...skuSettings(fixtures), serialTracked: false }],
  'sku.update': byGoods(({ skuId }, fixtures) => [{ skuId, ...skuSettings(fixtures) }]),
  'sku.get': byGoods(({ skuId }) => [{ skuId }]),
  'sku.list': byGoods(({ spuId }) => [{ spuId, status: 'active', ...page }]),
  'location.create': async (fixtures) => [{ locationId: fixtures.name(), name: 'A name', priority: 5, isActive: true }],
  'location.update': byGoods(({ locationId }) => [{ locationId, name: 'A name', priority: 5, isActive: true }]),
  'location.get': byGoods(({ locationId }) => [{ locationId }]),
  'location.list': async () => [page],
  'batch.create': byGoods(({ skuId, locationId }, fixtures) => [
    {
      ...{
        skuId,
        locationId,
        batchNo: fixtures.name(),
        quantity: 5,
        unitCost: '2.50',
        qualityLevel: 'a-ss-1-fi-\u00e9',
      },
      ...{ producedOn: '2026-01-01', expiresAt: '2031-01-31', attributes: { colour: 'blue' } },
    },
  ]),
  'batch.get': byGoods(({ batchId }) => [{ batchId }]),
  'batch.list': byGoods(({ skuId, locationId }) => [{ skuId, locationId, status: 'available', ...page }]),
  'batch.trace': byGoods(({ skuId, batchId, documentNo }) => [
    { batchId, ...page },
    { skuId, batchNo: `${documentNo}-1`, ...page },
  ]),
  'batch.recall': byGoods(({ skuId, documentNo }) => [
    { skuId, batchNo: `${documentNo}-1`, reason: 'A reason', operator: 'Somebody', otherLocations: false },
  ]),
  'batch.merge': async (fixtures) => {
    const { batchIds } = await fixtures.children();
    return [{ batchIds, targetBatchNo: fixtures.name(), ...happened() }];
  },
  'batch.split': byGoods(({ batchId }) => [{ batchId, quantities: [2, 3], ...happened() }]),
  'batch.update': byGoods(({ batchId }) => [
    {
      batchId,
      ...{ attributes: { colour: 'blue' }, producedOn: '2026-01-01', expiresAt: '2031-01-31' },
      qualityLevel: 'a-ss-1-fi-\u00e9',
    },
  ]),
  'batch.expireDue': async () => [{ limit: 10 }],
  'lock.business': byGoods(({ skuId, batchId }, fixtures) => {
    const batches = [{ batchId, quantity: 1 }];
    const lock = { skuId, batches, type: fixtures.name(), businessId: fixtures.name(), reason: 'A reason' };
    return [
      { ...lock, ttlSeconds: 70_000 },
      { ...lock, expiresAt: new Date(Date.now() + 60_000_000).toISOString() },
    ];
  }),
  'lock.operation': byGoods(({ batchId }, fixtures) => [
    {
      ...{ batchIds: [batchId], operationType: fixtures.name(), operator: 'Somebody', reason: 'A reason' },
      ttlSeconds: 70_000,
    },
  ]),
  'lock.release': async (fixtures) => [{ lockId: (await fixtures.lock()).lockId, reason: 'A reason' }],
  'lock.expireDue': async () => [{ limit: 10 }],
  'lock.get': async (fixtures) => [{ lockId: (await fixtures.lock()).lockId }],
  'lock.list': async (fixtures) => {
    const { skuId, batchId, businessId } = await fixtures.lock();
    return [{ skuId, batchId, businessId, state: 'active', kind: 'business', ...page }];
  },
  'stock.trace': async (fixtures) => [
    { orderNo: (await fixtures.sale()).documentNo, ...page },
    { documentId: (await fixtures.sale()).documentId, ...page },
    { reservationId: (await fixtures.hold()).id, ...page },
  ],
  'stock.check': byGoods(({ skuId }) => [{ skuId }]),
  'stock.checkMany': byGoods(({ skuId }) => [{ skuIds: [skuId] }]),
  'stock.available': byGoods((goods) => [
    { skuId: goods.skuId, ...criteria(goods), excludeExpired: true, includeReserved: false },
    { spuId: goods.spuId, ...criteria(goods) },
  ]),
  'stock.allocate': byGoods((goods) => [{ skuId: goods.skuId, quantity: 1, strategy: 'fifo', ...criteria(goods) }]),
  'stock.explain': byGoods(({ skuId }) => [{ skuId }]),
  'stock.asOf': byGoods(({ skuId, locationId }) => [{ skuId, locationId, at: BEFORE }]),
  'stock.movements': byGoods(({ skuId, locationId, commandId, documentId }) => [
    { skuId, locationId, kinds: ['receive'], from: BEFORE, to: FAR, ...page },
    { commandId, ...page },
    { documentId, ...page },
  ]),
  'stock.lowStock': byGoods(({ locationId }) => [{ severity: 'warning', locationId, ...page }]),
  'snapshot.create': byGoods(({ skuId, locationId }) => [{ name: 'A name', skuIds: [skuId], locationId }]),
  'snapshot.get': async (fixtures) => [{ snapshotId: await fixtures.snapshot() }],
  'snapshot.list': async () => [{ kind: 'manual', ...page }],
  'snapshot.rows': async (fixtures) => {
    const { skuId, locationId } = await fixtures.stocked();
    return [{ snapshotId: await fixtures.snapshot(), skuId, locationId, ...page }];
  },
  'snapshot.compare': async (fixtures) => [
    { fromId: await fixtures.snapshot(), toId: await fixtures.snapshot(), ...page },
  ],
  'alert.evaluate': async (fixtures) => [{ skuIds: [(await fixtures.alert()).skuId] }],
  'alert.get': async (fixtures) => [{ alertId: (await fixtures.alert()).alertId }],
  'alert.list': async (fixtures) => {
    const { skuId, locationId } = await fixtures.alert();
    return [{ kind: 'low', severity: 'warning', state: 'open', skuId, locationId, ...page }];
  },
  'alert.acknowledge': async (fixtures) => [{ alertId: (await fixtures.alert()).alertId }],
  'alert.resolve': async (fixtures) => [{ alertId: (await fixtures.alert()).alertId, reason: 'A reason' }],
  'stock.levels': byGoods(({ skuId, locationId }) => [{ skuId, locationId, ...page }]),
  // Critical must stay within warning, whichever of the two is tried.
  'stock.configure': byGoods(({ skuId, locationId }) => [
    { skuId, locationId, warningThreshold: 10, highThreshold: 1000, isActive: true },
    { skuId, locationId, criticalThreshold: 5, warningThreshold: 2_147_483_647 },
  ]),
  'reservation.reserve': byGoods((goods, fixtures) => [reserveLine(fixtures, goods), untilThen(fixtures, goods)]),
  'reservation.reserveMany': byGoods((goods, fixtures) => [
    { lines: [reserveLine(fixtures, goods)] },
    { lines: [untilThen(fixtures, goods)] },
  ]),
  'reservation.confirm': byHold((hold) => [{ id: hold.id }, target(hold)]),
  'reservation.release': byHold((hold) => [{ id: hold.id, reason: 'A reason' }, target(hold)]),
  'reservation.deduct': byHold((hold) => [{ id: hold.id, quantity: 1, occurredAt: BEFORE }, target(hold)]),
  'reservation.extend': byHold((hold) => [
    { id: hold.id, ttlSeconds: 85_000 },
    { ...target(hold), expiresAt: new Date(Date.now() + 85_000_000).toISOString() },
  ]),
  'reservation.convert': async (fixtures) => {
    const hold = await fixtures.hold();
    return [{ from: target(hold), to: { type: 'order', businessId: fixtures.name() }, ttlSeconds: 70_000 }];
  },
  'reservation.expireDue': async () => [{ limit: 10 }],
  'reservation.get': byHold(({ id }) => [{ id }]),
  'reservation.list': byHold((hold) => [{ ...target(hold), skuId: hold.skuId, state: 'active', ...page }]),
  'system.verify': async () => [{}],
  'system.rebuild': async () => [{}],
  'system.job': async (fixtures) => [{ id: await fixtures.job() }],
  'system.jobs': async () => [{ kind: 'verify', state: 'queued', ...page }],
  'system.cancelJob': async (fixtures) => [{ id: await fixtures.job() }],
  'token.create': async (fixtures) => [
    {
      name: 'A name',
      role: 'user',
      locationIds: [(await fixtures.stocked()).locationId],
      expiresAt: '2099-01-31T12:00:00Z',
    },
  ],
  'token.revoke': async (fixtures) => [{ tokenId: await fixtures.token() }],
  'token.list': async () => [page],
  'webhook.create': async () => [{ url: HOOK, types: ['stock.inbound'], description: 'A description' }],
  'webhook.update': async (fixtures) => [
    {
      webhookId: await fixtures.webhook(),
      ...{ url: HOOK, types: ['stock.inbound'], description: 'A description', isActive: true },
    },
  ],
  'webhook.rotateSecret': async (fixtures) => [{ webhookId: await fixtures.webhook(), overlapSeconds: 60 }],
  'webhook.remove': async (fixtures) => [{ webhookId: await fixtures.webhook() }],
  'webhook.test': async (fixtures) => [{ webhookId: await fixtures.webhook() }],
  'webhook.replay': async (fixtures) => {
    const { webhookId, eventId } = await fixtures.deadEvent();
    return [{ webhookId }, { webhookId, eventIds: [eventId] }];
  },
  'webhook.get': async (fixtures) => [{ webhookId: await fixtures.webhook() }],
  'webhook.list': async () => [page],
  'webhook.deliveries': async (fixtures) => [{ webhookId: await fixtures.webhook(), state: 'dead', ...page }],
  'system.prune': async () => [{}],
  'audit.search': byGoods(({ skuId }) => [
    {
      ...{ actor: 'local', skuId, procedure: 'inbound.purchase', outcome: 'done', from: BEFORE, to: FAR },
      ...{ address: '127.0.0.1', ...page },
    },
  ]),
  'audit.get': byGoods(({ commandId }) => [{ commandId }]),
};

export const baseCalls: Readonly<Record<string, MakeBase>> = withPieces(plainCalls);
