/** Which web pages may call, over bytes: fetch would not send what a browser sends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, inputOf, openStubApi, sendBytes, type StubApi, stockCheckAnswer } from '../testing/stub-api.ts';

const SHOP = 'https://shop.example';
const paths = [`/trpc/stock.check${inputOf({ skuId: 'A' })}`, '/v1/stock/check?skuId=A', '/healthz', '/nowhere'];
let api: StubApi;
let closed: StubApi;
beforeAll(async () => {
  api = await openStubApi({ answer: () => stockCheckAnswer, corsOrigins: [SHOP] });
  closed = await openStubApi({ answer: () => stockCheckAnswer });
});
afterAll(() => Promise.all([api.api.close(0), closed.api.close(0)]));

describe('a page of the list', () => {
  test.each(paths)('may read what %s answers', async (path) => {
    const { headers } = await ask(`${api.url}${path}`, { headers: { origin: SHOP } });
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('may send what the api reads', async () => {
    const answer = await preflight(api, {
      origin: SHOP,
      method: 'POST',
      headers: 'content-type, Authorization,idempotency-key',
    });
    expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(answer).toContain(`access-control-allow-origin: ${SHOP}\r\n`);
    expect(answer).toContain('access-control-allow-methods: GET, POST, PUT\r\n');
  });
});

describe('nobody else is told anything', () => {
  test.each([
    ['a page that is not on the list', () => api, { origin: 'https://elsewhere.example', method: 'POST', headers: '' }],
    ['one whose name begins alike', () => api, { origin: `${SHOP}.evil.example`, method: 'POST', headers: '' }],
    ['the null origin', () => api, { origin: 'null', method: 'POST', headers: '' }],
    ['a page of the list with an odd header', () => api, { origin: SHOP, method: 'POST', headers: 'x-odd' }],
    ['a page of the list with an odd method', () => api, { origin: SHOP, method: 'DELETE', headers: '' }],
    ['any page where there is no list', () => closed, { origin: SHOP, method: 'POST', headers: '' }],
  ])('%s', async (_what, which, asked) => {
    const answer = await preflight(which(), asked);
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).not.toContain('access-control');
  });

  test.each(paths)('%s to another page', async (path) => {
    const { headers } = await ask(`${api.url}${path}`, { headers: { origin: 'https://elsewhere.example' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

interface Preflight {
  readonly origin: string;
  readonly method: string;
  readonly headers: string;
}

function preflight({ port }: StubApi, { origin, method, headers }: Preflight): Promise<string> {
  const lines = [
    'OPTIONS /trpc/reservation.reserve HTTP/1.1',
    'host: x',
    `origin: ${origin}`,
    `access-control-request-method: ${method}`,
    ...(headers === '' ? [] : [`access-control-request-headers: ${headers}`]),
    'connection: close',
  ];
  return sendBytes(port, `${lines.join('\r\n')}\r\n\r\n`);
}
