/** Reading requests: the query string, the header of a key, the older paths, and what is refused before anything is read. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ask,
  JSON_TYPE,
  leaks,
  openStubApi,
  pick,
  post,
  posted,
  stockCheckAnswer,
  type StubApi,
} from '../testing/stub-api.ts';
import { aliases } from './alias.ts';

let api: StubApi;
beforeAll(async () => {
  api = await openStubApi({ answer: ({ path }) => (path === 'stock.check' ? stockCheckAnswer : undefined) });
});
beforeEach(() => void (api.calls.length = 0));
afterAll(() => api.api.close(0));

const CHECK = '/v1/stock/check';
const RESERVE = '/v1/reservation/reserve';
const reserve = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'C' };
const inputNow = () => api.calls.at(-1)?.input;
const get = (path: string) => ask(`${api.url}${path}`);
const issuesOf = (body: unknown) => pick(pick(body, 'details'), 'issues');
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a query string is read as the schema says', () => {
  const rows: { what: string; path: string; input: unknown }[] = [
    { what: 'a text', path: `${CHECK}?skuId=A`, input: { skuId: 'A' } },
    { what: 'a text that looks like a number', path: `${CHECK}?skuId=007`, input: { skuId: '007' } },
    { what: 'a text that looks like JSON', path: `${CHECK}?skuId=%5B1%5D`, input: { skuId: '[1]' } },
    { what: 'a text with every awkward sign', path: `${CHECK}?skuId=a%2Fb%3D%26%2B+%25`, input: { skuId: 'a/b=&+ %' } },
    { what: 'an equals sign within the value', path: `${CHECK}?skuId=a=b`, input: { skuId: 'a=b' } },
    { what: 'the whole input as JSON', path: `${CHECK}?input=%7B%22skuId%22%3A%22A%22%7D`, input: { skuId: 'A' } },
    {
      what: 'numbers and booleans',
      path: '/v1/stock/available?skuId=A&minRemainingDays=30&excludeExpired=false',
      input: { skuId: 'A', minRemainingDays: 30, excludeExpired: false, includeReserved: false },
    },
    {
      what: 'a repeated list',
      path: '/v1/stock/checkMany?skuIds=A&skuIds=B,C',
      input: { skuIds: ['A', 'B,C'] },
    },
    { what: 'a list of one', path: '/v1/stock/checkMany?skuIds=A', input: { skuIds: ['A'] } },
    {
      what: 'a list as JSON',
      path: `/v1/stock/checkMany?skuIds=${encodeURIComponent('["A","[B"]')}`,
      input: { skuIds: ['A', '[B'] },
    },
    {
      what: 'an element that begins like a list',
      path: `/v1/stock/checkMany?skuIds=${encodeURIComponent('[B')}`,
      input: { skuIds: ['[B'] },
    },
    {
      what: 'a list of choices and a limit',
      path: '/v1/stock/movements?skuId=A&kinds=receive&kinds=ship&limit=2',
      input: { skuId: 'A', kinds: ['receive', 'ship'], limit: 2 },
    },
    { what: 'empty pairs', path: `${CHECK}?&skuId=A&&`, input: { skuId: 'A' } },
  ];
  test.each(rows)('$what', async ({ path, input }) => {
    await get(path);
    expect(inputNow()).toEqual(input);
  });

  const refused: { what: string; query: string; path: string }[] = [
    { what: 'a number that is none', query: 'skuId=A&minRemainingDays=many', path: 'minRemainingDays' },
    { what: 'a number with a leading zero', query: 'skuId=A&minRemainingDays=007', path: 'minRemainingDays' },
    { what: 'a fraction where units are whole', query: 'skuId=A&minRemainingDays=1.5', path: 'minRemainingDays' },
    { what: 'an infinite number', query: 'skuId=A&minRemainingDays=1e999', path: 'minRemainingDays' },
    { what: 'an empty number', query: 'skuId=A&minRemainingDays=', path: 'minRemainingDays' },
    { what: 'a boolean that is none', query: 'skuId=A&excludeExpired=yes', path: 'excludeExpired' },
    { what: 'a scalar given twice', query: 'skuId=A&skuId=B', path: 'skuId' },
    { what: 'a field that nobody knows', query: 'skuId=A&admin=1', path: 'admin' },
    { what: 'a name that objects have anyway', query: 'skuId=A&constructor=1', path: 'constructor' },
    { what: 'a null', query: 'skuId=A&excludeExpired=null', path: 'excludeExpired' },
    { what: 'nothing', query: '', path: 'skuId' },
  ];
  test.each(refused)('$what is 422 with its path', async ({ query, path }) => {
    const answer = await get(`/v1/stock/available?${query}`);
    expect({ status: answer.status, code: pick(answer.body, 'code') }).toEqual({ status: 422, code: 'INV_005' });
    expect(issuesOf(answer.body)).toEqual([{ path, message: expect.any(String) }]);
    expect(api.calls).toEqual([]);
  });

  test('every element of a list is looked at by itself', async () => {
    const answer = await get('/v1/stock/movements?skuId=A&kinds=receive&kinds=explode&limit=0');
    expect(issuesOf(answer.body)).toMatchObject([{ path: 'limit' }, { path: 'kinds.1' }]);
  });
});

describe('requests that are refused', () => {
  const rows: { what: string; path: string; init?: RequestInit; status: number }[] = [
    { what: 'an unknown procedure', path: '/v1/sku/explode', status: 404 },
    { what: 'an unknown router', path: '/v1/nothing/get', status: 404 },
    { what: 'the name that tRPC uses', path: '/v1/stock.check?skuId=A', status: 404 },
    { what: 'a deeper path', path: `${CHECK}/A`, status: 404 },
    { what: 'a slash too many', path: `${CHECK}/?skuId=A`, status: 404 },
    { what: '__proto__', path: '/v1/__proto__/constructor', status: 404 },
    { what: 'the bare door', path: '/v1', status: 404 },
    { what: 'another case', path: '/v1/Stock/check?skuId=A', status: 404 },
    { what: 'a path that is no alias', path: '/inventory/low-stocks', status: 404 },
    { what: 'another one', path: '/inventory/adjusts', init: posted('{}'), status: 404 },
    { what: 'an alias without its product', path: '/inventory/check/', status: 404 },
    { what: 'a product with a bare slash', path: '/inventory/check/a/b', status: 404 },
    { what: 'a broken product', path: '/inventory/check/%E0%A4%A', status: 400 },
    { what: 'GET on a mutation', path: `${RESERVE}?skuId=A`, status: 405 },
    { what: 'PUT on a procedure', path: CHECK, init: { method: 'PUT', headers: JSON_TYPE, body: '{}' }, status: 405 },
    { what: 'DELETE', path: CHECK, init: { method: 'DELETE' }, status: 405 },
    { what: 'a preflight', path: RESERVE, init: { method: 'OPTIONS' }, status: 405 },
    { what: 'POST on an alias that reads', path: '/inventory/check/A', init: posted('{}'), status: 405 },
    { what: 'POST to the document', path: '/v1/openapi.json', init: posted('{}'), status: 405 },
    { what: 'a query beside a body', path: `${RESERVE}?dryRun=1`, init: posted('{}'), status: 400 },
    { what: 'the whole input twice', path: `${CHECK}?input=%7B%7D&input=1`, status: 400 },
    { what: 'the whole input and a part', path: `${CHECK}?input=%7B%7D&skuId=A`, status: 400 },
    { what: 'an input that is not JSON', path: `${CHECK}?input=abc`, status: 400 },
    { what: 'a broken escape in a value', path: `${CHECK}?skuId=%E0%A4%A`, status: 400 },
    { what: 'a broken escape in a name', path: `${CHECK}?%E0%A4%A=1`, status: 400 },
    { what: 'deep JSON in the query', path: `${CHECK}?input=${nested(40)}`, status: 422 },
    { what: 'a deep list', path: `/v1/stock/checkMany?skuIds=${nested(40)}`, status: 422 },
    { what: 'truncated JSON', path: RESERVE, init: posted('{"skuId":"A"'), status: 400 },
    { what: 'an empty body', path: RESERVE, init: posted(''), status: 422 },
    { what: 'the body null', path: RESERVE, init: posted('null'), status: 422 },
    { what: 'invalid UTF-8', path: RESERVE, init: posted(new Uint8Array([0x22, 0xff, 0x22])), status: 400 },
    { what: 'a deep body', path: RESERVE, init: posted(nested(33)), status: 422 },
    { what: 'a very deep body', path: RESERVE, init: posted('['.repeat(500_000)), status: 422 },
    { what: 'another media type', path: RESERVE, init: posted('{}', { 'content-type': 'text/plain' }), status: 415 },
    {
      what: 'another media type by PUT',
      path: '/inventory/A/threshold',
      init: { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: '{}' },
      status: 415,
    },
    {
      what: 'a form',
      path: RESERVE,
      init: posted('skuId=A', { 'content-type': 'application/x-www-form-urlencoded' }),
      status: 415,
    },
    {
      what: 'an encoded body',
      path: RESERVE,
      init: posted('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }),
      status: 415,
    },
    { what: 'a body of more than 1 MB', path: RESERVE, init: posted(`"${'a'.repeat(1_048_575)}"`), status: 413 },
    { what: 'a URL of 10 kB', path: `${CHECK}?skuId=${'a'.repeat(10_000)}`, status: 414 },
    {
      what: '200 headers',
      path: CHECK,
      init: { headers: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x-${at}`, '1'])) },
      status: 431,
    },
  ];
  test.each(rows)('$what is answered $status', async ({ path, init, status }) => {
    const answer = await ask(`${api.url}${path}`, init);
    expect({ status: answer.status, code: pick(answer.body, 'code') }).toEqual({
      status,
      code: status === 422 ? 'INV_005' : 'INV_017',
    });
    expect(Object.keys(answer.body ?? {})).toEqual(['code', 'kind', 'message', 'details', 'hint', 'retryable']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.text).not.toMatch(leaks);
    expect(answer.text.length).toBeLessThan(4_000);
    expect(api.calls).toEqual([]);
  });

  test('405 says what is allowed', async () => {
    expect((await get(RESERVE)).headers.get('allow')).toBe('POST');
    expect((await ask(`${api.url}${CHECK}`, { method: 'DELETE' })).headers.get('allow')).toBe('GET, POST');
    expect((await get('/inventory/A/threshold')).headers.get('allow')).toBe('PUT');
  });
});

describe('a key in the header', () => {
  test('reaches a mutation under either name of its path', async () => {
    for (const path of [RESERVE, '/inventory/reserve']) {
      await post(`${api.url}${path}`, reserve, { 'idempotency-key': 'k-1' });
      expect(inputNow()).toMatchObject({ ...reserve, idempotencyKey: 'k-1' });
    }
  });

  test('is refused when it contradicts the body', async () => {
    const answer = await post(`${api.url}${RESERVE}`, { ...reserve, idempotencyKey: 'a' }, { 'idempotency-key': 'b' });
    expect([answer.status, pick(answer.body, 'code')]).toEqual([400, 'INV_017']);
  });

  test('means nothing to a query', async () => {
    await ask(`${api.url}${CHECK}?skuId=A`, { headers: { 'idempotency-key': 'k' } });
    expect(inputNow()).toEqual({ skuId: 'A' });
  });
});

describe('the older paths', () => {
  test.each(aliases)('$method $path calls $procedure', async ({ method, path }) => {
    const place = `${api.url}${path.replace('{product_id}', 'A')}`;
    const body = { method, headers: JSON_TYPE, body: '{"no":1}' };
    const answer = await (method === 'GET' ? ask(`${place}?no=1`) : ask(place, body));
    // What the schema says of a made-up field shows that the procedure was reached.
    expect(issuesOf(answer.body)).toContainEqual({ path: 'no', message: 'is not a known field' });
  });

  test.each([
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['a+b', 'a+b'],
    ['%E2%82%AC', '€'],
    ['batch', 'batch'],
  ])('the product %s is %s, decoded once', async (segment, skuId) => {
    expect((await get(`/inventory/check/${segment}`)).status).toBe(200);
    expect(inputNow()).toEqual({ skuId });
  });

  test('a product that is no identifier is refused by the schema', async () => {
    const answer = await get('/inventory/check/%20A');
    expect([answer.status, issuesOf(answer.body)]).toMatchObject([422, [{ path: 'skuId' }]]);
  });

  test('the product of the path goes into the body, which must not name one itself', async () => {
    const put = (body: unknown) =>
      ask(`${api.url}/inventory/A/threshold`, { method: 'PUT', headers: JSON_TYPE, body: JSON.stringify(body) });
    await put({ warningThreshold: 5 });
    expect(inputNow()).toMatchObject({ skuId: 'A', warningThreshold: 5 });
    api.calls.length = 0;
    expect([(await put({ skuId: 'B' })).status, api.calls]).toEqual([422, []]);
    expect((await get('/inventory/product/A?skuId=B')).status).toBe(422);
    expect((await put(null)).status).toBe(422);
  });
});
