/** From the door to the rows: a day of stock through HTTP alone, on a real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask, pick, post } from './testing/stub-api.ts';
import { openRealApi, type RealApi } from './testing/real-api.ts';

let api: RealApi;
beforeAll(async () => {
  api = await openRealApi();
});
afterAll(() => api?.end());

const mutate = (path: string, input: unknown, headers: Record<string, string> = {}) =>
  post(`${api.url}/trpc/${path}`, input, headers);
const query = (path: string, input: unknown) =>
  ask(`${api.url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`);
const dataOf = (answer: Answer) => pick(pick(answer.body, 'result'), 'data');
const errorOf = (answer: Answer) => pick(pick(answer.body, 'error'), 'data');

describe('a day of stock', () => {
  test('goods come in, are held, paid and shipped, and every number follows', async () => {
    const received = await mutate('inbound.purchase', {
      documentNo: 'PO-1',
      supplier: 'Acme',
      lines: [
        { skuId: 'TEA', quantity: 6, unitCost: '2.5', batchNo: 'T1', expiresAt: '2031-01-31' },
        { skuId: 'TEA', quantity: 4, unitCost: '3', batchNo: 'T2', expiresAt: '2030-06-30' },
      ],
    });
    expect(received.status).toBe(200);
    expect(dataOf(received)).toMatchObject({
      type: 'purchase',
      documentNo: 'PO-1',
      lines: [
        { line: 1, batchNo: 'T1', unitCost: '2.50' },
        { line: 2, batchNo: 'T2' },
      ],
    });

    const held = await mutate('reservation.reserve', {
      skuId: 'TEA',
      quantity: 5,
      type: 'order',
      businessId: 'ORDER-1',
      strategy: 'fefo',
    });
    expect(dataOf(held)).toMatchObject({ state: 'active', quantity: 5, held: 5 });
    expect(dataOf(await query('stock.check', { skuId: 'TEA' }))).toMatchObject({ inStock: true, available: 5 });

    expect(dataOf(await mutate('reservation.confirm', { type: 'order', businessId: 'ORDER-1' }))).toMatchObject({
      reservations: [{ state: 'confirmed', expiresAt: null }],
    });
    const sold = await mutate('outbound.sales', { orderNo: 'ORDER-1', lines: [{ skuId: 'TEA', quantity: 5 }] });
    expect(dataOf(sold)).toMatchObject({ type: 'sales', documentNo: 'ORDER-1' });
    expect(dataOf(await query('stock.available', { skuId: 'TEA' }))).toMatchObject({
      available: 5,
      onHand: 5,
      reserved: 0,
    });
    expect(dataOf(await query('reservation.list', { businessId: 'ORDER-1' }))).toMatchObject({
      items: [{ state: 'fulfilled', held: 0, fulfilled: 5 }],
      nextCursor: null,
    });

    const moved = pick(dataOf(await query('stock.movements', { skuId: 'TEA' })), 'items') as {
      kind: string;
      version: number;
      onHand: number;
    }[];
    expect(new Set(moved.map(({ kind }) => kind))).toEqual(new Set(['receive', 'reserve', 'deduct']));
    expect(moved.map(({ version }) => version).sort((a, b) => a - b)).toEqual(moved.map((_row, at) => at + 1));
  });

  test('a shortage names every short line and changes nothing', async () => {
    const before = dataOf(await query('stock.explain', { skuId: 'TEA' }));
    const answer = await mutate('outbound.sales', { orderNo: 'ORDER-2', lines: [{ skuId: 'TEA', quantity: 50 }] });
    expect(answer).toMatchObject({ status: 400, code: 'INV_002' });
    expect(errorOf(answer)).toMatchObject({ details: { lines: [{ skuId: 'TEA', requested: 50, available: 5 }] } });
    const { asOf: _before, ...rest } = before as { asOf: string };
    expect(dataOf(await query('stock.explain', { skuId: 'TEA' }))).toMatchObject(rest);
  });

  test('one idempotency key has one effect and the same bytes, by header or by input', async () => {
    const input = { documentNo: 'PO-2', lines: [{ skuId: 'MILK', quantity: 3, unitCost: '1.00' }] };
    const first = await mutate('inbound.purchase', input, { 'idempotency-key': 'po-2' });
    const again = await mutate('inbound.purchase', { ...input, idempotencyKey: 'po-2' });
    expect(first.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(dataOf(await query('stock.check', { skuId: 'MILK' }))).toMatchObject({ available: 3 });
    const other = await mutate('inbound.purchase', { ...input, documentNo: 'PO-3' }, { 'idempotency-key': 'po-2' });
    expect(other).toMatchObject({ status: 409, code: 'INV_011' });
  });

  test('a document is found by its own door only', async () => {
    const byNumber = { type: 'purchase', documentNo: 'PO-1' };
    expect(dataOf(await query('inbound.get', byNumber))).toMatchObject({ documentNo: 'PO-1' });
    expect(await query('outbound.get', byNumber)).toMatchObject({ status: 404, code: 'INV_007' });
    const { id } = dataOf(await query('outbound.get', { type: 'sales', documentNo: 'ORDER-1' })) as { id: string };
    expect(await query('inbound.get', { id })).toMatchObject({ status: 404, code: 'INV_007' });
    const listed = pick(dataOf(await query('inbound.list', { limit: 500 })), 'items') as { type: string }[];
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.every(({ type }) => type === 'purchase')).toBe(true);
  });
});

describe('errors from the depth', () => {
  const unknown = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
  const cases: { what: string; path: string; input: unknown; status: number; code: string }[] = [
    {
      what: 'an unknown SKU',
      path: 'reservation.reserve',
      input: { skuId: 'NONE', quantity: 1, type: 'cart', businessId: 'C' },
      status: 404,
      code: 'INV_001',
    },
    {
      what: 'an unknown reservation',
      path: 'reservation.confirm',
      input: { id: unknown },
      status: 404,
      code: 'INV_007',
    },
    {
      what: 'an unknown location',
      path: 'location.update',
      input: { locationId: 'NOWHERE', name: 'x' },
      status: 404,
      code: 'INV_007',
    },
    {
      what: 'a location that is there already',
      path: 'location.create',
      input: { locationId: 'default' },
      status: 409,
      code: 'INV_008',
    },
    {
      what: 'an unknown strategy',
      path: 'reservation.reserve',
      input: { skuId: 'TEA', quantity: 1, type: 'cart', businessId: 'C', strategy: 'luck' },
      status: 422,
      code: 'INV_005',
    },
    {
      what: 'a document number with other lines',
      path: 'inbound.purchase',
      input: { documentNo: 'PO-1', lines: [{ skuId: 'TEA', quantity: 1, unitCost: '1' }] },
      status: 409,
      code: 'INV_008',
    },
    {
      what: 'a time in the future',
      path: 'inbound.purchase',
      input: {
        documentNo: 'PO-9',
        occurredAt: '2099-01-01T00:00:00Z',
        lines: [{ skuId: 'TEA', quantity: 1, unitCost: '1' }],
      },
      status: 422,
      code: 'INV_005',
    },
  ];
  test.each(cases)('$what is $status $code', async ({ path, input, status, code }) => {
    const answer = await mutate(path, input);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.text).not.toMatch(/SELECT |INSERT |ER_|node_modules|\n\s+at /);
  });
});

test('it is ready, knows its strategies, and names the database time', async () => {
  const readiness = await ask(`${api.url}/readyz`);
  expect(readiness).toMatchObject({ status: 200, body: { ready: true, now: expect.stringMatching(/Z$/) } });
  const { strategies } = dataOf(await query('system.strategies', {})) as { strategies: string[] };
  expect(strategies).toEqual(expect.arrayContaining(['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches']));
});

test('20 calls of one batch each get their own answer', async () => {
  const inputs = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [at, { skuId: `B-${at}`, name: `Thing ${at}` }]),
  );
  const answer = await post(`${api.url}/trpc/${Array(20).fill('sku.create').join(',')}?batch=1`, inputs);
  expect(answer.status).toBe(200);
  expect(answer.body).toHaveLength(20);
  expect(await query('sku.get', { skuId: 'B-19' })).toMatchObject({ status: 200 });
});
