/** How often callers are let in at every door: the short way, the standard adapter, and REST. */
import { guestPrincipal, principalOf } from '@granary/contracts/permission';
import { createRateLimiter } from '@granary/platform/rate/rate-limiter';
import { afterEach, describe, expect, test } from 'vitest';
import {
  ask,
  inputOf,
  leaks,
  openStubApi,
  post,
  type StubApi,
  stockCheckAnswer,
  type StubOptions,
} from '../testing/stub-api.ts';

const CHECK = `/trpc/stock.check${inputOf({ skuId: 'A' })}`;
const RESERVE = { skuId: 'A', quantity: 1, type: 'order', businessId: 'B' };
const limiter = () => createRateLimiter({ redis: undefined, log: () => undefined, database: 'stub' });

let api: StubApi | undefined;
afterEach(() => api?.api.close(0));

/** So slow that no test is long enough for a further call: what may be made is the burst, 20. */
async function open(options: StubOptions & { readonly perAddress?: number; readonly perToken?: number } = {}) {
  const { perAddress = 0, perToken = 0, ...others } = options;
  return openWith({ limiter: limiter(), perAddress, perToken }, others);
}

async function openWith(rates: NonNullable<StubOptions['rates']>, others: StubOptions = {}): Promise<StubApi> {
  api = await openStubApi({ answer: () => stockCheckAnswer, rates, ...others });
  return api;
}

async function statuses(count: number, call: () => Promise<{ readonly status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at += 1) all.push((await call()).status);
  return all;
}
const let20 = [...Array.from({ length: 20 }, () => 200), 429, 429];

describe('an address that calls too often', () => {
  test.each([
    ['the short way', { leanHttp: true }, CHECK],
    ['the standard adapter', { leanHttp: false }, CHECK],
    ['REST', {}, '/v1/stock/check?skuId=A'],
    ['the older paths', {}, '/inventory/check/A'],
  ])('is refused by %s, told when to come back, and nothing is done', async (_what, options, path) => {
    const { url, calls } = await open({ perAddress: 1, ...options });
    expect(await statuses(22, () => ask(`${url}${path}`))).toEqual(let20);
    expect(calls).toHaveLength(20);
    const refused = await ask(`${url}${path}`);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.text).toContain('INV_013');
    expect(refused.text).toContain('"retryable":true');
    expect(refused.text).not.toMatch(leaks);
  });

  test('is counted each time it is turned away', async () => {
    const turnedAway: string[] = [];
    const rates = { limiter: limiter(), perAddress: 1, perToken: 0, countRefusal: (by: string) => turnedAway.push(by) };
    const { url } = await openWith(rates);
    await statuses(22, () => ask(`${url}${CHECK}`));
    expect(turnedAway).toEqual(['address', 'address']);
  });

  test('is refused at one door what it has spent at another', async () => {
    const { url } = await open({ perAddress: 1 });
    await statuses(20, () => ask(`${url}/v1/stock/check?skuId=A`));
    expect((await ask(`${url}${CHECK}`)).status).toBe(429);
    expect((await ask(`${url}/healthz`)).status).toBe(200);
  });

  test.each([true, false])('pays for each call of a batch (short way: %s)', async (leanHttp) => {
    const { url, calls } = await open({ perAddress: 1, leanHttp });
    const batch = (size: number) =>
      post(
        `${url}/trpc/${Array.from({ length: size }, () => 'reservation.reserve').join(',')}?batch=1`,
        Object.fromEntries(Array.from({ length: size }, (_each, at) => [at, RESERVE])),
      );
    await batch(15);
    expect(calls).toHaveLength(15);
    const refused = await batch(6);
    expect([refused.status, refused.code, calls.length]).toEqual([429, 'INV_013', 15]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await batch(5);
    expect(calls).toHaveLength(20);
  });

  test('comes back after the time it was told', async () => {
    const { url } = await open({ perAddress: 5 });
    await statuses(20, () => ask(`${url}${CHECK}`));
    const refused = await ask(`${url}${CHECK}`);
    await new Promise((resolve) => setTimeout(resolve, Number(refused.headers.get('retry-after')) * 1_000));
    expect((await ask(`${url}${CHECK}`)).status).toBe(200);
  });
});

describe('a token', () => {
  const shop = principalOf({ actor: 'token:SHOP', role: 'business', locationIds: null });

  test('that calls too often is refused wherever it calls from', async () => {
    const { url } = await open({ perToken: 1, principal: shop });
    expect(await statuses(22, () => ask(`${url}${CHECK}`))).toEqual(let20);
  });

  test('is what counts for its holders, not for guests', async () => {
    const { url } = await open({ perToken: 1, principal: guestPrincipal });
    expect(await statuses(22, () => ask(`${url}${CHECK}`))).toEqual(Array.from({ length: 22 }, () => 200));
  });

  test('that lets nobody in weighs as ten calls of its address, and then the question is not asked at all', async () => {
    let questions = 0;
    const answer = () => {
      questions += 1;
      return undefined;
    };
    const { url } = await open({ perAddress: 1, access: 'tokens', answer });
    const authorization = `Bearer gk_01JD7Z5K3M8Q2W4E6R7T8Y9ZAB_${'x'.repeat(43)}`;
    const guess = () => ask(`${url}${CHECK}`, { headers: { authorization } });
    // 1 + 10, then 1 + 8 that are not enough for ten, and eight of one each.
    expect(await statuses(12, guess)).toEqual([401, ...Array.from({ length: 11 }, () => 429)]);
    expect(questions).toBe(10);
  });
});
