/** The flows of the design documents from end to end: the client, the api over HTTP, a real database; and the oversell scenarios through REST. */
import { openRealApi, type RealApi } from '@granary/api/testing/real-api';
import { createClient, type GranaryClient } from '@granary/client';
import { createWorker, type Worker } from '@granary/worker/worker';
import { silentLog } from '@granary/platform/log';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

let api: RealApi;
let granary: GranaryClient;
let worker: Worker;
beforeAll(async () => {
  api = await openRealApi();
  granary = createClient({ url: api.url });
  worker = createWorker({ domain: api.granary.domain, log: silentLog, intervalMs: 50 });
  worker.start();
});
afterAll(async () => {
  await worker?.stop();
  await api?.end();
});

const unitCost = '10.50';
const figures = async (skuId: string) => {
  const { onHand, reserved, available } = await granary.stock.available.query({ skuId });
  return { onHand, reserved, available };
};
const receive = async (skuId: string, quantity: number, more: { batchNo?: string; locationId?: string } = {}) => {
  await granary.inbound.purchase.mutate({
    documentNo: `PO-${skuId}-${more.batchNo ?? more.locationId ?? quantity}`,
    lines: [{ skuId, quantity, unitCost, ...more }],
  });
};
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

describe('the day of a warehouse', () => {
  test('a batch is created, reserved for a day, planned first in first out, and sold with what the order holds', async () => {
    for (const [skuId, quantity] of [
      ['SPU001', 1000],
      ['SPU002', 80],
    ] as const) {
      await granary.batch.create.mutate({
        ...{ skuId, quantity, unitCost, qualityLevel: 'A', batchNo: `BATCH-${skuId}` },
        ...{ producedOn: '2026-11-01', expiresAt: '2036-12-01' },
      });
    }
    const order = { type: 'order', businessId: 'ORDER001' } as const;
    await granary.reservation.reserve.mutate({ ...order, skuId: 'SPU001', quantity: 100, expiresAt: tomorrow() });
    const plan = await granary.stock.allocate.query({
      skuId: 'SPU001',
      quantity: 200,
      strategy: 'fifo',
      qualityLevel: 'A',
    });
    expect(plan.lines).toMatchObject([{ batchNo: 'BATCH-SPU001', quantity: 200 }]);

    const lines = [
      { skuId: 'SPU001', quantity: 100 },
      { skuId: 'SPU002', quantity: 50 },
    ];
    await granary.outbound.sales.mutate({ orderNo: 'ORDER001', operator: 'user_123', lines });
    expect(await figures('SPU001')).toEqual({ onHand: 900, reserved: 0, available: 900 });
    expect(await figures('SPU002')).toEqual({ onHand: 30, reserved: 0, available: 30 });
    expect((await granary.reservation.list.query(order)).items).toMatchObject([{ state: 'fulfilled' }]);
  });

  test('of 1,000 units 100 are reserved and paid for: 900 are left to others', async () => {
    await granary.batch.create.mutate({ skuId: 'FLOW', batchNo: 'TEST_BATCH', quantity: 1000, unitCost });
    const hold = { skuId: 'FLOW', quantity: 100, type: 'order', businessId: 'FLOW-1' } as const;
    const { id } = await granary.reservation.reserve.mutate(hold);
    await granary.reservation.confirm.mutate({ id });
    expect(await figures('FLOW')).toEqual({ onHand: 1000, reserved: 100, available: 900 });
  });

  test('an order leaves in two parcels', async () => {
    await receive('PARCEL', 5);
    const order = { type: 'order', businessId: 'TWO-PARCELS' } as const;
    await granary.reservation.reserve.mutate({ ...order, skuId: 'PARCEL', quantity: 5 });
    await granary.reservation.confirm.mutate(order);
    const parcel = (documentNo: string, quantity: number) =>
      granary.outbound.sales.mutate({ orderNo: 'TWO-PARCELS', documentNo, lines: [{ skuId: 'PARCEL', quantity }] });
    await parcel('P1', 3);
    expect(await figures('PARCEL')).toEqual({ onHand: 2, reserved: 2, available: 0 });
    await parcel('P2', 2);
    expect(await figures('PARCEL')).toEqual({ onHand: 0, reserved: 0, available: 0 });
    expect((await granary.outbound.list.query({ orderNo: 'TWO-PARCELS' })).items).toHaveLength(2);
  });

  test('a cart becomes an order on the last unit, and nobody comes between', async () => {
    await receive('LAST', 1);
    const cart = { type: 'cart', businessId: 'LAST-CART' } as const;
    const order = { type: 'order', businessId: 'LAST-ORDER' } as const;
    await granary.reservation.reserve.mutate({ ...cart, skuId: 'LAST', quantity: 1 });
    const others = Array.from({ length: 10 }, (_, at) =>
      granary.reservation.reserve.mutate({ type: 'cart', businessId: `LAST-${at}`, skuId: 'LAST', quantity: 1 }),
    );
    const [converted, ...rivals] = await Promise.allSettled([
      granary.reservation.convert.mutate({ from: cart, to: order }),
      ...others,
    ]);
    expect(converted).toMatchObject({ status: 'fulfilled' });
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect((await granary.reservation.list.query(order)).items).toMatchObject([{ held: 1 }]);
  });

  test('what comes back used is kept apart from what is as new', async () => {
    await receive('RETURNED', 2);
    const sold = await granary.outbound.sales.mutate({
      orderNo: 'RETURN-1',
      lines: [{ skuId: 'RETURNED', quantity: 1 }],
    });
    const line = { skuId: 'RETURNED', quantity: 1, qualityLevel: 'B', originalDocumentId: sold.id, originalLine: 1 };
    await granary.inbound.return.mutate({ documentNo: 'RT-1', reason: 'scratched', lines: [line] });
    const ofQuality = async (qualityLevel: string) =>
      (await granary.stock.available.query({ skuId: 'RETURNED', qualityLevel })).available;
    expect([await ofQuality('A'), await ofQuality('B')]).toEqual([1, 1]);
  });

  test('a recalled batch is frozen, and its holds get other goods of the same kind', async () => {
    await receive('RECALL', 4, { batchNo: 'BAD' });
    await receive('RECALL', 6, { batchNo: 'GOOD' });
    const order = { type: 'order', businessId: 'RECALL-1' } as const;
    await granary.reservation.reserve.mutate({ ...order, skuId: 'RECALL', quantity: 3 });
    const recall = { skuId: 'RECALL', batchNo: 'BAD', reason: 'metal splinters', operator: 'Ann' };
    expect(await granary.batch.recall.mutate(recall)).toMatchObject({ moved: [{ quantity: 3 }], notMoved: [] });
    expect(await figures('RECALL')).toMatchObject({ onHand: 10, reserved: 3, available: 3 });
    const shipped = await granary.outbound.sales.mutate({
      orderNo: 'RECALL-1',
      lines: [{ skuId: 'RECALL', quantity: 3 }],
    });
    expect(shipped.lines).toMatchObject([{ batchNo: 'GOOD', quantity: 3 }]);
  });

  test('a transfer arrives short, and what is missing is written off', async () => {
    await receive('MOVED', 10);
    await granary.location.create.mutate({ locationId: 'OUTLET' });
    const plan = { transferNo: 'TR-1', fromLocationId: 'default', toLocationId: 'OUTLET' };
    await granary.transfer.create.mutate({ ...plan, lines: [{ skuId: 'MOVED', quantity: 10 }] });
    await granary.transfer.ship.mutate({ transferNo: 'TR-1' });
    expect(await figures('MOVED')).toMatchObject({ onHand: 0, available: 0 });
    await granary.transfer.receive.mutate({
      transferNo: 'TR-1',
      documentNo: 'TR-1-A',
      lines: [{ line: 1, quantity: 8 }],
    });
    const done = await granary.transfer.writeOff.mutate({ transferNo: 'TR-1', reason: 'lost on the road' });
    expect(done).toMatchObject({ state: 'done' });
    expect(await figures('MOVED')).toMatchObject({ onHand: 8, available: 8 });
  });

  test('a count that was made before a sale is refused with what is true now', async () => {
    await receive('COUNTED', 9);
    const levels = async () => (await granary.stock.levels.query({ skuId: 'COUNTED' })).items[0]?.onHandVersion ?? 0;
    const count = (counted: number, onHandVersion: number) =>
      granary.adjustment.count.mutate({
        ...{ skuId: 'COUNTED', counted, onHandVersion, reasonCode: 'stocktake', operator: 'Ann' },
      });
    const before = await levels();
    await granary.outbound.sales.mutate({ orderNo: 'COUNT-1', lines: [{ skuId: 'COUNTED', quantity: 1 }] });
    await expect(count(9, before)).rejects.toMatchObject({ code: 'INV_010' });
    await count(7, await levels());
    expect(await figures('COUNTED')).toMatchObject({ onHand: 7 });
  });
});

