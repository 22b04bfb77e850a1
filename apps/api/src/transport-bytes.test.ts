/** Requests that no client library would send, written to the socket byte by byte. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaks, openStubApi, sendBytes, type StubApi } from './testing/stub-api.ts';

let api: StubApi;
beforeAll(async () => {
  api = await openStubApi({ limits: { requestTimeoutMs: 1_000, headersTimeoutMs: 800 } });
});
afterAll(() => api.api.close(0));

const raws: { what: string; bytes: string; status: number }[] = [
  {
    what: '142 TRACE',
    bytes: 'TRACE /trpc/stock.check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    status: 405,
  },
  { what: '142 CONNECT', bytes: 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', status: 405 },
  { what: 'an invented method', bytes: 'STEAL /trpc/stock.check HTTP/1.1\r\nHost: x\r\n\r\n', status: 405 },
  {
    what: '137 a content length that is no number',
    bytes:
      'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: abc\r\n\r\n{}',
    status: 400,
  },
  {
    what: '137 content length and chunked',
    bytes:
      'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    status: 400,
  },
  {
    what: '137 a body shorter than its content length',
    bytes:
      'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}',
    status: 408,
  },
  {
    what: '137 chunks that never end',
    bytes:
      'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
    status: 408,
  },
  { what: '138 headers that never end', bytes: 'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nX-A: ', status: 408 },
  { what: 'no HTTP at all', bytes: '\u0016\u0003\u0001 hello', status: 400 },
  {
    what: 'an Expect header of another kind',
    bytes: 'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\nContent-Length: 0\r\n\r\n',
    status: 400,
  },
  {
    what: '148 a Host that is no host',
    bytes: 'GET /trpc/stock.check HTTP/1.1\r\nHost: a b<c\r\nConnection: close\r\n\r\n',
    status: 400,
  },
];
// At once, since some of them wait for a time limit.
test.concurrent.each(raws)('$what is answered $status, and the connection ends', async ({ bytes: sent, status }) => {
  const received = await sendBytes(api.port, sent);
  expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(received).toContain('"INV_017"');
  expect(received).not.toMatch(leaks);
  expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('138 a body of one byte a second is ended within the request timeout', async () => {
  const begun = Date.now();
  const received = await sendBytes(
    api.port,
    'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n',
    5_000,
  );
  expect(received).toMatch(/^HTTP\/1\.1 408 /);
  expect(Date.now() - begun).toBeLessThan(4_000);
});
