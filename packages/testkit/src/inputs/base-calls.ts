/** A valid call of every procedure, with every field filled in: what is wrong with a call is then the one value put into it. */
import type { Fixtures, Hold, Stocked } from './fixtures.ts';

/** Several inputs where no single one can have all fields; the first that has a field is used for it. */
export type BaseInputs = readonly Record<string, unknown>[];
export type MakeBase = (fixtures: Fixtures) => Promise<BaseInputs>;

const page = { limit: 10 };
const FAR = '2031-06-30T00:00:00Z';

/** Well in the past, and the same for every call: `occurredAt` and `at` must not be in the future. */
const BEFORE = '2026-01-02T03:04:05Z';

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

const inbound = async (fixtures: Fixtures): Promise<BaseInputs> => {
  const { locationId } = await fixtures.stocked();
  const line = {
    ...{
      skuId: fixtures.name(),
      quantity: 5,
      unitCost: '2.50',
      batchNo: fixtures.name(),
      locationId,
      qualityLevel: 'a-ss-1-fi-\u00e9',
    },
    ...{ producedOn: '2026-01-01', expiresAt: '2031-01-31', attributes: { colour: 'blue' } },
  };
  return [
    {
      documentNo: fixtures.name(),
      occurredAt: BEFORE,
      operator: 'Somebody',
      reason: 'A reason',
      supplier: 'A supplier',
      lines: [line],
    },
  ];
};

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

export const baseCalls: Readonly<Record<string, MakeBase>> = {
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
  'inbound.purchase': inbound,
  'inbound.return': inbound,
  'inbound.get': byGoods(({ documentId, documentNo }) => [{ id: documentId }, { type: 'purchase', documentNo }]),
  'inbound.list': async () => [{ type: 'purchase', ...page }],
  'outbound.sales': byGoods((goods, fixtures) => [
    {
      ...{
        orderNo: fixtures.name(),
        documentNo: fixtures.name(),
        occurredAt: new Date().toISOString(),
        operator: 'Somebody',
        reason: 'A reason',
      },
      lines: [{ skuId: goods.skuId, quantity: 1, strategy: 'fifo', ...criteria(goods) }],
    },
  ]),
  'outbound.get': async (fixtures) => {
    const { documentNo, documentId } = await fixtures.sale();
    return [{ id: documentId }, { type: 'sales', documentNo }];
  },
  'system.verify': async () => [{}],
  'system.rebuild': async () => [{}],
  'system.job': async (fixtures) => [{ id: await fixtures.job() }],
  'system.jobs': async () => [{ kind: 'verify', state: 'queued', ...page }],
  'system.cancelJob': async (fixtures) => [{ id: await fixtures.job() }],
  'token.create': async (fixtures) => [
    { name: 'A name', role: 'user', locationIds: [fixtures.name()], expiresAt: '2099-01-31T12:00:00Z' },
  ],
  'token.revoke': async (fixtures) => [{ tokenId: await fixtures.token() }],
  'token.list': async () => [page],
  'outbound.list': async (fixtures) => [{ type: 'sales', orderNo: (await fixtures.sale()).documentNo, ...page }],
};
