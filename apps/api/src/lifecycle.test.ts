/** The life of the process: health, readiness, a port that is taken, and a drain that loses nothing. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createApi } from './server.ts';
import { ask, openStubApi, pick, post, readyNow, sendBytes, stockCheckAnswer } from './testing/stub-api.ts';
import { stubDomain } from './testing/stub-domain.ts';

const CHECK = { skuId: 'A' };

describe('health and readiness', () => {
  test('a live process with a good database is alive and ready, by both doors', async () => {
    const { api, url } = await openStubApi();
    expect(await ask(`${url}/healthz`)).toMatchObject({
      status: 200,
      body: { status: 'ok', version: expect.stringMatching(/^\d/) },
    });
    expect(await ask(`${url}/readyz`)).toMatchObject({ status: 200, body: { ready: true } });
    expect((await ask(`${url}/trpc/system.health`)).body).toMatchObject({ result: { data: { status: 'ok' } } });
    expect((await ask(`${url}/trpc/system.readiness`)).body).toMatchObject({ result: { data: { ready: true } } });
    expect((await ask(`${url}/trpc/system.strategies`)).body).toEqual({
      result: { data: { strategies: ['fifo', 'lifo'], defaultStrategy: 'fifo' } },
    });
    expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
    await api.close(0);
  });

  test('without its database it is alive and not ready', async () => {
    const checks = [{ name: 'database', ok: false, detail: 'no answer within 1000 ms' }];
    const { api, url } = await openStubApi({ ready: () => Promise.resolve({ ready: false, checks, now: null }) });
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    const answer = await ask(`${url}/readyz`);
    expect(answer).toMatchObject({
      status: 503,
      body: { ready: false, checks: [{ name: 'process', ok: true }, ...checks] },
    });
    expect(answer.headers.get('retry-after')).toBe('1');
    await api.close(0);
  });

  test('a readiness check that throws is a 503 without its message', async () => {
    const { api, url } = await openStubApi({ ready: () => Promise.reject(new Error('mysql://root:secret@db')) });
    const answer = await ask(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('secret');
    await api.close(0);
  });
});

test('a port in use is told plainly', async () => {
  const first = await openStubApi();
  const second = createApi({
    domain: stubDomain(() => undefined),
    requestDeadlineMs: 1,
    defaultStrategy: 'fifo',
    ready: () => Promise.resolve(readyNow),
    log: () => undefined,
  });
  await expect(second.listen(first.port)).rejects.toThrow(
    `Port ${first.port} on 127.0.0.1 is in use by another program`,
  );
  await first.api.close(0);
});

describe('a drain', () => {
  function slowApi() {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const opened = openStubApi({
      answer: ({ path }) =>
        path === 'stock.checkMany' ? held.then(() => ({ items: [], asOf: stockCheckAnswer.asOf })) : stockCheckAnswer,
    });
    return { opened, finish };
  }

  test('lets what runs finish, ends its connection, and takes nothing new', async () => {
    const { opened, finish } = slowApi();
    const { api, url, port, calls } = await opened;
    const running = post(`${url}/trpc/stock.checkMany`, { skuIds: ['A'] });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    const closing = api.close(5_000);
    await sleep(20);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    expect(await sendBytes(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', 500)).toBe('');
    finish();
    const answer = await running;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await closing).toEqual({ cutOff: 0 });
  });

  test('answers a call whose body arrives after it began with INV_012 and Retry-After', async () => {
    const { api, port, calls } = await openStubApi();
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"sku',
    );
    await sleep(50);
    const closing = api.close(2_000);
    socket.write('Id":"A"}');
    const received = await text(socket);
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received).toMatch(/^retry-after: 1\r$/im);
    expect(received).toContain('"shuttingDown"');
    expect(calls).toEqual([]);
    expect(await closing).toEqual({ cutOff: 0 });
  });

  test('cuts off what outlasts the grace, and says how much', async () => {
    const { opened, finish } = slowApi();
    const { api, url, calls } = await opened;
    const outcome = post(`${url}/trpc/stock.checkMany`, { skuIds: ['A'] }).catch((error: unknown) => error);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(await api.close(50)).toEqual({ cutOff: 1 });
    expect(await outcome).toMatchObject({ message: 'fetch failed' });
    finish();
  });
});

test('149 a caller who hangs up does not stop the work that has begun', async () => {
  const ended: string[] = [];
  const { api, port, calls } = await openStubApi({
    async answer({ path }) {
      await sleep(100);
      ended.push(path);
      return stockCheckAnswer;
    },
  });
  const gone = request({
    port,
    path: '/trpc/stock.check',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  gone.on('error', () => undefined);
  gone.end(JSON.stringify(CHECK));
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  gone.destroy();
  await vi.waitFor(() => expect(ended).toEqual(['stock.check']));
  await api.close(1_000);
});

test('149 a caller who hangs up in the middle of the body starts no work', async () => {
  const { api, url, port, calls } = await openStubApi({ answer: () => stockCheckAnswer });
  await sendBytes(
    port,
    'POST /trpc/stock.check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"sku',
    50,
  );
  expect(calls).toEqual([]);
  const alive = await ask(`${url}/healthz`);
  expect(pick(alive.body, 'status')).toBe('ok');
  await api.close(0);
});
