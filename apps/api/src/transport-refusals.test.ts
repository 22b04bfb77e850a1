/** Bad requests, one row a class of reliability section 7: the status that each gets, never a 500, a page or a stack. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, inputOf, JSON_TYPE, leaks, openStubApi, posted, type StubApi } from './testing/stub-api.ts';

let api: StubApi;
beforeAll(async () => {
  api = await openStubApi();
});
afterAll(() => api.api.close(0));

const RESERVE = '/trpc/reservation.reserve';
const CHECK = '/trpc/stock.check';
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const bytes = (...values: number[]) => new Uint8Array(values);

interface Row {
  readonly what: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
}

const rows: Row[] = [
  { what: '127 truncated JSON', path: RESERVE, init: posted('{"skuId":"A"'), status: 400 },
  { what: '127 a trailing comma', path: RESERVE, init: posted('{"skuId":"A",}'), status: 400 },
  { what: '127 a comment', path: RESERVE, init: posted('{"skuId":"A"/* x */}'), status: 400 },
  { what: '127 single quotes', path: RESERVE, init: posted("{'skuId':'A'}"), status: 400 },
  { what: '6 the literal NaN', path: RESERVE, init: posted('{"quantity":NaN}'), status: 400 },
  { what: '128 an empty body', path: RESERVE, init: posted(''), status: 422 },
  { what: '128 an empty body of a batch', path: `${RESERVE}?batch=1`, init: posted(''), status: 422 },
  { what: '129 the body null', path: RESERVE, init: posted('null'), status: 422 },
  { what: '129 the body 5', path: RESERVE, init: posted('5'), status: 422 },
  { what: '129 the body []', path: RESERVE, init: posted('[]'), status: 422 },
  {
    what: '130 invalid UTF-8',
    path: RESERVE,
    init: posted(bytes(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d)),
    status: 400,
  },
  {
    what: '130 a UTF-16 body',
    path: RESERVE,
    init: posted(new Uint8Array(Buffer.from('{"skuId":"A"}', 'utf16le'))),
    status: 400,
  },
  { what: '132 no content type', path: RESERVE, init: posted(bytes(0x7b, 0x7d), {}), status: 415 },
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/json; charset=latin1',
  ].map((type) => ({
    what: `132-134 the content type ${type}`,
    path: RESERVE,
    init: posted('{}', { 'content-type': type }),
    status: 415,
  })),
  ...['gzip', 'br', 'gzip, gzip'].map((encoding) => ({
    what: `135-136 a body encoded with ${encoding}`,
    path: RESERVE,
    init: posted(new Uint8Array(gzipSync('{}')), { ...JSON_TYPE, 'content-encoding': encoding }),
    status: 415,
  })),
  {
    what: '139 1 MB and one byte',
    path: RESERVE,
    init: posted(`"${'a'.repeat(1_048_575)}"`),
    status: 413,
  },
  { what: '139 20 MB', path: RESERVE, init: posted('a'.repeat(20_000_000)), status: 413 },
  {
    what: '53 1 MB of one string, within the limit',
    path: RESERVE,
    init: posted(JSON.stringify({ skuId: 'a'.repeat(1_000_000) })),
    status: 422,
  },
  { what: '140 a URL of 10 kB', path: `${CHECK}?input=${'a'.repeat(10_000)}`, status: 414 },
  { what: '140 a URL of 20 kB', path: `${CHECK}?input=${'a'.repeat(20_000)}`, status: 431 },
  {
    what: '140 a header of 20 kB',
    path: CHECK,
    init: { headers: { 'x-long': 'a'.repeat(20_000) } },
    status: 431,
  },
  {
    what: '140 200 headers',
    path: CHECK,
    init: { headers: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x-${at}`, '1'])) },
    status: 431,
  },
  {
    what: '141 a batch of 21',
    path: `/trpc/${Array(21).fill('stock.check').join(',')}?batch=1`,
    init: posted('{}'),
    status: 400,
  },
  {
    what: '141 a batch of 500',
    path: `/trpc/${Array(500).fill('stock.check').join(',')}?batch=1`,
    init: posted('{}'),
    status: 400,
  },
  { what: '141 a batch of nothing', path: '/trpc/,,,,?batch=1', status: 400 },
  {
    what: '141 an index that fits no call',
    path: `${RESERVE}?batch=1`,
    init: posted('{"5":{"skuId":"A"}}'),
    status: 422,
  },
  { what: '141 batch=2', path: '/trpc/stock.check,stock.check?batch=2', status: 404 },
  {
    what: '141 a batch whose input is an array',
    path: `${RESERVE}?batch=1`,
    init: posted('5'),
    status: 400,
  },
  {
    what: '141 a batch of a query and a mutation',
    path: '/trpc/stock.check,reservation.reserve?batch=1',
    init: posted('{}'),
    status: 400,
  },
  { what: '142 GET on a mutation', path: `${RESERVE}${inputOf({ skuId: 'A' })}`, status: 405 },
  {
    what: '142 PUT',
    path: RESERVE,
    init: { method: 'PUT', headers: JSON_TYPE, body: '{}' },
    status: 405,
  },
  { what: '142 DELETE', path: CHECK, init: { method: 'DELETE' }, status: 405 },
  {
    what: '142 PATCH',
    path: CHECK,
    init: { method: 'PATCH', headers: JSON_TYPE, body: '{}' },
    status: 405,
  },
  {
    what: '147 a preflight',
    path: RESERVE,
    init: {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    },
    status: 405,
  },
  { what: '143 an unknown procedure', path: '/trpc/sku.explode', status: 404 },
  { what: '143 __proto__', path: '/trpc/__proto__', status: 404 },
  { what: '143 _def', path: '/trpc/_def', status: 404 },
  { what: '143 constructor', path: '/trpc/sku.constructor', status: 404 },
  { what: '143 a bad percent sign in the path', path: '/trpc/%E0%A4%A', status: 400 },
  {
    what: '143 a bad percent sign in the path of a batch',
    path: '/trpc/%E0%A4%A?batch=1',
    status: 400,
  },
  { what: '143 a procedure under a folder', path: '/trpc/a/b/stock.check', status: 404 },
  { what: '143 no procedure', path: '/trpc', status: 404 },
  { what: '143 no such page', path: '/admin', status: 404 },
  { what: '144 input twice', path: `${CHECK}${inputOf({ skuId: 'A' })}&input=1`, status: 400 },
  { what: '144 input that is not JSON', path: `${CHECK}?input=abc`, status: 400 },
  { what: '144 input with a broken escape', path: `${CHECK}?input=%E0%A4%A`, status: 400 },
  { what: '144 no input', path: CHECK, status: 422 },
  {
    what: '144 connection parameters that are not JSON',
    path: `${CHECK}${inputOf({ skuId: 'A' })}&connectionParams=%7B`,
    status: 400,
  },
  { what: '96 33 levels', path: RESERVE, init: posted(nested(33)), status: 422 },
  { what: '96 500,000 levels', path: RESERVE, init: posted(nested(500_000)), status: 422 },
  {
    what: '96 500,000 levels that never end',
    path: RESERVE,
    init: posted('['.repeat(500_000)),
    status: 422,
  },
  {
    what: '96 deep objects',
    path: RESERVE,
    init: posted('{"a":'.repeat(40) + '1' + '}'.repeat(40)),
    status: 422,
  },
  {
    what: '96 40 levels in the query',
    path: `${CHECK}?input=${encodeURIComponent(nested(40))}`,
    status: 422,
  },
  {
    what: '89 an unknown field',
    path: `${CHECK}${inputOf({ skuId: 'A', admin: true })}`,
    status: 422,
  },
  {
    what: '89 a field for a procedure that takes none',
    path: `/trpc/system.health${inputOf({ admin: true })}`,
    status: 422,
  },
  {
    what: 'a stream that is no batch',
    path: `${CHECK}${inputOf({ skuId: 'A' })}`,
    init: { headers: { 'trpc-accept': 'application/jsonl' } },
    status: 400,
  },
  { what: 'POST to health', path: '/healthz', init: posted('{}'), status: 405 },
];

test.each(rows)('$what is answered $status', async ({ path, init, status }) => {
  const answer = await ask(`${api.url}${path}`, init);
  expect({ status: answer.status, code: answer.code }).toEqual({
    status,
    code: status === 422 ? 'INV_005' : 'INV_017',
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.text).not.toMatch(leaks);
  expect(answer.text.length).toBeLessThan(4_000);
  expect(api.calls).toEqual([]);
});
