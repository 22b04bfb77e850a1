/** The short way as it meets the wire: bodies in pieces, callers who leave, several calls on one connection, and a process that ends. */
import { connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';
import { bothWays } from './testing/both-ways.ts';
import { openStubApi, post, sendBytes, type StubApi, stockCheckAnswer } from '../testing/stub-api.ts';
import type { StubCall } from '../testing/stub-domain.ts';

const opened: StubApi[] = [];
afterEach(() => Promise.all(opened.splice(0).map(({ api }) => api.close(0))));

async function open(answer: (call: StubCall) => unknown = () => stockCheckAnswer): Promise<StubApi> {
  const api = await openStubApi({ answer });
  opened.push(api);
  return api;
}

const headOf = (body: string, more = '') =>
  `POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;

test('a body whose letters are cut apart is put together', async () => {
  const { port, calls } = await open();
  const body = Buffer.from('{"skuId":"漢"}');
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const answered = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
  socket.write(headOf(body.toString()));
  for (const byte of body) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
  expect(calls.map(({ input }) => input)).toEqual([{ skuId: '漢' }]);
  socket.destroy();
});

test('calls that follow each other without waiting are answered in their order', async () => {
  const { port } = await open(async ({ input }) => {
    const { skuId } = input as { skuId: string };
    await new Promise((resolve) => setTimeout(resolve, skuId === 'A' ? 50 : 0));
    return { ...stockCheckAnswer, skuId };
  });
  const [first, last] = ['{"skuId":"A"}', '{"skuId":"B"}'];
  const text = await sendBytes(port, `${headOf(first)}${first}${headOf(last, 'Connection: close\r\n')}${last}`);
  expect(text.match(/"skuId":"."/g)).toEqual(['"skuId":"A"', '"skuId":"B"']);
});

test('whoever leaves before the body is whole called nothing, and keeps nothing open', async () => {
  const { port, calls, api } = await open();
  const socket = connect(port, '127.0.0.1', () => socket.write(`${headOf('{"skuId":"A"}')}{"sk`));
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  expect(await api.close(5_000)).toEqual({ cutOff: 0 });
  expect(calls).toEqual([]);
});

test('a drain lets what is being answered finish and ends its connection; what arrives whole only then is refused', async () => {
  let finish: () => void = () => undefined;
  const { port, calls, api } = await open(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    return stockCheckAnswer;
  });
  const body = '{"skuId":"A"}';
  const running = sendBytes(port, `${headOf(body)}${body}`);
  const late = connect(port, '127.0.0.1', () => late.write(`${headOf(body)}{"sk`));
  const refused = new Promise<string>((resolve) => late.once('data', (bytes) => resolve(bytes.toString())));
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closed = api.close(5_000);
  late.write('uId":"A"}');
  expect(await refused).toMatch(/^HTTP\/1\.1 503 [^]*"shuttingDown"/);
  finish();
  const answer = await running;
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*connection: close/i);
  expect(await closed).toEqual({ cutOff: 0 });
  expect(calls).toHaveLength(1);
  late.destroy();
});

test('what fails inside is logged under the id of its request, as the standard way does', async () => {
  const { url, lines } = await open(() => Promise.reject(new Error('ER_DUP_ENTRY secret')));
  const answer = await post(`${url}/trpc/stock.check`, { skuId: 'A' }, { 'x-request-id': 'seen-1' });
  expect([answer.status, answer.text.includes('secret')]).toEqual([500, false]);
  expect(lines).toMatchObject([{ level: 'error', facts: { requestId: 'seen-1', path: 'stock.check' } }]);
});

test('an answer that no JSON can tell is a failure of the whole request, the same both ways', async () => {
  const router = trpc.router({ odd: trpc.router({ big: procedure('stock.read').query(() => 10n) }) });
  const [standard, lean] = await Promise.all([
    openStubApi({ router, leanHttp: false }),
    openStubApi({ router, leanHttp: true }),
  ]);
  opened.push(standard, lean);
  const said = await bothWays({ standard: standard.url, lean: lean.url }, '/trpc/odd.big,odd.big?batch=1');
  expect([said.isLean, said.lean.status]).toEqual([true, 500]);
  expect(said.lean).toEqual(said.standard);
  expect(lean.lines).toEqual(standard.lines);
});