describe('overselling is prevented, as the older service does it, through its own paths', () => {
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(new URL(path, api.url), {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const order = (businessId: string) => ({ type: 'order', businessId });
  const reserve = (businessId: string, quantity: number, more = {}) =>
    ask('POST', '/inventory/reserve', { skuId: 'REST', quantity, ...order(businessId), ...more });
  const product = async () => (await ask('GET', '/inventory/product/REST')).body;

  test('scenario 1: ordered, paid, gone', async () => {
    const restock = { documentNo: 'RESTOCK-1', lines: [{ skuId: 'REST', quantity: 10, unitCost: '4.25' }] };
    expect((await ask('POST', '/inventory/restock', restock)).status).toBe(200);
    expect((await reserve('R-1', 4)).status).toBe(200);
    expect(await product()).toMatchObject({ onHand: 10, reserved: 4, available: 6 });
    expect((await reserve('R-2', 7)).body).toMatchObject({ code: 'INV_002' });
    expect((await ask('POST', '/inventory/deduct', order('R-1'))).status).toBe(200);
    expect(await product()).toMatchObject({ onHand: 6, reserved: 0, available: 6 });
  });

  test('scenario 2: ordered and cancelled', async () => {
    await reserve('R-3', 5);
    expect((await ask('POST', '/inventory/release', { ...order('R-3'), reason: 'cancelled' })).status).toBe(200);
    expect(await product()).toMatchObject({ onHand: 6, reserved: 0, available: 6 });
  });

  test('scenario 3: ordered and never paid: the worker gives the goods back', async () => {
    await reserve('R-4', 6, { ttlSeconds: 1 });
    await vi.waitFor(async () => expect(await product()).toMatchObject({ reserved: 0, available: 6 }), 10_000);
    const { body } = await ask('GET', '/v1/reservation/list?businessId=R-4&type=order');
    expect(body).toMatchObject({ items: [{ state: 'expired' }] });
  });
});
