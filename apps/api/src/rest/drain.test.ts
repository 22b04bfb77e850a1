/** A drain through the REST door: what arrives too late is told so in the words of that door. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { openStubApi } from '../testing/stub-api.ts';

test('a call whose body arrives after a drain began is INV_012 with Retry-After, and nothing is done', async () => {
  const { api, port, calls } = await openStubApi();
  const socket = connect(port, '127.0.0.1');
  const head = ['POST /v1/sku/create HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 13'];
  await new Promise<void>((sent) => socket.write(`${head.join('\r\n')}\r\n\r\n`, () => sent()));
  // The head must have been read, or the connection would be an idle one, which a drain closes.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = api.close(3_000);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  const ended = new Promise((resolve) => socket.on('close', resolve));
  socket.write('{"skuId":"A"}');
  await Promise.all([closed, ended]);
  expect(received).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1\r\n/i);
  expect(JSON.parse(received.slice(received.indexOf('\r\n\r\n')))).toMatchObject({ code: 'INV_012', retryable: true });
  expect(calls).toEqual([]);
});
