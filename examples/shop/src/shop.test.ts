/** The shop end to end: its client, the api over HTTP, and a real database, also when the network eats answers. */
import { openRealApi, type RealApi } from '@granary/api/testing/real-api';
import { createClient, type GranaryClient, isGranaryError } from '@granary/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop, type Shop } from './shop.ts';

let api: RealApi;
let granary: GranaryClient;
let shop: Shop;
beforeAll(async () => {
  api = await openRealApi();
  granary = createClient({ url: api.url });
  shop = createShop(granary);
});
afterAll(() => api?.end());

const receive = (client: GranaryClient, skuId: string, quantity: number) =>
  client.inbound.purchase.mutate({
    documentNo: `PO-${skuId}-${quantity}`,
    lines: [{ skuId, quantity, unitCost: '3.20' }],
  });
const availableOf = async (skuId: string) => (await granary.stock.available.query({ skuId })).available;

test('a cart becomes an order, is paid and shipped; nobody else could have the goods meanwhile', async () => {
  await receive(granary, 'MUG', 5);
  await receive(granary, 'BOWL', 1);
  expect(await shop.canBuy('MUG')).toBe(true);

  expect(await shop.putIntoCart('cart-1', { skuId: 'MUG', quantity: 2 })).toMatchObject({
    ok: true,
    heldUntil: expect.any(String),
  });
  expect(await shop.putIntoCart('cart-1', { skuId: 'BOWL', quantity: 1 })).toMatchObject({ ok: true });
  expect(await shop.putIntoCart('cart-1', { skuId: 'MUG', quantity: 3 })).toMatchObject({ ok: true });
  expect(await shop.putIntoCart('cart-2', { skuId: 'MUG', quantity: 3 })).toEqual({ ok: false, available: 2 });
  expect(await shop.canBuy('BOWL')).toBe(false);

  expect(await shop.checkOut('cart-1', 'order-1')).toBe(2);
  expect(await availableOf('MUG')).toBe(2);
  await shop.paid('order-1');
  expect(await shop.ship('order-1')).toEqual({ documentNo: 'order-1', units: 4 });

  const { onHand, reserved, available } = await granary.stock.available.query({ skuId: 'MUG' });
  expect({ onHand, reserved, available }).toEqual({ onHand: 2, reserved: 0, available: 2 });
});

test('an emptied cart gives its goods back', async () => {
  await receive(granary, 'CUP', 3);
  await shop.putIntoCart('cart-3', { skuId: 'CUP', quantity: 3 });
  expect(await shop.canBuy('CUP')).toBe(false);
  await shop.emptyCart('cart-3');
  expect(await availableOf('CUP')).toBe(3);
});

test('fifty shoppers at once for ten units: exactly ten get one', async () => {
  await receive(granary, 'RARE', 10);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => shop.putIntoCart(`crowd-${at}`, { skuId: 'RARE', quantity: 1 })),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
  expect(await availableOf('RARE')).toBe(0);
});

describe('when the network eats answers', () => {
  /** Lets every request through and throws away the first answer to each path. */
  function forgetful(): { fetch: typeof globalThis.fetch; lost: string[] } {
    const lost: string[] = [];
    return {
      lost,
      async fetch(input, init) {
        const response = await fetch(input, init);
        const path = new URL(String(input)).pathname;
        if (lost.includes(path)) return response;
        lost.push(path);
        await response.text();
        throw new TypeError('the connection was lost');
      },
    };
  }

  test('every call still has one effect: received, held, paid and shipped once', async () => {
    const network = forgetful();
    const client = createClient({ url: api.url, fetch: network.fetch });
    const patient = createShop(client);
    await receive(client, 'PLATE', 9);
    await patient.putIntoCart('cart-9', { skuId: 'PLATE', quantity: 4 });
    await patient.checkOut('cart-9', 'order-9');
    await patient.paid('order-9');
    expect(await patient.ship('order-9')).toEqual({ documentNo: 'order-9', units: 4 });
    expect(network.lost.length).toBeGreaterThanOrEqual(6);

    const { onHand, reserved } = await granary.stock.available.query({ skuId: 'PLATE' });
    expect({ onHand, reserved }).toEqual({ onHand: 5, reserved: 0 });
    const { items } = await granary.stock.movements.query({ skuId: 'PLATE' });
    expect(items.map(({ kind }) => kind).sort()).toEqual(['deduct', 'receive', 'reserve']);
  });

  test('a refusal is the same refusal after a lost answer', async () => {
    const client = createClient({ url: api.url, fetch: forgetful().fetch });
    const error: unknown = await client.reservation.reserve
      .mutate({ skuId: 'NO-SUCH', quantity: 1, type: 'cart', businessId: 'c' })
      .catch((thrown: unknown) => thrown);
    expect(isGranaryError(error, 'stockNotFound') && error.details.skuId).toBe('NO-SUCH');
  });
});
