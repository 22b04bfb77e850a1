/** What the door accepts, and the frame around every answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  inputOf,
  JSON_TYPE,
  openStubApi,
  pick,
  post,
  posted,
  stockCheckAnswer,
  type StubApi,
} from './testing/stub-api.ts';

let api: StubApi;
beforeAll(async () => {
  api = await openStubApi({ answer: ({ path }) => (path === 'stock.check' ? stockCheckAnswer : undefined) });
});
afterAll(() => api.api.close(0));

const RESERVE = '/trpc/reservation.reserve';
const CHECK = '/trpc/stock.check';

describe('what is accepted', () => {
  test('131 a leading BOM is skipped', async () => {
    const answer = await ask(
      `${api.url}${CHECK}`,
      posted(new Uint8Array([0xef, 0xbb, 0xbf, ...Buffer.from('{"skuId":"A"}')])),
    );
    expect(answer.status).toBe(200);
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])(
    'the content type %s is read',
    async (type) => {
      expect((await ask(`${api.url}${CHECK}`, posted('{"skuId":"A"}', { 'content-type': type }))).status).toBe(200);
    },
  );

  test('91 of equal keys the last one counts', async () => {
    expect((await ask(`${api.url}${CHECK}`, posted('{"skuId":"B","skuId":"A"}'))).status).toBe(200);
    expect(api.calls.at(-1)?.input).toEqual({ skuId: 'A' });
  });

  test('a string full of brackets is not deep', async () => {
    expect((await post(`${api.url}${CHECK}`, { skuId: '[{"\\'.repeat(16) })).status).toBe(200);
  });

  test('a query comes by GET or by POST, alone or in a batch of 20', async () => {
    expect((await ask(`${api.url}${CHECK}${inputOf({ skuId: 'A' })}`)).status).toBe(200);
    const inputs = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at, { skuId: 'A' }]));
    const batch = await post(`${api.url}/trpc/${Array(20).fill('stock.check').join(',')}?batch=1`, inputs);
    expect(batch.status).toBe(200);
    expect(batch.body).toHaveLength(20);
  });

  test('in a batch every call has its own answer, and the whole is 207', async () => {
    const answer = await post(`${api.url}/trpc/stock.check,stock.nothing,stock.check?batch=1`, {
      0: { skuId: 'A' },
      2: {},
    });
    expect(answer.status).toBe(207);
    const codes = Array.isArray(answer.body)
      ? answer.body.map((item) => pick(pick(pick(item, 'error'), 'data'), 'code'))
      : [];
    expect(codes).toEqual([undefined, 'INV_017', 'INV_005']);
  });
});

describe('the frame of every answer', () => {
  test.each(['/healthz', '/nowhere', `${CHECK}${inputOf({ skuId: 'A' })}`])(
    '%s names no framework, allows no foreign page, and carries a request id',
    async (path) => {
      const { headers } = await ask(`${api.url}${path}`, { headers: { origin: 'https://elsewhere.example' } });
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    },
  );

  test('a request id of the caller is kept when it is harmless, and replaced when it is not', async () => {
    expect(
      (await ask(`${api.url}/healthz`, { headers: { 'x-request-id': 'order-7.a:b' } })).headers.get('x-request-id'),
    ).toBe('order-7.a:b');
    expect(
      (await ask(`${api.url}/healthz`, { headers: { 'x-request-id': '<script>' } })).headers.get('x-request-id'),
    ).not.toContain('<');
  });

  test('405 says what is allowed', async () => {
    expect((await ask(`${api.url}${RESERVE}`)).headers.get('allow')).toBe('POST');
    expect((await ask(`${api.url}/healthz`, { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
  });

  test('148 a forwarded address is not believed', async () => {
    await ask(
      `${api.url}/trpc/inbound.purchase`,
      posted(JSON.stringify({ documentNo: 'D', lines: [{ skuId: 'A', quantity: 1, unitCost: '1' }] }), {
        ...JSON_TYPE,
        'x-forwarded-for': '203.0.113.9',
        'user-agent': 'a'.repeat(500),
      }),
    );
    const caller = api.calls.at(-1)?.call?.caller;
    expect(caller).toMatchObject({
      actor: 'local',
      address: expect.stringMatching(/127\.0\.0\.1$/),
      agent: 'a'.repeat(200),
    });
  });
});
